#include "client/batch_checks.hpp"
#include "client/live_client.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

struct platform : live_client {
    platform() : live_client{{.jobs = 300, .records_per_job = 2}} {}
};

// Awaitable; waits while it is shut, and sees whether its calls are serialised and where they run.
class awaited_sink {
public:
    explicit awaited_sink(event_loop& loop) : door_{loop.executor(), asio::steady_timer::time_point::max()} {}

    void shut() { open_ = false; }
    void open()
    {
        open_ = true;
        door_.cancel();
    }

    asio::awaitable<void> operator()(outcome&& result) { return take(std::move(result)); }

    std::vector<outcome> outcomes;
    unsigned calls = 0;
    unsigned overlaps = 0;
    unsigned elsewhere = 0;

private:
    asio::awaitable<void> take(outcome result)
    {
        ++calls;
        overlaps += inside_ ? 1U : 0U;
        elsewhere += std::this_thread::get_id() == home_ ? 0U : 1U;
        inside_ = true;
        while (!open_)
            (void)co_await door_.async_wait(as_values);
        outcomes.push_back(std::move(result));
        inside_ = false;
    }

    asio::steady_timer door_;
    std::thread::id home_ = std::this_thread::get_id();
    bool open_ = true;
    bool inside_ = false;
};

asio::awaitable<void> throw_later(bool odd)
{
    asio::steady_timer timer{co_await asio::this_coro::executor, 1ms};
    co_await timer.async_wait(asio::use_awaitable);
    if (odd)
        throw 42;
    throw std::runtime_error{"the disk is full"};
}

asio::awaitable<void> nothing() { co_return; }

// Fails with the fifth outcome; counts what comes all the same.
struct failing_sink {
    unsigned calls = 0;
    bool odd = false;

    void operator()(outcome&&)
    {
        if (++calls < 5)
            return;
        if (odd)
            throw 42;
        throw std::runtime_error{"the disk is full"};
    }
};

struct failing_awaited_sink {
    unsigned calls = 0;
    bool odd = false;

    asio::awaitable<void> operator()(outcome&&) { return ++calls < 5 ? nothing() : throw_later(odd); }
};

struct move_only_sink {
    std::unique_ptr<int> token;
    unsigned* count;

    void operator()(outcome&&) { ++*count; }
};

