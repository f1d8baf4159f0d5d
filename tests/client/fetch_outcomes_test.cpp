#include "client/live_client.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;
using emulator::step;

// What two attempts at a job end in, when the platform answers each as told.
struct expected_outcome {
    const char* name;
    step answer;
    outcome_kind kind;
    errc error;
    int http_status;
    unsigned attempts;
    const char* message;  // a part of it
};

step answers(int status) { return {.status = status}; }
step answers(int status, const char* body) { return {.status = status, .body = body}; }
step breaks(fault how) { return {.fault = how}; }

const std::vector<expected_outcome>& expected_outcomes()
{
    static const std::vector<expected_outcome> all{
        {"401", answers(401), outcome_kind::unauthorized, errc::unauthorized, 401, 1, "Authentication required"},
        {"bearer 500", answers(500, R"({"detail":"Internal Server Error verifying token"})"),
         outcome_kind::unauthorized, errc::unauthorized, 500, 1, "verifying token"},
        {"402", answers(402), outcome_kind::payment_required, errc::payment_required, 402, 1, "quota"},
        {"403", answers(403), outcome_kind::forbidden, errc::forbidden, 403, 1, "Forbidden"},
        {"404", answers(404), outcome_kind::not_found, errc::not_found, 404, 1, "Job not found"},
        {"404 of a path", answers(404, R"({"detail":"Not Found"})"), outcome_kind::server_error, errc::unknown_path,
         404, 2, "not the platform's answer"},
        {"422", answers(422), outcome_kind::validation, errc::validation, 422, 1, "path.job_id: Value error"},
        {"422 as text", answers(422, R"({"detail":"no such thing"})"), outcome_kind::validation, errc::validation, 422,
         1, "no such thing"},
        {"500", answers(500), outcome_kind::server_error, errc::server_error, 500, 2, "Internal Server Error"},
        {"502", answers(502), outcome_kind::server_error, errc::server_error, 502, 2, "502 Bad Gateway"},
        {"503", answers(503), outcome_kind::server_error, errc::server_error, 503, 2, "no healthy upstream"},
        {"504", answers(504), outcome_kind::server_error, errc::server_error, 504, 2, "504 Gateway Timeout"},
        {"501", answers(501), outcome_kind::server_error, errc::server_error, 501, 1, "Not Implemented"},
        {"505", answers(505), outcome_kind::server_error, errc::server_error, 505, 1, "HTTP Version"},
        {"400", answers(400), outcome_kind::http_error, errc::unexpected_status, 400, 1, "Bad Request"},
        {"418", answers(418, "short and stout"), outcome_kind::http_error, errc::unexpected_status, 418, 1, "stout"},
        {"204", answers(204, ""), outcome_kind::http_error, errc::unexpected_status, 204, 1, "204"},
        {"redirect", breaks(fault::redirect), outcome_kind::http_error, errc::unexpected_status, 307, 1,
         "redirects are not followed"},
        {"408", answers(408), outcome_kind::timeout, errc::attempt_timed_out, 408, 2, "Request timeout"},
        {"reset before the head", breaks(fault::reset_before_head), outcome_kind::transport, errc::connection_lost, 0,
         2, "before the response"},
        {"reset in the head", breaks(fault::reset_in_head), outcome_kind::transport, errc::connection_lost, 0, 2,
         "in the middle"},
        {"reset in the body", breaks(fault::reset_in_body), outcome_kind::transport, errc::connection_lost, 0, 2,
         "in the middle"},
        {"close", breaks(fault::close_before_response), outcome_kind::transport, errc::connection_lost, 0, 2,
         "before the response"},
        {"truncated", breaks(fault::truncated_body), outcome_kind::transport, errc::connection_lost, 0, 2, ""},
        {"truncated chunks", breaks(fault::truncated_chunked), outcome_kind::transport, errc::connection_lost, 0, 2,
         ""},
        {"no close_notify", breaks(fault::eof_without_close_notify), outcome_kind::transport, errc::connection_lost, 0,
         2, ""},
        {"garbage", breaks(fault::garbage), outcome_kind::protocol, errc::bad_response, 0, 2, ""},
        {"two framings", breaks(fault::length_and_chunked), outcome_kind::protocol, errc::bad_response, 0, 2, ""},
        {"broken gzip", breaks(fault::corrupted_gzip), outcome_kind::protocol, errc::bad_content_coding, 200, 2, ""},
        {"empty body", breaks(fault::empty_body), outcome_kind::malformed_body, errc::malformed_body, 200, 2, ""},
        {"no failed_files", breaks(fault::detail_body), outcome_kind::malformed_body, errc::malformed_body, 200, 2,
         "detail"},
        {"cut JSON", breaks(fault::cut_json), outcome_kind::malformed_body, errc::malformed_body, 200, 2, ""},
        {"invalid UTF-8", breaks(fault::invalid_utf8), outcome_kind::malformed_body, errc::malformed_body, 200, 2, ""},
        {"failed_files is no list", answers(200, R"({"failed_files":{}})"), outcome_kind::malformed_body,
         errc::malformed_body, 200, 2, "failed_files"},
        {"head too large", breaks(fault::oversized_head), outcome_kind::too_large, errc::head_too_large, 0, 1, ""},
        {"body too large", {.records = 30'000}, outcome_kind::too_large, errc::body_too_large, 200, 1, ""},
    };
    return all;
}

// One job with failed files, with limits that the case of a body too large exceeds.
struct case_of_one : live_client {
    explicit case_of_one(const expected_outcome& what)
        : live_client{scripted({what.answer}, {.jobs = 1, .records_per_job = 5}), {.max_body = 1'000'000}}
    {}
};

void check(const outcome& got, const expected_outcome& what, const job_id& job)
{
    BOOST_TEST(got.job == job);
    BOOST_TEST(got.kind == what.kind);
    BOOST_TEST(got.error == what.error);
    BOOST_TEST(got.http_status == what.http_status);
    BOOST_TEST(got.attempts == what.attempts);
    BOOST_TEST(contains(got.message, what.message), got.message);
    BOOST_TEST(!got.message.empty());
    BOOST_TEST(got.message.size() <= 600U);
    BOOST_TEST(!contains(got.message, "the-key"));
    BOOST_TEST(got.elapsed > 0ns);
    BOOST_TEST(got.failed_files.empty());
    BOOST_TEST(got.failed_file_count == 0U);
}

fetch_options two_attempts() { return brisk(2); }

audit_options audit_with_two_attempts()
{
    auto options = brisk_audit(1);
    options.attempts = 2;
    return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_outcomes)

BOOST_AUTO_TEST_CASE(ok_holds_the_failed_files_as_they_are)
{
    live_client at{{.jobs = 30}};
    std::uint64_t files = 0;
    for (const auto& job : at.jobs()) {
        const auto result = at.fetch(job);
        const auto truth = at.server.truth(job).failed_files;
        BOOST_TEST(result.job == job);
        BOOST_TEST(result.kind == outcome_kind::ok);
        BOOST_TEST(result.http_status == 200);
        BOOST_TEST(result.attempts == 1U);
        BOOST_TEST(result.elapsed > 0ns);
        BOOST_TEST((result.failed_files == truth));
        BOOST_TEST(result.failed_file_count == truth.size());
        BOOST_TEST(result.message.empty());
        BOOST_TEST(result.validation.empty());
        BOOST_TEST(!result.error);
        files += truth.size();
    }
    BOOST_TEST(files > 0U);
    BOOST_TEST(at.server.stats().connections == 1U);
}

BOOST_AUTO_TEST_CASE(each_kind_of_answer_has_its_outcome)
{
    for (const auto& each : expected_outcomes()) {
        BOOST_TEST_CONTEXT(each.name)
        {
            case_of_one at{each};
            check(at.fetch(at.job(), two_attempts()), each, at.job());
            BOOST_TEST(at.server.stats().requests == each.attempts);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_audit_says_the_same_of_it)
{
    for (const auto& each : expected_outcomes()) {
        BOOST_TEST_CONTEXT(each.name)
        {
            case_of_one at{each};
            const auto batch = at.audit(at.jobs(), audit_with_two_attempts());
            BOOST_TEST(!batch.error);
            BOOST_TEST_REQUIRE(batch.outcomes.size() == 1U);
            check(batch.outcomes.front(), each, at.job());
            BOOST_TEST(batch.totals.count(each.kind) == 1U);
            BOOST_TEST(batch.totals.requests == each.attempts);
            BOOST_TEST(batch.totals.retries == each.attempts - 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_costs_no_attempt_until_all_have_been_refused_for_too_long)
{
    live_client at{scripted({{.status = 429, .retry_after = "0"}}, {.jobs = 1})};
    auto how = two_attempts();
    how.outage_limit = 500ms;
    const auto result = at.fetch(at.job(), how);

    BOOST_TEST(result.kind == outcome_kind::rate_limited);
    BOOST_TEST((result.error == errc::rate_limited));
    BOOST_TEST(result.http_status == 429);
    BOOST_TEST(result.attempts == 0U);
    BOOST_TEST(contains(result.message, "Too many requests"));
    BOOST_TEST(result.elapsed >= 500ms);
    BOOST_TEST(at.server.stats().requests == 2U);
}

BOOST_AUTO_TEST_CASE(validation_holds_the_issues)
{
    live_client at{scripted({{.status = 422}, {.status = 422, .body = R"({"detail":"as text"})"}}, {.jobs = 1})};
    const auto listed = at.fetch(at.job());
    const auto text = at.fetch(at.job());

    BOOST_TEST(
        (listed.validation ==
         std::vector<validation_issue>{{{std::string{"path"}, std::string{"job_id"}}, "Value error", "value_error"}}));
    BOOST_TEST((text.validation == std::vector<validation_issue>{{{}, "as text", ""}}));
}

BOOST_AUTO_TEST_CASE(a_wrong_base_path_is_told_from_a_job_that_does_not_exist)
{
    live_client at{{.jobs = 1}};
    auto options = at.towards(at.server);
    options.url += "/no/such/place";
    jobaudit::client lost{at.loop.executor(), options};
    const auto [error, wrong_path] = at.loop.run(lost.async_fetch(at.job(), brisk(), as_values));
    const auto no_job = at.fetch(*job_id::parse("00000000-0000-4000-8000-000000000000"));

    BOOST_TEST(!error);
    BOOST_TEST(wrong_path.kind == outcome_kind::server_error);
    BOOST_TEST((wrong_path.error == errc::unknown_path));
    BOOST_TEST(contains(wrong_path.message, "not the platform's answer"));
    BOOST_TEST(no_job.kind == outcome_kind::not_found);
    BOOST_TEST(no_job.message == "Job not found");
}

BOOST_AUTO_TEST_CASE(a_url_that_has_the_api_path_already_is_understood)
{
    live_client at{{.jobs = 1}};
    for (const auto* path : {"/", "/api/v1", "/api/v1/"}) {
        auto options = at.towards(at.server);
        options.url += path;
        jobaudit::client client{at.loop.executor(), options};
        const auto [error, result] = at.loop.run(client.async_fetch(at.job(), brisk(), as_values));
        BOOST_TEST(result.kind == outcome_kind::ok, path);
    }
}

BOOST_AUTO_TEST_CASE(the_key_is_sent_as_its_scheme_says)
{
    for (const auto scheme : {authentication::api_key, authentication::bearer}) {
        live_client at{{.jobs = 1, .api_key = "right"}, {.credentials = {.key = "right", .scheme = scheme}}};
        BOOST_TEST(at.fetch(at.job()).kind == outcome_kind::ok);
        auto options = at.towards(at.server, {.credentials = {.key = "wrong", .scheme = scheme}});
        jobaudit::client stranger{at.loop.executor(), options};
        const auto [error, refused] = at.loop.run(stranger.async_fetch(at.job(), brisk(), as_values));
        BOOST_TEST(refused.kind == outcome_kind::unauthorized);
        BOOST_TEST(refused.http_status == (scheme == authentication::bearer ? 500 : 401));
        BOOST_TEST(refused.attempts == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_redirect_takes_the_key_nowhere)
{
    event_loop elsewhere;
    asio::ip::tcp::acceptor target{elsewhere.executor(), {asio::ip::address_v4::loopback(), 0}};
    target.non_blocking(true);
    const auto port = std::to_string(target.local_endpoint().port());
    for (const int status : {301, 302, 303, 307, 308}) {
        live_client at{scripted({{.status = status, .headers = {{"Location", "http://127.0.0.1:" + port + "/there"}}}},
                                {.jobs = 1})};
        const auto result = at.fetch(at.job());
        BOOST_TEST(result.kind == outcome_kind::http_error);
        BOOST_TEST(result.http_status == status);
        BOOST_TEST(contains(result.message, "http://127.0.0.1:" + port));
        BOOST_TEST(!contains(result.message, "/there"));
        BOOST_TEST(at.server.stats().requests == 1U);
    }
    error_code nobody_came;
    asio::ip::tcp::socket none{elsewhere.executor()};
    target.accept(none, nobody_came);
    BOOST_TEST(nobody_came == asio::error::would_block);
}

BOOST_AUTO_TEST_CASE(a_message_is_printable)
{
    live_client at{scripted({{.status = 500, .body = std::string{"\x1b[31mred\r\n\0\xff", 12}}}, {.jobs = 1})};
    const auto message = at.fetch(at.job(), brisk(1)).message;
    BOOST_TEST(contains(message, "red"));
    for (const char character : message)
        BOOST_TEST(static_cast<unsigned char>(character) >= 0x20);
}

BOOST_AUTO_TEST_SUITE_END()
