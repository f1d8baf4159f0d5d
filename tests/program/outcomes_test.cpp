#include "program/audited_platform.hpp"
#include "program/nginx_server.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <algorithm>

using namespace jobaudit::test;
using jobaudit::emulator::emulator_options;
using jobaudit::emulator::fault;
using jobaudit::emulator::framing;
using jobaudit::emulator::step;

namespace {

/// What the server does to one job, and the line that must come of it.
struct expectation {
    const char* name;
    std::vector<step> steps;
    const char* outcome;
    int http_status;  ///< 0: the line has none
    int attempts;
    const char* message;  ///< a part of it; null: the line has none
};

std::ostream& operator<<(std::ostream& out, const expectation& one) { return out << one.name; }

step body(int status, std::string text)
{
    step made{.status = status};
    made.body = std::move(text);
    return made;
}

step raw(std::string bytes)
{
    step made;
    made.raw = std::move(bytes);
    return made;
}

const std::vector<expectation> expectations{
    {"a right answer", {step{}}, "ok", 200, 1, nullptr},
    {"a right answer at the third attempt", {step{.status = 502}, step{.status = 503}, step{}}, "ok", 200, 3, nullptr},
    {"401", {step{.status = 401}}, "unauthorized", 401, 1, "key"},
    {"the 500 of a bad Bearer token",
     {body(500, R"({"detail":"Internal Server Error verifying token"})")},
     "unauthorized",
     500,
     1,
     "verifying token"},
    {"402", {body(402, R"({"detail":"quota is used up"})")}, "payment_required", 402, 1, "quota is used up"},
    {"403", {body(403, R"({"detail":"not yours"})")}, "forbidden", 403, 1, "not yours"},
    {"404 of a job", {body(404, R"({"detail":"Job not found"})")}, "not_found", 404, 1, "Job not found"},
    {"404 of a gateway, once", {body(404, "<html>"), step{}}, "ok", 200, 2, nullptr},
    {"403 of a gateway, once", {body(403, "<html>"), step{}}, "ok", 200, 2, nullptr},
    {"520", {step{.status = 520}, step{}}, "ok", 200, 2, nullptr},
    {"422 with a text", {body(422, R"({"detail":"no such type"})")}, "validation", 422, 1, "no such type"},
    {"429 thrice, which costs nothing",
     {step{.status = 429}, step{.status = 429}, step{.status = 429}, step{}},
     "ok",
     200,
     1,
     nullptr},
    {"500", {body(500, "<html><body>broken</body></html>")}, "server_error", 500, 2, "broken"},
    {"503", {body(503, "no healthy upstream")}, "server_error", 503, 2, "no healthy upstream"},
    {"501, which is not retried", {step{.status = 501}}, "server_error", 501, 1, ""},
    {"505, which is not retried", {step{.status = 505}}, "server_error", 505, 1, ""},
    {"a redirect, which is not followed", {step{.fault = fault::redirect}}, "http_error", 307, 1, "http://"},
    {"418", {step{.status = 418}}, "http_error", 418, 1, ""},
    {"408", {step{.status = 408}}, "timeout", 408, 2, ""},
    {"no answer in time", {step{.fault = fault::stall}}, "timeout", 0, 2, "1 s"},
    {"a reset before the answer", {step{.fault = fault::reset_before_head}}, "transport", 0, 2, ""},
    {"a body cut short", {step{.fault = fault::truncated_body}}, "transport", 0, 2, "of the body"},
    {"an end without close_notify", {step{.fault = fault::eof_without_close_notify}}, "transport", 0, 2, ""},
    {"what is no HTTP", {step{.fault = fault::garbage}}, "protocol", 0, 2, ""},
    {"Content-Length with Transfer-Encoding",
     {step{.fault = fault::length_and_chunked}},
     "protocol",
     0,
     2,
     "Content-Length"},
    {"a head of 1 MiB", {step{.fault = fault::oversized_head}}, "too_large", 0, 1, "head"},
    {"an empty 200", {step{.fault = fault::empty_body}}, "malformed_body", 200, 2, ""},
    {"a 200 with a detail", {body(200, R"({"detail":"come back"})")}, "malformed_body", 200, 2, "failed_files"},
    {"a 200 with null", {body(200, R"({"failed_files":null})")}, "malformed_body", 200, 2, "failed_files"},
    {"a 200 that is cut within its JSON", {step{.fault = fault::cut_json}}, "malformed_body", 200, 2, ""},
    {"a body above the limit", {step{.status = 200, .records = 20'000}}, "too_large", 200, 1, "1048576"},
    {"a switch of protocols", {raw("HTTP/1.1 101 Switching Protocols\r\n\r\n")}, "protocol", 0, 2, "101"},
};

int expected_code(const std::string& outcome)
{
    static const std::map<std::string, int> codes{{"ok", 0},         {"unauthorized", 3}, {"payment_required", 3},
                                                  {"forbidden", 1},  {"not_found", 1},    {"validation", 1},
                                                  {"http_error", 1}, {"too_large", 1}};
    const auto found = codes.find(outcome);
    return found != codes.end() ? found->second : 6;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outcomes)

BOOST_DATA_TEST_CASE(is_told_as_it_was, boost::unit_test::data::make(expectations), expected)
{
    audited_platform known{{.jobs = 1}};
    audited_platform platform{{.jobs = 1, .script = {.jobs = {{known.server.job(0), expected.steps}}}}};
    const int attempts = std::max(2, expected.attempts);
    process_run audit{
        platform.audit_all({"--attempts", std::to_string(attempts), "--timeout", "1s", "--max-body", "1MiB"})};

    const int code = audit.wait();
    const auto lines = lines_of(platform.folder.read("results.ndjson"));
    BOOST_TEST_REQUIRE(lines.size() == 1U);
    const auto& line = lines[0];
    BOOST_TEST(line.at("job_id").as_string() == known.server.job(0).to_string());
    BOOST_TEST(line.at("outcome").as_string() == expected.outcome);
    BOOST_TEST((line.at("http_status").is_null() ? 0 : line.at("http_status").to_number<int>()) ==
               expected.http_status);
    BOOST_TEST(line.at("attempts").to_number<int>() == expected.attempts);
    BOOST_TEST(line.at("elapsed_ms").to_number<double>() > 0);
    BOOST_TEST(line.at("failed_files").is_array() == (expected.message == nullptr));
    if (expected.message != nullptr)
        BOOST_TEST(contains(std::string{line.at("message").as_string()}, expected.message), line.at("message"));
    BOOST_TEST(code == expected_code(expected.outcome));
}

BOOST_AUTO_TEST_CASE(a_validation_error_keeps_its_parts)
{
    audited_platform platform{
        {.jobs = 1,
         .script = {.every_job = {body(
                        422, R"({"detail":[{"loc":["path","job_id",0],"msg":"bad \u0007 id","type":"uuid"}]})")}}}};
    process_run audit{platform.audit_all()};

    BOOST_TEST(audit.wait() == 1);
    const auto lines = lines_of(platform.folder.read("results.ndjson"));
    BOOST_TEST_REQUIRE(lines.size() == 1U);
    const auto& issue = lines[0].at("validation").at(0);
    BOOST_TEST(boost::json::serialize(issue.at("loc")) == R"(["path","job_id",0])");
    BOOST_TEST(issue.at("type").as_string() == "uuid");
    BOOST_TEST(contains(std::string{lines[0].at("message").as_string()}, "bad"));
}

BOOST_AUTO_TEST_CASE(the_fields_stand_in_the_order_of_the_contract)
{
    audited_platform platform{{.jobs = 2, .records_per_job = 1, .script = {.sequence = {{2, 2, step{.status = 404}}}}}};
    process_run audit{platform.audit_all({"--concurrency", "1"})};
    BOOST_TEST(audit.wait() == 1);

    const auto text = platform.folder.read("results.ndjson");
    const auto second = text.find('\n') + 1;
    const auto in_order = [](std::string_view line, const std::vector<std::string_view>& keys) {
        std::size_t at = 0;
        return std::ranges::all_of(keys, [&](std::string_view key) {
            at = line.find("\"" + std::string{key} + "\":", at);
            return at != std::string_view::npos;
        });
    };
    std::vector<std::string_view> all{"job_id",       "outcome",    "http_status", "attempts",    "elapsed_ms",
                                      "failed_files", "message",    "validation",  "workflow_id", "workflow_name",
                                      "job_status",   "created_at", "runtime"};
    BOOST_TEST(in_order(text.substr(second), all));
    all.insert(all.begin() + 6, {"document", "error"});
    BOOST_TEST(in_order(text.substr(0, second), all));
}

BOOST_AUTO_TEST_CASE(a_plain_text_port_is_no_tls)
{
    const jobaudit::emulator::emulator plain{{.tls = false}};
    process_run audit{jobaudit::test::jobaudit({"audit", "--url", "https://127.0.0.1:" + std::to_string(plain.port()),
                                                "5e0c0000-0000-4000-8000-000000000000", "--attempts", "2"})};

    BOOST_TEST(audit.wait() == 6);
    const auto lines = lines_of(audit.out());
    BOOST_TEST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0].at("outcome").as_string() == "tls");
    BOOST_TEST(lines[0].at("http_status").is_null());
}

BOOST_AUTO_TEST_SUITE_END()
