#include "store/output/ndjson_line.hpp"

#include "protocol/failed_files_reader.hpp"
#include "protocol/record_scan.hpp"
#include "store/written_outcome.hpp"

#include <jobaudit/failed_file.hpp>

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace jobaudit;
using namespace std::chrono_literals;
using namespace std::string_view_literals;
using test::line_of;

constexpr std::string_view job_text = "0b1c2d3e-4f50-4162-8374-95a6b7c8d9ea";
constexpr std::string_view no_information =
    R"(,"workflow_id":null,"workflow_name":null,"job_status":null,"created_at":null,"runtime":null})"
    "\n";

outcome outcome_of(outcome_kind kind, int status, std::string message = {})
{
    outcome result;
    result.job = *job_id::parse(job_text);
    result.kind = kind;
    result.http_status = status;
    result.attempts = 1;
    result.elapsed = 8'100us;
    result.message = std::move(message);
    return result;
}

std::string json_string(std::string_view text)
{
    std::string out;
    store::append_json_string(out, text);
    return out;
}

std::string elapsed_of(std::chrono::nanoseconds time)
{
    outcome result = outcome_of(outcome_kind::ok, 200);
    result.elapsed = time;
    const std::string line = line_of(result);
    const std::size_t start = line.find("elapsed_ms\":") + 12;
    return line.substr(start, line.find(',', start) - start);
}

// Fewer than `limit` of the pieces.
std::string random_text(std::mt19937& random, const std::vector<std::string>& pieces, std::size_t limit)
{
    std::string text;
    for (auto left = random() % limit; left > 0; --left)
        text += pieces[random() % pieces.size()];
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ndjson_line)

BOOST_AUTO_TEST_CASE(writes_an_ok_as_the_contract_shows)
{
    outcome result = outcome_of(outcome_kind::ok, 200);
    result.elapsed = 12'345us;
    result.failed_files = {{"a.pdf", "broken"}, {"b.pdf", ""}};

    BOOST_TEST(line_of(result) ==
               R"({"job_id":"0b1c2d3e-4f50-4162-8374-95a6b7c8d9ea","outcome":"ok","http_status":200,"attempts":1,)"
               R"("elapsed_ms":12.3,"failed_files":[{"document":"a.pdf","error":"broken"},)"
               R"({"document":"b.pdf","error":""}],"message":"","validation":null)" +
                   std::string{no_information});
}

BOOST_AUTO_TEST_CASE(writes_an_ok_without_failed_files_with_an_empty_list)
{
    BOOST_TEST(line_of(outcome_of(outcome_kind::ok, 200)) ==
               R"({"job_id":"0b1c2d3e-4f50-4162-8374-95a6b7c8d9ea","outcome":"ok","http_status":200,"attempts":1,)"
               R"("elapsed_ms":8.1,"failed_files":[],"message":"","validation":null)" +
                   std::string{no_information});
}

BOOST_AUTO_TEST_CASE(writes_a_validation_error_with_its_issues)
{
    outcome result = outcome_of(outcome_kind::validation, 422, "bad id");
    result.validation = {
        {{"path", "job_id"}, "not a uuid", "uuid_parsing"}, {{"body", std::int64_t{-3}}, "m", "t"}, {}};

    BOOST_TEST(
        line_of(result) ==
        R"({"job_id":"0b1c2d3e-4f50-4162-8374-95a6b7c8d9ea","outcome":"validation","http_status":422,"attempts":1,)"
        R"("elapsed_ms":8.1,"failed_files":null,"message":"bad id","validation":[{"loc":["path","job_id"],"msg":"not a uuid",)"
        R"("type":"uuid_parsing"},{"loc":["body",-3],"msg":"m","type":"t"},{"loc":[],"msg":"","type":""}])" +
            std::string{no_information});
}

BOOST_AUTO_TEST_CASE(writes_every_other_kind_with_its_message)
{
    constexpr std::array<std::pair<outcome_kind, int>, 16> kinds{{
        {outcome_kind::unauthorized, 401},
        {outcome_kind::payment_required, 402},
        {outcome_kind::forbidden, 403},
        {outcome_kind::not_found, 404},
        {outcome_kind::rate_limited, 429},
        {outcome_kind::server_error, 503},
        {outcome_kind::http_error, 307},
        {outcome_kind::malformed_body, 200},
        {outcome_kind::too_large, 200},
        {outcome_kind::protocol, 0},
        {outcome_kind::timeout, 0},
        {outcome_kind::dns, 0},
        {outcome_kind::connect, 0},
        {outcome_kind::tls, 0},
        {outcome_kind::transport, 0},
        {outcome_kind::timeout, 504},
    }};
    for (const auto& [kind, status] : kinds) {
        std::string expected = R"({"job_id":"0b1c2d3e-4f50-4162-8374-95a6b7c8d9ea","outcome":")";
        expected += to_string(kind);
        expected += "\",\"http_status\":" + (status != 0 ? std::to_string(status) : "null");
        expected += R"(,"attempts":1,"elapsed_ms":8.1,"failed_files":null,"message":"Why","validation":null)";
        expected += no_information;
        BOOST_TEST(line_of(outcome_of(kind, status, "Why")) == expected);
    }
}

