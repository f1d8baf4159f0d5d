#include "protocol/verdict.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using jobaudit::errc;
using jobaudit::error_code;
using jobaudit::outcome_kind;
using protocol::action;
using protocol::verdict;
using namespace std::chrono_literals;

namespace {

// Mon, 04 May 2026 12:00:00 GMT
const protocol::wall_time now = std::chrono::sys_days{std::chrono::year{2026} / 5 / 4} + 12h;

const std::map<int, std::string> reasons{
    {200, "OK"},        {307, "Temporary Redirect"},    {401, "Unauthorized"},
    {404, "Not Found"}, {500, "Internal Server Error"}, {502, "Bad Gateway"},
};

protocol::response_head head_of(int status)
{
    protocol::response_head head;
    head.status = status;
    if (const auto found = reasons.find(status); found != reasons.end())
        head.reason = found->second;
    return head;
}

verdict judge(const protocol::response_head& head, std::string_view body = {})
{
    return protocol::judge_response(head, body, {}, {}, now);
}

verdict judge(int status, std::string_view body = {}) { return judge(head_of(status), body); }

verdict judge_asking(int status, const std::string& retry_after, std::string_view body = {},
                     const std::string& date = {})
{
    auto head = head_of(status);
    head.retry_after = retry_after;
    head.date = date;
    return judge(head, body);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verdicts_on_responses)

BOOST_AUTO_TEST_CASE(follow_the_table_of_the_platform)
{
    struct row {
        int status;
        std::string body;
        outcome_kind kind;
        action then;
        errc error;
        std::string message;
    };
    const std::string key_wanted = "Authentication required: provide either Bearer token or API key in header.";
    const std::string key_malformed = "Failed to authenticate API Key: API key is malformed, …";
    const std::vector<row> rows{
        {401, R"({"detail":")" + key_wanted + "\"}", outcome_kind::unauthorized, action::confirm_then_stop,
         errc::unauthorized, key_wanted},
        {401, R"({"detail":")" + key_malformed + "\"}", outcome_kind::unauthorized, action::confirm_then_stop,
         errc::unauthorized, key_malformed},
        {401, "", outcome_kind::unauthorized, action::confirm_then_stop, errc::unauthorized, "401 Unauthorized"},
        {402, "quota used up", outcome_kind::payment_required, action::stop, errc::payment_required,
         "402: quota used up"},
        {403, R"({"detail":"no"})", outcome_kind::forbidden, action::deliver, errc::forbidden, "no"},
        {404, R"({"detail":"Job not found"})", outcome_kind::not_found, action::deliver, errc::not_found,
         "Job not found"},
        {404, R"({"code":"not_found","message":"no such job"})", outcome_kind::not_found, action::deliver,
         errc::not_found, "no such job"},
        {404, R"({"detail":"Not Found"})", outcome_kind::server_error, action::retry, errc::unknown_path,
         R"(not the platform's answer: 404 Not Found: {"detail":"Not Found"})"},
        {404, R"({"detail":"Job not fou)", outcome_kind::server_error, action::retry, errc::unknown_path,
         R"(not the platform's answer: 404 Not Found: {"detail":"Job not fou)"},
        {404, "404 page not found", outcome_kind::server_error, action::retry, errc::unknown_path,
         "not the platform's answer: 404 Not Found: 404 page not found"},
        {404, "", outcome_kind::server_error, action::retry, errc::unknown_path,
         "not the platform's answer: 404 Not Found"},
        {403, " <!doctype html>", outcome_kind::server_error, action::retry, errc::server_error,
         "not the platform's answer: 403: <!doctype html>"},
        {403, "", outcome_kind::forbidden, action::deliver, errc::forbidden, "403"},
        {422, "<html>", outcome_kind::server_error, action::retry, errc::server_error,
         "not the platform's answer: 422: <html>"},
        {410, R"({"code":"result_expired","message":"gone for good"})", outcome_kind::http_error, action::deliver,
         errc::unexpected_status, "gone for good"},
        {425, "", outcome_kind::http_error, action::retry, errc::unexpected_status, "425"},
        {408, "", outcome_kind::timeout, action::retry, errc::attempt_timed_out, "408"},
        {422, R"({"detail":"bad"})", outcome_kind::validation, action::deliver, errc::validation, "bad"},
        {429, R"({"detail":"slow"})", outcome_kind::rate_limited, action::retry, errc::rate_limited, "slow"},
        {500, R"({"detail":"Internal Server Error verifying token"})", outcome_kind::unauthorized,
         action::confirm_then_stop, errc::unauthorized, "Internal Server Error verifying token"},
        {500, "Internal Server Error", outcome_kind::server_error, action::retry, errc::server_error,
         "500 Internal Server Error: Internal Server Error"},
        {500, "verifying token", outcome_kind::server_error, action::retry, errc::server_error,
         "500 Internal Server Error: verifying token"},
        {502, "<html>\r\n<h1>502 Bad Gateway</h1>\r\n", outcome_kind::server_error, action::retry, errc::server_error,
         "502 Bad Gateway: <html> <h1>502 Bad Gateway</h1>"},
        {520, "", outcome_kind::server_error, action::retry, errc::server_error, "520"},
        {503, "no healthy upstream", outcome_kind::server_error, action::retry, errc::server_error,
         "503: no healthy upstream"},
        {504, "", outcome_kind::server_error, action::retry, errc::server_error, "504"},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.status << ' ' << row.body)
        {
            const auto result = judge(row.status, row.body);
            BOOST_TEST(result.kind == row.kind);
            BOOST_TEST((result.then == row.then));
            BOOST_TEST((result.error == row.error));
            BOOST_TEST(result.message == row.message);
            BOOST_TEST(result.http_status == row.status);
            BOOST_TEST(!result.retry_after.has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(ask_again_after_these_statuses_alone)
{
    for (int status = 201; status < 1000; ++status) {
        const bool is_passing = status == 404 || status == 408 || status == 422 || status == 425 || status == 429 ||
                                (status >= 500 && status != 501 && status != 505);
        const auto then = judge(status).then;
        BOOST_TEST((then == action::retry) == is_passing, status);
        BOOST_TEST((then == action::confirm_then_stop) == (status == 401), status);
        BOOST_TEST((then == action::stop) == (status == 402), status);
        BOOST_TEST((then == action::deliver) == (!is_passing && status != 401 && status != 402), status);
    }
}

BOOST_AUTO_TEST_CASE(are_a_success_for_200_alone)
{
    for (int status = 100; status < 1000; ++status) {
        const auto result = judge(status, R"({"failed_files":[]})");
        BOOST_TEST((result.kind == outcome_kind::ok) == (status == 200), status);
        BOOST_TEST(result.error.failed() == (status != 200), status);
        BOOST_TEST(result.message.empty() == (status == 200), status);
    }
}

BOOST_AUTO_TEST_CASE(have_a_kind_for_each_class_of_status)
{
    for (const int status : {201, 204, 206, 300, 301, 304, 307, 308, 399, 400, 405, 410, 418, 451, 499}) {
        BOOST_TEST(judge(status).kind == outcome_kind::http_error, status);
        BOOST_TEST((judge(status).error == errc::unexpected_status), status);
    }
    for (const int status : {500, 501, 502, 503, 504, 505, 507, 520, 599, 999}) {
        BOOST_TEST(judge(status).kind == outcome_kind::server_error, status);
        BOOST_TEST((judge(status).error == errc::server_error), status);
    }
}

BOOST_AUTO_TEST_CASE(of_a_good_body_are_a_success)
{
    const auto result = judge(200, R"({"failed_files":[]})");

    BOOST_TEST(result.kind == outcome_kind::ok);
    BOOST_TEST((result.then == action::deliver));
    BOOST_TEST(result.http_status == 200);
    BOOST_TEST(!result.slows_host);
    BOOST_TEST(!result.outage_sign);
}

BOOST_AUTO_TEST_CASE(of_a_malformed_body_ask_again_and_show_it)
{
    struct row {
        std::string body, problem, message;
    };
    const std::vector<row> rows{
        {"", "the body is empty", "the body is empty"},
        {R"({"detail":"x"})", "'failed_files' is missing", R"('failed_files' is missing: {"detail":"x"})"},
        {"<html>\n\x1b", "", "the response's body is not what the API promises: <html> \xef\xbf\xbd"},
    };
    for (const auto& row : rows) {
        const auto result = protocol::judge_response(head_of(200), row.body, errc::malformed_body, row.problem, now);
        BOOST_TEST(result.kind == outcome_kind::malformed_body);
        BOOST_TEST((result.then == action::retry));
        BOOST_TEST((result.error == errc::malformed_body));
        BOOST_TEST(result.message == row.message);
        BOOST_TEST(result.http_status == 200);
        BOOST_TEST(!result.outage_sign);
    }
}

BOOST_AUTO_TEST_CASE(keep_another_error_of_the_body)
{
    const auto result = protocol::judge_response(head_of(200), "", errc::body_too_large, "the body is too large", now);

    BOOST_TEST(result.kind == outcome_kind::too_large);
    BOOST_TEST((result.error == errc::body_too_large));
    BOOST_TEST(result.http_status == 200);
    BOOST_TEST(result.message == "the body is too large");
}

BOOST_AUTO_TEST_CASE(hold_what_is_invalid_in_a_request)
{
    const auto result = judge(422, R"({"detail":[{"loc":["path","job_id",3],"msg":"no UUID","type":"uuid"},)"
                                   R"({"loc":["query"],"msg":""},{"loc":[],"msg":"odd"},"text"]})");

    BOOST_TEST_REQUIRE(result.validation.size() == 4u);
    BOOST_TEST(result.validation.front().type == "uuid");
    BOOST_TEST(result.validation.front().loc.size() == 3u);
    BOOST_TEST(result.message == "path.job_id.3: no UUID; query; odd; text");
}

BOOST_AUTO_TEST_CASE(hold_an_invalid_requests_detail_that_is_one_text)
{
    const auto result = judge(422, R"({"detail":"not\na UUID"})");

    BOOST_TEST_REQUIRE(result.validation.size() == 1u);
    BOOST_TEST((result.validation.front() == jobaudit::validation_issue{{}, "not a UUID", {}}));
    BOOST_TEST(result.message == "not a UUID");
    BOOST_TEST(judge(422, "<html>").validation.empty());
    BOOST_TEST(judge(422, R"({"detail":[]})").message != "");
}

BOOST_AUTO_TEST_CASE(slow_the_host_when_the_server_says_so)
{
    for (int status = 201; status < 600; ++status) {
        BOOST_TEST(judge(status).slows_host == (status == 429), status);
        const bool is_overload = status == 503 || status == 529;
        BOOST_TEST(judge_asking(status, "7").slows_host == (status == 429 || is_overload), status);
        BOOST_TEST(judge(status, R"({"retry_after":7})").slows_host == (status == 429 || is_overload), status);
        BOOST_TEST(judge(status).may_slow_host == is_overload, status);
        BOOST_TEST(judge_asking(status, "0").may_slow_host == is_overload, status);
        BOOST_TEST(!judge_asking(status, "7").may_slow_host, status);
    }
}

BOOST_AUTO_TEST_CASE(tell_the_pause_that_the_server_asks_for)
{
    struct row {
        std::string field, date, body;
        std::optional<protocol::duration> expected;
    };
    const std::string in_a_minute = "Mon, 04 May 2026 12:01:00 GMT";
    const std::vector<row> rows{
        {"", "", "", std::nullopt},
        {"7", "", "", 7s},
        {"0", "", "", std::nullopt},
        {"0\n7", "", "", 7s},
        {"60\n7", "", "", 60s},
        {"soon\n7", "", "", 7s},
        {in_a_minute, "", "", 60s},
        {"Monday, 04-May-26 12:01:00 GMT", "", "", 60s},
        {"Mon May  4 12:01:00 2026", "", "", 60s},
        // The server's clock counts, not ours.
        {in_a_minute, "Mon, 04 May 2026 12:00:50 GMT", "", 10s},
        {in_a_minute, "Mon, 04 May 2026 12:30:00 GMT", "", std::nullopt},
        {in_a_minute, "yesterday", "", 60s},
        {"7", "Mon, 04 May 2026 12:30:00 GMT", "", 7s},
        {"", "", R"({"retry_after":9})", 9s},
        {"7", "", R"({"retry_after":9})", 9s},
        {"0", "", R"({"retry_after":9})", 9s},
        {"soon", "", R"({"retry_after":"1.5"})", 1500ms},
        {"soon", "", R"({"retry_after":"later"})", std::nullopt},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.field << " at " << row.date << ' ' << row.body)
        {
            for (const int status : {404, 408, 422, 425, 429, 500, 502, 503, 504, 507, 520, 529, 599})
                BOOST_TEST((judge_asking(status, row.field, row.body, row.date).retry_after == row.expected), status);
            for (const int status : {400, 401, 402, 403, 501, 505})
                BOOST_TEST(!judge_asking(status, row.field, row.body, row.date).retry_after.has_value(), status);
        }
    }
}

BOOST_AUTO_TEST_CASE(see_the_sign_of_an_outage_in_gateway_trouble_alone)
{
    for (int status = 200; status < 1000; ++status) {
        const bool is_cloudflare = (status >= 520 && status <= 527) || status == 530;
        BOOST_TEST(judge(status).outage_sign == ((status >= 502 && status <= 504) || is_cloudflare), status);
    }
}

BOOST_AUTO_TEST_CASE(name_the_origin_of_a_redirect_and_nothing_else_of_it)
{
    struct row {
        std::string location, target;
    };
    const std::vector<row> rows{
        {"", ""},
        {"http://a.example/api/v1/jobs/?token=secret", " to http://a.example"},
        {"https://user:secret@a.example:8443/x", " to https://a.example:8443"},
        {"https://a@secret@b.example", " to https://b.example"},
        {"https://a.example?secret", " to https://a.example"},
        {"https://a.example#secret", " to https://a.example"},
        {"https://a.example\\secret", " to https://a.example"},
        {"/jobs/?token=secret", ""},
        {"//a.example/secret", ""},
        {"/login?token=secret&next=https://a.example", ""},
        {"?secret=x://y", ""},
        {"secret#://x", ""},
        {"secret:x://y", ""},
    };
    for (const auto& row : rows) {
        auto head = head_of(307);
        head.location = row.location;
        BOOST_TEST(judge(head).message == "307 Temporary Redirect" + row.target + ": redirects are not followed");
    }
}

BOOST_AUTO_TEST_CASE(have_messages_that_are_one_bounded_printable_line)
{
    const std::string wild = "a\x1b[2J\r\nb\xff" + std::string(5000, 'x');
    auto head = head_of(418);
    head.reason = wild;
    head.location = "https://" + wild;
    for (const int status : {302, 400, 401, 402, 403, 404, 408, 422, 429, 500, 503}) {
        head.status = status;
        for (const std::string& body : {wild, R"({"detail":"a\u001b\n)" + std::string(5000, 'x') + "\"}"}) {
            const auto message = judge(head, body).message;
            BOOST_TEST(message.size() <= 500u);
            BOOST_TEST(message.find_first_of("\x1b\r\n\xff") == std::string::npos);
            BOOST_TEST(!message.empty());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(verdicts_on_failures)

BOOST_AUTO_TEST_CASE(follow_the_promises_on_what_is_retried)
{
    struct row {
        errc error;
        outcome_kind kind;
        action then;
        bool outage_sign;
    };
    const std::vector<row> rows{
        {errc::host_not_found, outcome_kind::dns, action::stop_at_start, true},
        {errc::name_resolution_failed, outcome_kind::dns, action::retry, true},
        {errc::connect_failed, outcome_kind::connect, action::retry, true},
        {errc::connect_timed_out, outcome_kind::connect, action::retry, true},
        {errc::local_shortage, outcome_kind::connect, action::retry, true},
        {errc::proxy_refused, outcome_kind::connect, action::retry, true},
        {errc::proxy_unauthorized, outcome_kind::connect, action::confirm_then_stop, false},
        {errc::tls_handshake_failed, outcome_kind::tls, action::retry, true},
        {errc::tls_handshake_timed_out, outcome_kind::tls, action::retry, true},
        {errc::certificate_rejected, outcome_kind::tls, action::stop_at_start, true},
        {errc::certificate_for_another_host, outcome_kind::tls, action::stop_at_start, true},
        {errc::certificate_out_of_date, outcome_kind::tls, action::stop_at_start, true},
        {errc::connection_lost, outcome_kind::transport, action::retry, true},
        {errc::attempt_timed_out, outcome_kind::timeout, action::retry, false},
        {errc::job_timed_out, outcome_kind::timeout, action::deliver, false},
        {errc::bad_response, outcome_kind::protocol, action::retry, false},
        {errc::bad_content_coding, outcome_kind::protocol, action::retry, false},
        {errc::malformed_body, outcome_kind::malformed_body, action::retry, false},
        {errc::head_too_large, outcome_kind::too_large, action::deliver, false},
        {errc::body_too_large, outcome_kind::too_large, action::deliver, false},
        {errc::canceled, outcome_kind::canceled, action::deliver, false},
        {errc::client_closed, outcome_kind::canceled, action::deliver, false},
        {errc::sink_failed, outcome_kind::canceled, action::deliver, false},
        {errc::source_failed, outcome_kind::canceled, action::deliver, false},
        {errc::not_tried, outcome_kind::not_tried, action::deliver, false},
        {errc::invalid_job_id, outcome_kind::invalid_job_id, action::deliver, false},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(error_code{row.error}.message())
        {
            const auto result = protocol::judge_failure(row.error, "why");
            BOOST_TEST(result.kind == row.kind);
            BOOST_TEST((result.then == row.then));
            BOOST_TEST((result.error == row.error));
            BOOST_TEST(result.outage_sign == row.outage_sign);
            BOOST_TEST(result.message == "why");
            BOOST_TEST(result.http_status == 0);
            BOOST_TEST(!result.slows_host);
            BOOST_TEST(!result.retry_after.has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(take_errors_of_other_layers_for_a_lost_connection)
{
    for (const int value : {1, 104}) {
        const auto result = protocol::judge_failure({value, boost::system::system_category()}, "reset");
        BOOST_TEST(result.kind == outcome_kind::transport);
        BOOST_TEST((result.then == action::retry));
        BOOST_TEST((result.error == errc::connection_lost));
        BOOST_TEST(result.message == "reset");
    }
}

BOOST_AUTO_TEST_CASE(always_have_a_message_that_is_one_bounded_printable_line)
{
    BOOST_TEST(protocol::judge_failure(errc::connect_failed, "").message == "no connection could be made");
    BOOST_TEST(protocol::judge_failure(errc::connect_failed, "a\nb\x1b").message == "a b\xef\xbf\xbd");
    BOOST_TEST(protocol::judge_failure(errc::connect_failed, std::string(5000, 'x')).message.size() <= 500u);
}

BOOST_AUTO_TEST_SUITE_END()
