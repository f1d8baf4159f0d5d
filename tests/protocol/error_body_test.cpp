#include "protocol/error_body.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using jobaudit::validation_issue;
using namespace std::chrono_literals;
using protocol::read_error_body;

namespace {

std::optional<jobaudit::protocol::duration> pause_of(const std::string& value)
{
    return read_error_body(R"({"retry_after":)" + value + "}").retry_after;
}

bool is_empty(const protocol::error_body& body)
{
    return body.detail.empty() && body.validation.empty() && !body.retry_after;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(error_bodies)

BOOST_AUTO_TEST_CASE(may_have_a_text_as_detail)
{
    const auto body = read_error_body(R"({"detail":"Job not found","more":[1,2]})");

    BOOST_TEST(body.detail == "Job not found");
    BOOST_TEST(body.validation.empty());
    BOOST_TEST(!body.retry_after.has_value());
}

BOOST_AUTO_TEST_CASE(may_hold_half_a_surrogate_pair)
{
    const auto read = read_error_body(R"({"detail":"Job \udcff not found"})");
    BOOST_TEST(read.is_of_platform);
    BOOST_TEST(read.detail == "Job \xef\xbf\xbd not found");
}

BOOST_AUTO_TEST_CASE(may_have_a_list_of_validation_errors_as_detail)
{
    const auto body = read_error_body(
        R"({"detail":[{"loc":["path","job_id",0,-3],"msg":"Input should be a valid UUID","type":"uuid_parsing","x":1},)"
        R"({"loc":[],"msg":"second","type":""}]})");

    const std::vector<validation_issue> expected{
        {{"path", "job_id", 0, -3}, "Input should be a valid UUID", "uuid_parsing"},
        {{}, "second", ""},
    };
    BOOST_TEST((body.validation == expected));
}

BOOST_AUTO_TEST_CASE(give_what_they_can_of_ill_typed_validation_errors)
{
    struct row {
        std::string entry;
        validation_issue expected;
    };
    const std::vector<row> rows{
        {"{}", {}},
        {R"("a text")", {{}, "a text", {}}},
        {"7", {{}, "7", {}}},
        {"null", {{}, "null", {}}},
        {R"(["x"])", {{}, R"(["x"])", {}}},
        {R"({"loc":"path","msg":1,"type":null})", {}},
        {R"({"loc":[1.5,true,null,{"a":1},18446744073709551615],"msg":"m"})",
         {{"1.5E0", "true", "null", R"({"a":1})", "18446744073709551615"}, "m", {}}},
    };
    for (const auto& row : rows) {
        const auto body = read_error_body(R"({"detail":[)" + row.entry + "]}");
        BOOST_TEST_REQUIRE(body.validation.size() == 1u, row.entry);
        BOOST_TEST((body.validation.front() == row.expected), row.entry);
    }
}

BOOST_AUTO_TEST_CASE(have_printable_and_bounded_validation_errors)
{
    const std::string issue = R"({"loc":["a\u001bb")" + std::string(40, ' ') +
                              R"(,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"msg":")" + std::string(1000, 'm') +
                              R"(","type":"x\ny"})";
    std::string list = issue;
    for (int i = 0; i < 100; ++i)
        list += "," + issue;
    const auto body = read_error_body(R"({"detail":[)" + list + "]}");

    BOOST_TEST_REQUIRE(body.validation.size() == 32u);
    const auto& first = body.validation.front();
    BOOST_TEST(first.loc.size() == 16u);
    BOOST_TEST((first.loc.front() == validation_issue::location{"a\xef\xbf\xbd"
                                                                "b"}));
    BOOST_TEST(first.msg.size() <= 300u);
    BOOST_TEST(first.type == "x y");
}

BOOST_AUTO_TEST_CASE(keep_a_detail_of_another_kind_as_its_json)
{
    BOOST_TEST(read_error_body(R"({"detail":{"a": 1}})").detail == R"({"a":1})");
    BOOST_TEST(read_error_body(R"({"detail":12})").detail == "12");
    BOOST_TEST(is_empty(read_error_body(R"({"detail":null})")));
    BOOST_TEST(is_empty(read_error_body(R"({"detail":""})")));
}

BOOST_AUTO_TEST_CASE(may_ask_for_a_pause)
{
    struct row {
        std::string value;
        std::optional<jobaudit::protocol::duration> expected;
    };
    const std::vector<row> rows{
        {"0", 0s},
        {"-0", 0s},
        {"30", 30s},
        {"1.5", 1500ms},
        {"2e1", 20s},
        {"31536001", 24h * 365},
        {"18446744073709551615", 24h * 365},
        {"1e300", 24h * 365},
        {R"("30")", 30s},
        {R"("1.5")", 1500ms},
        {R"("99999999999999999999")", 24h * 365},
        {"-1", std::nullopt},
        {"-1e300", std::nullopt},
        {"null", std::nullopt},
        {"true", std::nullopt},
        {"[30]", std::nullopt},
        {R"({"s":30})", std::nullopt},
        {R"("")", std::nullopt},
        {R"("-1")", std::nullopt},
        {R"("+1")", std::nullopt},
        {R"(" 1")", std::nullopt},
        {R"("1s")", std::nullopt},
        {R"("1e3")", std::nullopt},
        {R"("0x10")", std::nullopt},
        {R"("inf")", std::nullopt},
        {R"("nan")", std::nullopt},
        {R"("soon")", std::nullopt},
    };
    for (const auto& row : rows)
        BOOST_TEST((pause_of(row.value) == row.expected), row.value);
}

BOOST_AUTO_TEST_CASE(say_nothing_when_they_are_no_whole_json_object)
{
    for (const std::string text :
         {"", " ", "null", "7", R"("detail")", R"([{"detail":"x"}])", "<html>502 Bad Gateway</html>",
          "no healthy upstream", R"({"detail":"x")", R"({"detail":"x"}})", R"({"detail":"x"} {"detail":"y"})",
          R"({"detail":"x",})", "{\"detail\":\"\xff\"}", "\xef\xbb\xbf{\"detail\":\"x\"}", R"({"Detail":"x"})", "{}"})
        BOOST_TEST(is_empty(read_error_body(text)), text);
}

BOOST_AUTO_TEST_CASE(say_nothing_when_they_are_nested_beyond_reason)
{
    const std::string levels(100'000, '[');
    BOOST_TEST(is_empty(read_error_body(R"({"detail":"x","y":)" + levels + std::string(levels.size(), ']') + "}")));
    BOOST_TEST(is_empty(read_error_body(levels)));
}

BOOST_AUTO_TEST_SUITE_END()
