#include "client/batch_checks.hpp"
#include "client/live_client.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using asio::cancellation_type;
using emulator::fault;

// An audit of all jobs that is to be canceled.
struct running_audit {
    explicit running_audit(emulator::emulator_options platform, audit_options how = brisk_audit(4))
        : at{std::move(platform)}
    {
        at.client->async_audit(
            at.jobs(),
            [this](outcome&& one) {
                const std::lock_guard lock{mutex};
                outcomes.push_back(std::move(one));
            },
            how, started.token());
    }

    [[nodiscard]] std::size_t count(outcome_kind kind) const
    {
        return static_cast<std::size_t>(std::ranges::count(outcomes, kind, &outcome::kind));
    }

    void finish_canceled()
    {
        at.finish(started);
        BOOST_TEST(started.calls() == 1);
        BOOST_TEST(started.error() == errc::canceled);
        BOOST_TEST(started.result().stopped == stop_reason::canceled);
        check_each_once(at.jobs(), outcomes);
        check_sums(started.result(), outcomes);
        BOOST_TEST(at.leaves_nothing());
    }

    live_client at;
    std::mutex mutex;
    std::vector<outcome> outcomes;
    operation_probe<summary> started;
};

emulator::emulator_options slow() { return scripted({{.delay = 100ms}}, {.jobs = 40}); }
emulator::emulator_options stalling() { return scripted({{.fault = fault::stall}}, {.jobs = 40}); }

audit_options draining_for(std::chrono::nanoseconds limit, unsigned threads = 1)
{
    auto options = brisk_audit(4, threads);
    options.drain_limit = limit;
    return options;
}

/// Cancels itself; says what of the batch had been counted by then.
asio::awaitable<summary> cancel_a_batch(live_client& at, unsigned done_before)
{
    summary totals;
    auto how = brisk_audit(1);
    how.totals = &totals;
    asio::cancellation_signal stop;
    unsigned delivered = 0;
    const auto sink = [&](outcome&&) {
        if (++delivered == done_before)
            stop.emit(cancellation_type::terminal);
    };
    try {
        (void)co_await at.client->async_audit(at.jobs(), sink, how,
                                              asio::bind_cancellation_slot(stop.slot(), asio::use_awaitable));
    } catch (const boost::system::system_error& ended) {
        BOOST_TEST(ended.code() == errc::canceled);
    }
    co_return totals;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_cancellation)

BOOST_AUTO_TEST_CASE(that_is_partial_lets_what_is_in_flight_end)
{
    for (const unsigned threads : {1U, 4U}) {
        running_audit batch{slow(), draining_for(1h, threads)};
        // The first one is asked for alone.
        batch.at.await_requests(5);
        batch.started.cancel(cancellation_type::partial);
        batch.finish_canceled();

        BOOST_TEST(batch.count(outcome_kind::ok) == 5U);
        BOOST_TEST(batch.count(outcome_kind::not_tried) == 35U);
        BOOST_TEST(batch.at.server.stats().requests == 5U);
    }
}

BOOST_AUTO_TEST_CASE(that_is_partial_waits_no_longer_than_the_drain_limit)
{
    for (const auto limit : {0ms, 50ms}) {
        running_audit batch{stalling(), draining_for(limit)};
        batch.at.await_requests(4);
        batch.started.cancel(cancellation_type::partial);
        batch.finish_canceled();

        BOOST_TEST(batch.count(outcome_kind::canceled) == 4U);
        BOOST_TEST(batch.count(outcome_kind::not_tried) == 36U);
    }
}

