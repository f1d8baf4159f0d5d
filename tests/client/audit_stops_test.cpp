#include "client/batch_checks.hpp"
#include "client/live_client.hpp"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;
using emulator::step;

// The requests from `first` on are answered by `what`, up to `last`.
emulator::emulator_options from_request(std::uint64_t first, step what, std::uint64_t last = 1'000'000)
{
    emulator::emulator_options platform{.jobs = 200};
    platform.script.sequence = {{.first = first, .last = last, .step = std::move(what)}};
    return platform;
}

void check_stop(const live_client& at, const batch_result& batch, stop_reason reason)
{
    BOOST_TEST(!batch.error);
    BOOST_TEST(batch.totals.stopped == reason);
    BOOST_TEST(!batch.totals.message.empty());
    BOOST_TEST(batch.totals.count(outcome_kind::not_tried) > 0U);
    check_each_once(at.jobs(), batch.outcomes);
    check_sums(batch.totals, batch.outcomes);
    for (const auto& one : batch.outcomes)
        if (one.kind == outcome_kind::not_tried)
            BOOST_TEST(one.error == errc::not_tried);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_stops)

BOOST_AUTO_TEST_CASE(at_the_start_when_the_key_is_refused)
{
    for (const auto scheme : {authentication::api_key, authentication::bearer}) {
        for (const unsigned threads : {1U, 4U}) {
            live_client at{{.jobs = 200, .api_key = "another-key"},
                           {.credentials = {.key = "the-key", .scheme = scheme}}};
            const auto batch = at.audit(at.jobs(), brisk_audit(8, threads));

            check_stop(at, batch, stop_reason::fatal);
            BOOST_TEST(batch.totals.count(outcome_kind::unauthorized) == 1U);
            BOOST_TEST(batch.totals.count(outcome_kind::not_tried) == 199U);
            BOOST_TEST(contains(batch.totals.message, "key"));
            BOOST_TEST(at.server.stats().requests <= 8U);
            BOOST_TEST(at.server.stats().max_requests_of_a_job == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(in_the_middle_when_the_key_is_refused_twice)
{
    live_client at{from_request(50, {.status = 401})};
    const auto batch = at.audit(at.jobs(), brisk_audit(4));

    check_stop(at, batch, stop_reason::fatal);
    BOOST_TEST(batch.totals.count(outcome_kind::ok) == 49U);
    BOOST_TEST(batch.totals.count(outcome_kind::unauthorized) == 1U);
    const auto refused = std::ranges::find(batch.outcomes, outcome_kind::unauthorized, &outcome::kind);
    BOOST_TEST(at.server.requests_of(refused->job) == 2U);
}

BOOST_AUTO_TEST_CASE(not_when_the_key_is_refused_once_and_then_is_right)
{
    live_client at{from_request(50, {.status = 401}, 50)};
    const auto batch = at.audit(at.jobs(), brisk_audit(4));

    BOOST_TEST(batch.totals.stopped == stop_reason::none);
    BOOST_TEST(batch.totals.count(outcome_kind::ok) == 200U);
    BOOST_TEST(batch.totals.requests == 201U);
}

BOOST_AUTO_TEST_CASE(when_the_quota_is_used_up)
{
    live_client at{from_request(50, {.status = 402})};
    const auto batch = at.audit(at.jobs(), brisk_audit(4));

    check_stop(at, batch, stop_reason::fatal);
    BOOST_TEST(batch.totals.count(outcome_kind::ok) == 49U);
    BOOST_TEST(batch.totals.count(outcome_kind::payment_required) == 1U);
    BOOST_TEST(at.server.stats().requests <= 53U);
}

BOOST_AUTO_TEST_CASE(not_for_a_job_that_is_forbidden)
{
    emulator::emulator_options platform{.jobs = 200};
    const emulator::emulator same{platform};
    platform.script.jobs[same.job(7)] = {{.status = 403}};
    live_client at{platform};
    const auto batch = at.audit(at.jobs());

    BOOST_TEST(batch.totals.stopped == stop_reason::none);
    BOOST_TEST(batch.totals.count(outcome_kind::forbidden) == 1U);
    BOOST_TEST(batch.totals.count(outcome_kind::ok) == 199U);
}

BOOST_AUTO_TEST_CASE(when_the_first_twenty_jobs_are_all_forbidden)
{
    live_client at{scripted({{.status = 403}}, {.jobs = 200})};
    const auto batch = at.audit(at.jobs(), brisk_audit(4));

    check_stop(at, batch, stop_reason::fatal);
    BOOST_TEST(batch.totals.count(outcome_kind::forbidden) >= 20U);
    BOOST_TEST(at.server.stats().requests <= 24U);
}

BOOST_AUTO_TEST_CASE(not_when_one_of_the_first_twenty_was_allowed)
{
    live_client at{from_request(1, {.status = 403}, 19)};
    const auto batch = at.audit(at.jobs(), brisk_audit(1));

    BOOST_TEST(batch.totals.stopped == stop_reason::none);
    BOOST_TEST(batch.totals.count(outcome_kind::forbidden) == 19U);
    BOOST_TEST(batch.totals.count(outcome_kind::ok) == 181U);
}

BOOST_AUTO_TEST_CASE(at_the_start_when_the_certificate_does_not_verify)
{
    live_client at{{.certificate = {.names = {"elsewhere.example"}}, .jobs = 200}};
    const auto batch = at.audit(at.jobs(), brisk_audit(8, 2));

    check_stop(at, batch, stop_reason::fatal);
    BOOST_TEST(batch.totals.count(outcome_kind::tls) == 1U);
    BOOST_TEST(at.server.stats().requests == 0U);
}

BOOST_AUTO_TEST_CASE(when_the_server_asks_for_too_long_a_wait_and_says_when_to_resume)
{
    live_client at{from_request(50, {.status = 429, .retry_after = "3600"})};
    const auto before = std::chrono::system_clock::now();
    const auto batch = at.audit(at.jobs(), brisk_audit(4, 2));

    check_stop(at, batch, stop_reason::wait_too_long);
    BOOST_TEST(batch.totals.count(outcome_kind::ok) == 49U);
    BOOST_TEST_REQUIRE(batch.totals.resume_at.has_value());
    BOOST_TEST((*batch.totals.resume_at >= before + 1h));
    BOOST_TEST(at.server.stats().requests <= 54U);
}

BOOST_AUTO_TEST_CASE(no_batch_for_a_wait_within_the_limit)
{
    live_client at{from_request(50, {.status = 503, .retry_after = "1"}, 50)};
    auto options = brisk_audit(4);
    options.max_wait = 1s;
    const auto batch = at.audit(at.jobs(), options);

    BOOST_TEST(batch.totals.stopped == stop_reason::none);
    BOOST_TEST(batch.totals.count(outcome_kind::ok) == 200U);
    BOOST_TEST(!batch.totals.resume_at.has_value());
}

BOOST_AUTO_TEST_CASE(at_its_deadline)
{
    for (const unsigned threads : {1U, 4U}) {
        live_client at{from_request(50, {.fault = fault::stall})};
        auto options = brisk_audit(8, threads);
        options.deadline = 300ms;
        const auto batch = at.audit(at.jobs(), options);

        check_stop(at, batch, stop_reason::deadline);
        BOOST_TEST(batch.totals.elapsed >= 300ms);
        BOOST_TEST(batch.totals.count(outcome_kind::ok) == 49U);
        BOOST_TEST(batch.totals.count(outcome_kind::not_tried) == 151U);
    }
}

BOOST_AUTO_TEST_CASE(not_at_a_deadline_that_passes_while_the_last_outcome_is_delivered)
{
    live_client at{{.jobs = 1}};
    auto options = brisk_audit(1);
    options.deadline = 500ms;
    std::vector<outcome> outcomes;
    const auto started = std::chrono::steady_clock::now();
    auto sink = [&](outcome&& one) -> asio::awaitable<void> {
        asio::steady_timer timer{co_await asio::this_coro::executor, started + options.deadline + 300ms};
        co_await timer.async_wait(asio::use_awaitable);
        outcomes.push_back(std::move(one));
    };
    const auto [error, totals] = at.audit_into(sink, at.jobs(), options);

    BOOST_TEST(!error);
    BOOST_TEST(totals.stopped == stop_reason::none);
    BOOST_TEST_REQUIRE(outcomes.size() == 1U);
    BOOST_TEST(outcomes.front().kind == outcome_kind::ok);
}

BOOST_AUTO_TEST_CASE(at_its_deadline_also_when_nothing_is_in_flight)
{
    live_client at{{.jobs = 200}};
    auto options = brisk_audit(4);
    options.rate = 0.001;
    options.deadline = 100ms;
    const auto batch = at.audit(at.jobs(), options);

    check_stop(at, batch, stop_reason::deadline);
    BOOST_TEST(batch.totals.count(outcome_kind::not_tried) >= 199U);
}

BOOST_AUTO_TEST_SUITE_END()
