#include "client/live_client.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;
using emulator::step;

step throttled(const char* retry_after) { return {.status = 429, .retry_after = retry_after}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_retries)

BOOST_AUTO_TEST_CASE(go_on_until_an_attempt_succeeds)
{
    live_client at{scripted({{.status = 503}, {.fault = fault::reset_in_body}, {.fault = fault::cut_json}, {}},
                            {.jobs = 1, .records_per_job = 4})};
    const auto result = at.fetch(at.job());

    BOOST_TEST(result.kind == outcome_kind::ok);
    BOOST_TEST(result.attempts == 4U);
    BOOST_TEST((result.failed_files == at.server.truth(at.job()).failed_files));
    BOOST_TEST(!result.error);
    BOOST_TEST(result.message.empty());
}

BOOST_AUTO_TEST_CASE(end_with_the_last_failure_when_the_attempts_are_used_up)
{
    for (const unsigned attempts : {1U, 3U, 6U}) {
        live_client at{scripted({{.status = 500}, {.status = 502}}, {.jobs = 1})};
        const auto result = at.fetch(at.job(), brisk(attempts));
        BOOST_TEST(result.kind == outcome_kind::server_error);
        BOOST_TEST(result.attempts == attempts);
        BOOST_TEST(result.http_status == (attempts == 1 ? 500 : 502));
        BOOST_TEST(at.server.stats().requests == attempts);
    }
}

BOOST_AUTO_TEST_CASE(wait_at_least_as_long_as_the_server_asks)
{
    const step asked[]{throttled("1"),
                       {.status = 429, .body = R"({"detail":"later","retry_after":1})"},
                       {.status = 429, .retry_after_date = 2},
                       {.status = 503, .retry_after = "1"},
                       {.status = 500, .retry_after = "1"}};
    for (const auto& each : asked) {
        live_client at{scripted({each, {}}, {.jobs = 1})};
        const auto result = at.fetch(at.job());
        BOOST_TEST(result.kind == outcome_kind::ok);
        // Of these only the 500 is a failure, which costs an attempt.
        BOOST_TEST(result.attempts == (each.status == 500 ? 2U : 1U));
        BOOST_TEST(result.elapsed >= 1s);
    }
}

BOOST_AUTO_TEST_CASE(do_not_count_the_wait_that_the_server_asks_for_as_the_jobs_time)
{
    live_client at{scripted({throttled("1"), {}}, {.jobs = 2})};
    auto how = brisk();
    how.job_timeout = 400ms;
    operation_probe<outcome> told;
    operation_probe<outcome> behind;
    at.client->async_fetch(at.job(0), how, told.token());
    at.loop.run_until([&] { return at.server.stats().responses.count(429) == 1; });
    at.client->async_fetch(at.job(1), how, behind.token());
    at.finish(told);
    at.finish(behind);

    BOOST_TEST(told.result().kind == outcome_kind::ok);
    BOOST_TEST(told.result().attempts == 1U);
    BOOST_TEST(behind.result().kind == outcome_kind::ok);
}

BOOST_AUTO_TEST_CASE(do_not_wait_longer_than_their_own_limit_for_what_another_fetch_was_asked_for)
{
    live_client at{scripted({throttled("60"), {}}, {.jobs = 2})};
    operation_probe<outcome> told;
    at.client->async_fetch(at.job(0), brisk(), told.token());
    at.loop.run_until([&] { return at.server.stats().responses.count(429) == 1; });
    at.loop.settle();
    auto impatient = brisk();
    impatient.max_wait = 10s;
    const auto result = at.fetch(at.job(1), impatient);

    BOOST_TEST(result.kind == outcome_kind::rate_limited);
    BOOST_TEST(result.error == errc::rate_limited);
    BOOST_TEST(result.attempts == 0U);
    BOOST_TEST(result.elapsed.count() == 0);
    BOOST_TEST(contains(result.message, "longer than is to be waited (10 s)"), result.message);
    BOOST_TEST(at.server.stats().requests == 1U);
    told.cancel();
    at.finish(told);
}