BOOST_AUTO_TEST_CASE(writes_a_record_that_came_as_json_as_it_would_encode_it)
{
    const std::vector<std::string> pieces{"a",  "file-7.pdf", "\"", "\\", "/",  "\b",   "\f",
                                          "\n", "\r",         "\t", "é",  "予", "🙂", "\x7F"};
    std::mt19937 random{11};
    const auto text = [&] { return random_text(random, pieces, 12); };
    for (int round = 0; round < 2000; ++round) {
        const std::string document = text();
        const std::string error = text();
        std::string encoded;
        store::append_failed_file(encoded, {document, error});

        protocol::scanned_record scanned;
        BOOST_TEST_REQUIRE(protocol::scan_first_record(encoded, {1000, 0}, scanned) == encoded.size());
        BOOST_TEST_REQUIRE(scanned.json == encoded);
    }
    std::string copied;
    store::append_failed_file(copied, {"d", "e", R"({"document":"D","error":"E"})"});
    BOOST_TEST(copied == R"({"document":"D","error":"E"})");
}

BOOST_AUTO_TEST_CASE(writes_what_came_as_json_with_the_same_meaning_whatever_the_platform_writes)
{
    const std::vector<std::string> pieces{"a",       "\\/", "/",    "\\\\",    "\\\"", "\\n", "\\u0041", "\u2028",
                                          "\\u001f", "é",   "🙂", "\\\\\\/", "\x7F", "\\t", " ",       "\\u2028"};
    struct to_line final : protocol::record_consumer {
        std::string line;
        void on_records(std::span<const jobaudit::failed_file_view> records) override
        {
            store::append_failed_files(line, records);
        }
        [[nodiscard]] bool needs_texts() const noexcept override { return false; }
    };
    std::mt19937 random{13};
    const auto text = [&] { return random_text(random, pieces, 6); };
    for (int round = 0; round < 5000; ++round) {
        const std::string gap = random() % 4 == 0 ? " " : "";
        const std::string object = R"({"document":)" + gap + '"' + text() + R"(","error":")" + text() + R"("})";
        protocol::failed_files_reader reader;
        to_line written;
        reader.begin(written);
        BOOST_TEST_REQUIRE(!reader.write(R"({"failed_files":[)" + object + "]}"));
        BOOST_TEST_REQUIRE(!reader.finish());
        BOOST_TEST_REQUIRE(boost::json::parse(written.line) == boost::json::parse(object));
        BOOST_TEST_REQUIRE(written.line.find("\u2028") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(writes_records_together_as_it_would_each_alone_wherever_their_json_stands)
{
    std::mt19937 random{17};
    for (int round = 0; round < 2000; ++round) {
        const std::string element = R"({"document":"d","error":")" + std::to_string(round) + R"("})";
        const std::string gap = std::vector<std::string>{",", ", ", ";", ""}[random() % 4];
        std::string text;
        for (int i = 0; i < 8; ++i)
            text += element + gap;
        std::vector<jobaudit::failed_file_view> records;
        for (std::size_t at = 0; at < text.size(); at += element.size() + gap.size())
            if (const auto which = random() % 8; which == 0)
                records.push_back({"no", "json"});
            else if (which == 1)
                records.push_back({"none", "but a place", std::string_view{text}.substr(at, 0)});
            else if (which != 2)
                records.push_back({"d", "e", std::string_view{text}.substr(at, element.size())});
        if (random() % 8 == 0)
            std::ranges::reverse(records);

        std::string expected;
        for (const auto& each : records) {
            expected += expected.empty() ? "" : ",";
            store::append_failed_file(expected, each);
        }
        std::string together;
        store::append_failed_files(together, records);
        BOOST_TEST_REQUIRE(together == expected);
    }
}

BOOST_AUTO_TEST_CASE(writes_the_line_of_an_invalid_id_with_where_it_stood)
{
    std::string line;
    store::append_invalid_line(line, "no \"uuid\"", "line 7");

    BOOST_TEST(line == R"({"job_id":"no \"uuid\"","outcome":"invalid_job_id","http_status":null,"attempts":0,)"
                       R"("elapsed_ms":0.0,"failed_files":null,"message":"line 7: not a UUID","validation":null)" +
                           std::string{no_information});
}