BOOST_AUTO_TEST_CASE(that_is_terminal_ends_everything_at_once)
{
    for (const auto how : {cancellation_type::terminal, cancellation_type::total}) {
        for (const unsigned threads : {1U, 4U}) {
            running_audit batch{stalling(), draining_for(1h, threads)};
            batch.at.await_requests(4);
            batch.started.cancel(how);
            batch.finish_canceled();

            BOOST_TEST(batch.count(outcome_kind::canceled) == 4U);
            BOOST_TEST(batch.count(outcome_kind::not_tried) == 36U);
            for (const auto& one : batch.outcomes) {
                const bool tried = one.kind == outcome_kind::canceled;
                BOOST_TEST(one.attempts == (tried ? 1U : 0U));
                BOOST_TEST(one.error == (tried ? errc::canceled : errc::not_tried));
                BOOST_TEST((one.elapsed > 0ns) == tried);
                BOOST_TEST(one.http_status == 0);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(that_is_terminal_ends_one_that_is_partial)
{
    running_audit batch{stalling(), draining_for(1h)};
    batch.at.await_requests(4);
    batch.started.cancel(cancellation_type::partial);
    batch.at.loop.settle();
    batch.started.cancel(cancellation_type::partial);
    batch.at.loop.settle();
    BOOST_TEST(!batch.started.done());
    batch.started.cancel(cancellation_type::terminal);
    batch.started.cancel(cancellation_type::terminal);
    batch.finish_canceled();

    BOOST_TEST(batch.count(outcome_kind::canceled) == 4U);
}

BOOST_AUTO_TEST_CASE(before_the_first_turn_of_the_loop_lets_no_request_out)
{
    for (const auto how : {cancellation_type::partial, cancellation_type::terminal}) {
        running_audit batch{slow(), draining_for(1h)};
        batch.started.cancel(how);
        batch.started.cancel(how);
        batch.finish_canceled();

        BOOST_TEST(batch.count(outcome_kind::not_tried) == 40U);
        BOOST_TEST(batch.at.server.stats().requests == 0U);
    }
}

BOOST_AUTO_TEST_CASE(before_the_first_turn_of_the_loop_reaches_the_threads_that_began_at_once)
{
    running_audit batch{stalling(), draining_for(1h, 4)};
    batch.started.cancel();
    batch.finish_canceled();

    BOOST_TEST(batch.count(outcome_kind::not_tried) >= 36U);
}

BOOST_AUTO_TEST_CASE(on_the_executor_before_the_audit_has_started_opens_no_connection)
{
    live_client at{{.jobs = 10}};
    std::vector<outcome> outcomes;
    operation_probe<summary> started;
    asio::post(at.loop.executor(), [&] {
        at.client->async_audit(
            at.jobs(), [&](outcome&& one) { outcomes.push_back(std::move(one)); }, brisk_audit(), started.token());
        started.cancel(cancellation_type::partial);
        started.cancel(cancellation_type::terminal);
    });
    at.finish(started);

    BOOST_TEST(started.error() == errc::canceled);
    check_each_once(at.jobs(), outcomes);
    BOOST_TEST(at.server.stats().connections == 0U);
}

BOOST_AUTO_TEST_CASE(ends_the_wait_for_a_retry)
{
    for (const auto how : {cancellation_type::partial, cancellation_type::terminal}) {
        auto options = draining_for(1h);
        options.backoff_base = options.backoff_limit = options.job_timeout = 1000h;
        emulator::emulator_options platform{.jobs = 40};
        platform.script.sequence = {{.first = 1, .last = 1, .step = {.status = 500}}};
        running_audit batch{platform, options};
        batch.at.loop.run_until([&] { return batch.outcomes.size() == 39; });
        batch.started.cancel(how);
        batch.finish_canceled();

        BOOST_TEST(batch.outcomes.back().kind == outcome_kind::canceled);
        BOOST_TEST(batch.outcomes.back().attempts == 1U);
    }
}

BOOST_AUTO_TEST_CASE(ends_the_wait_behind_a_closed_gate)
{
    for (const unsigned threads : {1U, 4U}) {
        running_audit batch{scripted({{.status = 429, .retry_after = "600"}}, {.jobs = 40}), draining_for(1h, threads)};
        batch.at.loop.run_until([&] { return batch.at.server.stats().responses.count(429) == 1; });
        batch.started.cancel(cancellation_type::partial);
        batch.finish_canceled();

        BOOST_TEST(batch.count(outcome_kind::ok) == 0U);
        BOOST_TEST(batch.at.server.stats().requests <= 4U);
    }
}

BOOST_AUTO_TEST_CASE(ends_the_wait_for_a_slot_of_the_rate)
{
    auto options = draining_for(1h);
    options.rate = 0.001;
    running_audit batch{{.jobs = 40}, options};
    batch.at.loop.settle();
    batch.started.cancel(cancellation_type::partial);
    batch.finish_canceled();

    BOOST_TEST(batch.count(outcome_kind::not_tried) >= 39U);
}

BOOST_AUTO_TEST_CASE(after_the_end_does_nothing)
{
    running_audit batch{{.jobs = 40}};
    batch.at.finish(batch.started);
    batch.started.cancel();
    batch.at.loop.settle();

    BOOST_TEST(batch.started.calls() == 1);
    BOOST_TEST(!batch.started.error());
    BOOST_TEST(batch.count(outcome_kind::ok) == 40U);
}

BOOST_AUTO_TEST_CASE(leaves_the_counts_to_a_coroutine_that_gets_an_exception)
{
    live_client at{{.jobs = 40}};
    const auto totals = at.loop.run(cancel_a_batch(at, 10));
    BOOST_TEST(totals.stopped == stop_reason::canceled);
    BOOST_TEST(totals.jobs == 40U);
    BOOST_TEST(totals.count(outcome_kind::ok) >= 10U);
    BOOST_TEST(totals.count(outcome_kind::ok) < 40U);
}

BOOST_AUTO_TEST_SUITE_END()