BOOST_AUTO_TEST_CASE(do_not_leave_a_line_for_a_connection_through_a_gate_that_has_closed)
{
    live_client at{scripted({throttled("60")}, {.jobs = 4}), {.connections = 1}};
    std::vector<operation_probe<outcome>> fetches(4);
    for (std::uint64_t i = 0; i < fetches.size(); ++i) {
        auto how = brisk();
        how.max_wait = i == 0 ? 120s : 10s;
        at.client->async_fetch(at.job(i), how, fetches[i].token());
    }
    for (std::size_t i = 1; i < fetches.size(); ++i) {
        at.finish(fetches[i]);
        BOOST_TEST(fetches[i].result().kind == outcome_kind::rate_limited);
        BOOST_TEST(fetches[i].result().attempts == 0U);
    }
    BOOST_TEST(at.server.stats().requests == 1U);
    fetches.front().cancel();
    at.finish(fetches.front());
}

BOOST_AUTO_TEST_CASE(are_given_up_when_the_backoff_would_outlast_the_job)
{
    live_client at{scripted({{.status = 500}}, {.jobs = 1})};
    const auto result = at.fetch(at.job(), {.job_timeout = 10s, .backoff_base = 1000h, .backoff_limit = 1000h});

    BOOST_TEST(result.kind == outcome_kind::server_error);
    BOOST_TEST(result.attempts == 1U);
}

BOOST_AUTO_TEST_CASE(are_given_up_when_the_server_asks_for_too_long_a_wait)
{
    live_client at{scripted({throttled("3600")}, {.jobs = 2})};
    const auto result = at.fetch(at.job(0));
    BOOST_TEST(result.kind == outcome_kind::rate_limited);
    BOOST_TEST(result.attempts == 0U);

    // Nor does the next one hang for an hour.
    BOOST_TEST(at.fetch(at.job(1)).kind == outcome_kind::rate_limited);
}

BOOST_AUTO_TEST_CASE(replay_a_stale_connection_once_at_no_cost)
{
    live_client at{scripted({{.fault = fault::stale_keep_alive}}, {.jobs = 1})};
    for (int i = 0; i < 3; ++i) {
        const auto result = at.fetch(at.job(), brisk(1));
        BOOST_TEST(result.kind == outcome_kind::ok);
        BOOST_TEST(result.attempts == 1U);
    }
    BOOST_TEST(at.server.stats().requests == 5U);
    BOOST_TEST(at.server.stats().connections == 3U);
}

BOOST_AUTO_TEST_CASE(do_not_replay_twice_what_breaks_on_a_fresh_connection_too)
{
    live_client at{scripted({{}, {.fault = fault::close_before_response}}, {.jobs = 1})};
    BOOST_TEST(at.fetch(at.job(), brisk(1)).kind == outcome_kind::ok);
    const auto result = at.fetch(at.job(), brisk(1));

    BOOST_TEST(result.kind == outcome_kind::transport);
    BOOST_TEST(result.attempts == 1U);
    BOOST_TEST(at.server.requests_of(at.job()) == 3U);
}

BOOST_AUTO_TEST_CASE(do_not_replay_what_was_answered_in_part)
{
    for (const auto how : {fault::reset_in_head, fault::reset_in_body}) {
        live_client at{scripted({{}, {.fault = how}}, {.jobs = 1, .records_per_job = 9})};
        BOOST_TEST(at.fetch(at.job(), brisk(1)).kind == outcome_kind::ok);
        BOOST_TEST(at.fetch(at.job(), brisk(1)).kind == outcome_kind::transport);
        BOOST_TEST(at.server.requests_of(at.job()) == 2U);
    }
}

BOOST_AUTO_TEST_CASE(never_use_again_what_was_not_left_clean)
{
    for (const auto how : {fault::wrong_content_length, fault::unsolicited_bytes, fault::close_after_response}) {
        live_client at{scripted({{.fault = how}, {}}, {.jobs = 1, .records_per_job = 9})};
        (void)at.fetch(at.job(), brisk(2));
        BOOST_TEST((at.fetch(at.job()).failed_files == at.server.truth(at.job()).failed_files));
        BOOST_TEST(at.server.stats().connections == 2U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