BOOST_AUTO_TEST_CASE(ends_with_what_the_list_says_of_the_job)
{
    const job_information known{*job_id::parse(job_text), "6f1a", "invoices \"new\"", "COMPLETED",
                                "2026-11-29T08:00:00Z",   ""};
    const std::string end = R"(,"workflow_id":"6f1a","workflow_name":"invoices \"new\"","job_status":"COMPLETED",)"
                            R"("created_at":"2026-11-29T08:00:00Z","runtime":null})"
                            "\n";
    std::string line;
    store::append_line(line, outcome_of(outcome_kind::ok, 200), &known);
    BOOST_TEST(line.ends_with(R"(,"failed_files":[],"message":"","validation":null)" + end));

    line.clear();
    store::append_line(line, outcome_of(outcome_kind::not_found, 404, "none"), &known);
    BOOST_TEST(line.ends_with(R"("message":"none","validation":null)" + end));
}

BOOST_AUTO_TEST_CASE(rounds_milliseconds_to_one_decimal)
{
    BOOST_TEST(elapsed_of(0ns) == "0.0");
    BOOST_TEST(elapsed_of(49'999ns) == "0.0");
    BOOST_TEST(elapsed_of(50'000ns) == "0.1");
    BOOST_TEST(elapsed_of(999'950'000ns) == "1000.0");
    BOOST_TEST(elapsed_of(5min) == "300000.0");
    BOOST_TEST(elapsed_of(-1ms) == "0.0");
    BOOST_TEST(elapsed_of(std::chrono::nanoseconds::max()) == "9223372036854.8");
}

BOOST_AUTO_TEST_CASE(keeps_the_longest_head_of_an_ok_line_in_its_limit)
{
    outcome result = outcome_of(outcome_kind::ok, std::numeric_limits<int>::min());
    result.attempts = std::numeric_limits<unsigned>::max();
    result.elapsed = std::chrono::nanoseconds::max();
    std::string head;
    store::append_ok_head(head, result);

    BOOST_TEST(head.size() <= store::ok_head_limit);
}

BOOST_AUTO_TEST_CASE(escapes_what_json_does_not_allow_in_a_string)
{
    BOOST_TEST(json_string("plain text, longer than a word: ~\x7F") == "\"plain text, longer than a word: ~\x7F\"");
    BOOST_TEST(json_string("\"\\/\b\f\n\r\t") == R"("\"\\/\b\f\n\r\t")");
    BOOST_TEST(json_string("\0\x01\x1F"sv) == R"("\u0000\u0001\u001f")");
}

BOOST_AUTO_TEST_CASE(finds_what_to_escape_at_every_place_of_a_word)
{
    for (const char special : {'"', '\\', '\n', '\x01'})
        for (std::size_t at = 0; at < 24; ++at) {
            std::string text(24, 'a');
            text[at] = special;
            const auto parsed = boost::json::parse(json_string(text));
            BOOST_TEST((parsed.as_string() == text));
        }
}

BOOST_AUTO_TEST_CASE(leaves_well_formed_utf8_as_it_is)
{
    for (const std::string_view text : {"é", "€", "😀", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "a€b😀c"})
        BOOST_TEST(json_string(text) == '"' + std::string{text} + '"');
}

BOOST_AUTO_TEST_CASE(replaces_each_byte_that_is_no_utf8)
{
    const std::string bad = "\xEF\xBF\xBD";
    const std::vector<std::pair<std::string_view, std::string>> cases{
        {"\x80", bad},
        {"a\xFF"sv, "a" + bad},
        {"\xC0\xAF", bad + bad},                      // overlong
        {"\xED\xA0\x80", bad + bad + bad},            // surrogate
        {"\xF4\x90\x80\x80", bad + bad + bad + bad},  // beyond U+10FFFF
        {"\xE2\x82", bad + bad},                      // cut short
        {"\xE2\x82z", bad + bad + "z"},
    };
    for (const auto& [text, expected] : cases)
        BOOST_TEST(json_string(text) == '"' + expected + '"');
}

BOOST_AUTO_TEST_SUITE_END()