void check_sink_failure(const error_code& error, const summary& totals, bool odd)
{
    BOOST_TEST(error == errc::sink_failed);
    BOOST_TEST(totals.stopped == stop_reason::sink_failed);
    BOOST_TEST(contains(totals.message, odd ? "the sink failed" : "the disk is full"), totals.message);
    BOOST_TEST(totals.jobs == 300U);
    BOOST_TEST(totals.count(outcome_kind::ok) == 4U);
    BOOST_TEST(totals.count(outcome_kind::not_tried) == 296U);
    BOOST_TEST(totals.failed_files == 8U);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(audit_sinks, platform)

BOOST_AUTO_TEST_CASE(that_are_plain_are_called_once_a_job_and_never_twice_at_once)
{
    for (const unsigned threads : {1U, 2U, 4U}) {
        std::vector<outcome> outcomes;
        std::atomic<bool> inside{false};
        std::atomic<unsigned> overlaps{0};
        auto sink = [&](outcome&& one) {
            overlaps += inside.exchange(true) ? 1U : 0U;
            outcomes.push_back(std::move(one));
            inside = false;
        };
        const auto [error, totals] = audit_into(sink, jobs(), brisk_audit(16, threads));

        BOOST_TEST(!error);
        BOOST_TEST(overlaps == 0U);
        check_each_once(jobs(), outcomes);
        check_truth(server, outcomes);
        check_sums(totals, outcomes);
    }
}

BOOST_AUTO_TEST_CASE(that_are_awaitable_run_one_at_a_time_on_the_clients_executor)
{
    for (const unsigned threads : {1U, 2U, 4U}) {
        awaited_sink sink{loop};
        auto calls = [&sink](outcome&& one) { return sink(std::move(one)); };
        const auto [error, totals] = audit_into(calls, jobs(), brisk_audit(16, threads));

        BOOST_TEST(!error);
        BOOST_TEST(sink.overlaps == 0U);
        BOOST_TEST(sink.elsewhere == 0U);
        check_each_once(jobs(), sink.outcomes);
        check_truth(server, sink.outcomes);
        check_sums(totals, sink.outcomes);
    }
}

BOOST_AUTO_TEST_CASE(may_be_movable_alone)
{
    unsigned count = 0;
    operation_probe<summary> started;
    client->async_audit(jobs(), move_only_sink{std::make_unique<int>(1), &count}, brisk_audit(), started.token());
    finish(started);

    BOOST_TEST(count == 300U);
}

BOOST_AUTO_TEST_CASE(that_are_slow_slow_the_fetching)
{
    for (const unsigned threads : {1U, 2U}) {
        const auto before = server.stats().requests;
        awaited_sink sink{loop};
        sink.shut();
        operation_probe<summary> started;
        client->async_audit(
            jobs(), [&sink](outcome&& one) { return sink(std::move(one)); }, brisk_audit(6, threads), started.token());
        await_requests(before + 6);
        // Each job in flight may be fetched and wait for its turn; no other is begun.
        loop.run_until([&, looks = 0]() mutable { return ++looks > 20; });
        BOOST_TEST(server.stats().requests == before + 6);
        BOOST_TEST(sink.calls == 1U);
        sink.open();
        finish(started);
        check_each_once(jobs(), sink.outcomes);
    }
}

BOOST_AUTO_TEST_CASE(that_are_slow_hold_no_connection)
{
    live_client narrow{{.jobs = 20}, {.connections = 1}};
    awaited_sink sink{narrow.loop};
    sink.shut();
    operation_probe<summary> started;
    narrow.client->async_audit(
        narrow.jobs(), [&sink](outcome&& one) { return sink(std::move(one)); }, brisk_audit(1), started.token());
    narrow.loop.run_until([&] { return sink.calls == 1; });

    BOOST_TEST(narrow.fetch(narrow.job(19)).kind == outcome_kind::ok);
    BOOST_TEST(narrow.server.stats().max_open_connections == 1U);
    sink.open();
    narrow.finish(started);
    check_each_once(narrow.jobs(), sink.outcomes);
}

BOOST_AUTO_TEST_CASE(that_complete_at_once_do_not_pile_up_on_the_stack)
{
    live_client many{{.tls = false, .jobs = 20'000, .records_per_job = 0}};
    unsigned plain = 0;
    auto sink = [&](outcome&&) -> asio::awaitable<void> {
        ++plain;
        return nothing();
    };
    const auto [error, totals] = many.audit_into(sink, many.jobs(), brisk_audit(64, 2));
    BOOST_TEST(!error);
    BOOST_TEST(plain == 20'000U);
}

BOOST_AUTO_TEST_CASE(that_throw_end_the_batch_and_are_left_alone)
{
    for (const bool odd : {false, true}) {
        for (const unsigned threads : {1U, 2U, 4U}) {
            failing_sink plain{.odd = odd};
            auto call = [&plain](outcome&& one) { plain(std::move(one)); };
            const auto [error, totals] = audit_into(call, jobs(), brisk_audit(16, threads));
            check_sink_failure(error, totals, odd);
            BOOST_TEST(plain.calls == 5U);

            failing_awaited_sink awaited{.odd = odd};
            auto await = [&awaited](outcome&& one) { return awaited(std::move(one)); };
            const auto [awaited_error, awaited_totals] = audit_into(await, jobs(), brisk_audit(16, threads));
            check_sink_failure(awaited_error, awaited_totals, odd);
            BOOST_TEST(awaited.calls == 5U);
        }
    }
    BOOST_TEST(leaves_nothing());
}

BOOST_AUTO_TEST_CASE(that_fail_while_a_canceled_batch_drains_are_not_hidden_by_the_cancellation)
{
    live_client slow{scripted({{.delay = 50ms}}, {.jobs = 40})};
    operation_probe<summary> started;
    unsigned calls = 0;
    slow.client->async_audit(
        slow.jobs(),
        [&](outcome&&) {
            ++calls;
            throw std::runtime_error{"the disk is full"};
        },
        brisk_audit(4), started.token());
    slow.await_requests(1);
    started.cancel(asio::cancellation_type::partial);
    slow.finish(started);

    BOOST_TEST(started.error() == errc::sink_failed);
    BOOST_TEST(started.result().stopped == stop_reason::sink_failed);
    BOOST_TEST(started.result().count(outcome_kind::not_tried) == 40U);
    BOOST_TEST(calls == 1U);
}

BOOST_AUTO_TEST_CASE(that_fail_with_what_a_stop_left_over_are_not_hidden_by_the_stop)
{
    live_client refusing{scripted({{.status = 402}}, {.jobs = 40})};
    unsigned calls = 0;
    auto sink = [&](outcome&& one) {
        ++calls;
        if (one.kind == outcome_kind::not_tried)
            throw std::runtime_error{"the disk is full"};
    };
    const auto [error, totals] = refusing.audit_into(sink, refusing.jobs(), brisk_audit(1));

    BOOST_TEST(error == errc::sink_failed);
    BOOST_TEST(contains(totals.message, "the disk is full"));
    BOOST_TEST(totals.jobs == 40U);
    BOOST_TEST(totals.count(outcome_kind::not_tried) == 39U);
    BOOST_TEST(calls == 2U);
}

BOOST_AUTO_TEST_CASE(are_destroyed_with_their_source_before_the_audit_completes)
{
    for (const unsigned threads : {1U, 4U}) {
        live_client at{{.jobs = 40}};
        const auto token = std::make_shared<int>();
        long holders = 0;
        bool done = false;
        at.client->async_audit(
            [token, jobs = at.jobs(), next = std::size_t{0}]() mutable -> asio::awaitable<std::optional<job_id>> {
                co_return next < jobs.size() ? std::optional{jobs[next++]} : std::nullopt;
            },
            [token](outcome&&) {}, brisk_audit(8, threads),
            [&](error_code, summary) {
                holders = token.use_count();
                done = true;
            });
        at.loop.run_until([&] { return done; });

        BOOST_TEST(holders == 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
