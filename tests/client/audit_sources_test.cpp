#include "client/platform_of_300.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <array>
#include <atomic>
#include <list>
#include <span>
#include <stdexcept>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

// Gives `jobs` in small portions, then nothing, or throws `then`; knows when it is called once too often.
class counted_source final : public job_source {
public:
    explicit counted_source(std::vector<job_id> jobs, std::exception_ptr then = {})
        : jobs_{std::move(jobs)}, then_{then}
    {}

    std::size_t read(std::span<job_id> out) override
    {
        calls_after_end_ += ended_ ? 1U : 0U;
        const auto count = std::min({out.size(), jobs_.size() - next_, std::size_t{7}});
        std::copy_n(jobs_.begin() + static_cast<std::ptrdiff_t>(next_), count, out.begin());
        next_ += count;
        ended_ = count == 0;
        if (ended_ && then_)
            std::rethrow_exception(then_);
        return count;
    }

    [[nodiscard]] unsigned calls_after_end() const { return calls_after_end_; }

private:
    std::vector<job_id> jobs_;
    std::exception_ptr then_;
    std::size_t next_ = 0;
    bool ended_ = false;
    unsigned calls_after_end_ = 0;
};

asio::awaitable<void> pause(std::chrono::nanoseconds time)
{
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

// Asynchronous, with a pause before each job; after the last it ends, throws or waits for ever.
struct slow_source {
    enum class end : unsigned char { none, failure, odd_failure, never, late_job };

    std::vector<job_id> jobs;
    end last = end::none;
    std::chrono::nanoseconds pace{};
    std::size_t next = 0;

    asio::awaitable<std::optional<job_id>> operator()()
    {
        if (pace > 0ns)
            co_await pause(pace);
        if (next < jobs.size())
            co_return jobs[next++];
        if (last == end::failure)
            throw std::runtime_error{"the queue is gone"};
        if (last == end::odd_failure)
            throw 42;
        if (last == end::never)
            co_await pause(1h);
        if (last == end::late_job && next++ == jobs.size()) {
            asio::steady_timer timer{co_await asio::this_coro::executor, 1h};
            (void)co_await timer.async_wait(as_values);
            co_return job_id{};
        }
        co_return std::nullopt;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(audit_sources, platform_of_300)

BOOST_AUTO_TEST_CASE(may_be_a_vector_that_is_copied_moved_or_referred_to)
{
    auto all = jobs();
    check_all(audit(all));
    check_all(audit(std::span{all}));
    BOOST_TEST(all.size() == 300U);
    check_all(audit(std::move(all)));
}

BOOST_AUTO_TEST_CASE(may_be_any_other_range)
{
    const auto all = jobs();
    check_all(audit(std::list<job_id>(all.begin(), all.end())));
    const std::array<job_id, 2> two{all[0], all[1]};
    BOOST_TEST(audit(two).outcomes.size() == 2U);
}

BOOST_AUTO_TEST_CASE(may_be_empty)
{
    const auto batch = audit(std::vector<job_id>{});
    BOOST_TEST(!batch.error);
    BOOST_TEST(batch.totals.jobs == 0U);
    BOOST_TEST(batch.totals.stopped == stop_reason::none);
    BOOST_TEST(server.stats().connections == 0U);
}

BOOST_AUTO_TEST_CASE(may_name_a_job_twice)
{
    const auto batch = audit(std::vector{job(0), job(1), job(0)});
    check_each_once({job(0), job(0), job(1)}, batch.outcomes);
}

BOOST_AUTO_TEST_CASE(are_read_to_their_end_and_not_beyond_it)
{
    for (const unsigned threads : {1U, 2U, 4U}) {
        counted_source source{jobs()};
        check_all(audit(source, brisk_audit(8, threads)));
        BOOST_TEST(source.calls_after_end() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(that_throw_end_the_batch_with_an_outcome_for_each_job_that_they_gave)
{
    for (const auto& what :
         {std::make_exception_ptr(std::runtime_error{"bad line 301"}), std::make_exception_ptr(42)}) {
        for (const unsigned threads : {1U, 4U}) {
            counted_source source{jobs(), what};
            const auto batch = audit(source, brisk_audit(8, threads));
            BOOST_TEST(batch.error == errc::source_failed);
            BOOST_TEST(batch.totals.stopped == stop_reason::source_failed);
            BOOST_TEST(contains(batch.totals.message, "the source of the jobs failed"));
            check_each_once(jobs(), batch.outcomes);
            check_sums(batch.totals, batch.outcomes);
            BOOST_TEST(source.calls_after_end() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(may_be_asynchronous)
{
    for (const unsigned threads : {1U, 2U, 4U})
        check_all(audit(slow_source{jobs()}, brisk_audit(8, threads)));
}

BOOST_AUTO_TEST_CASE(may_be_asynchronous_and_slow)
{
    for (const unsigned threads : {1U, 3U})
        check_all(audit(slow_source{.jobs = jobs(), .pace = 100us}, brisk_audit(8, threads)));
}

BOOST_AUTO_TEST_CASE(may_be_asynchronous_and_empty)
{
    const auto batch = audit(slow_source{}, brisk_audit(4, 2));
    BOOST_TEST(!batch.error);
    BOOST_TEST(batch.totals.jobs == 0U);
}

BOOST_AUTO_TEST_CASE(that_are_asynchronous_and_throw_end_the_batch)
{
    for (const auto how : {slow_source::end::failure, slow_source::end::odd_failure}) {
        const auto batch = audit(slow_source{.jobs = jobs(), .last = how}, brisk_audit(8, 2));
        BOOST_TEST(batch.error == errc::source_failed);
        BOOST_TEST(contains(batch.totals.message, "the source of the jobs failed"));
        check_each_once(jobs(), batch.outcomes);
        check_sums(batch.totals, batch.outcomes);
    }
}

BOOST_AUTO_TEST_CASE(that_are_asynchronous_are_canceled_with_the_batch)
{
    for (const auto how : {asio::cancellation_type::partial, asio::cancellation_type::terminal}) {
        std::vector<outcome> outcomes;
        operation_probe<summary> started;
        client->async_audit(
            slow_source{.jobs = jobs(), .last = slow_source::end::never},
            [&](outcome&& one) { outcomes.push_back(std::move(one)); }, brisk_audit(), started.token());
        loop.run_until([&] { return outcomes.size() == 300; });
        started.cancel(how);
        finish(started);

        check_each_once(jobs(), outcomes);
        check_sums(started.result(), outcomes);
        // All that was given had ended, but nobody knows what more would have come.
        BOOST_TEST(started.error() == errc::canceled);
        BOOST_TEST(started.result().stopped == stop_reason::canceled);
    }
}

BOOST_AUTO_TEST_CASE(that_are_asynchronous_and_waiting_when_the_client_is_closed_are_not_complete)
{
    std::atomic<std::size_t> delivered{0};
    operation_probe<summary> started;
    client->async_audit(
        slow_source{.jobs = jobs(), .last = slow_source::end::never}, [&](outcome&&) { ++delivered; },
        brisk_audit(8, 2), started.token());
    loop.run_until([&] { return delivered == 300; });
    close();

    BOOST_TEST(started.error() == errc::client_closed);
    BOOST_TEST(started.result().stopped == stop_reason::canceled);
}

BOOST_AUTO_TEST_CASE(that_have_ended_before_a_cancellation_with_all_their_jobs_are_complete)
{
    std::size_t delivered = 0;
    operation_probe<summary> started;
    client->async_audit(
        jobs(),
        [&](outcome&&) -> asio::awaitable<void> {
            if (++delivered == 300)
                started.cancel();
            co_return;
        },
        brisk_audit(), started.token());
    finish(started);

    BOOST_TEST(!started.error());
    BOOST_TEST(started.result().stopped == stop_reason::none);
}

BOOST_AUTO_TEST_CASE(that_give_a_job_when_the_batch_has_ended_get_an_outcome_for_it)
{
    std::vector<outcome> outcomes;
    operation_probe<summary> started;
    client->async_audit(
        slow_source{.jobs = {job()}, .last = slow_source::end::late_job},
        [&](outcome&& one) { outcomes.push_back(std::move(one)); }, brisk_audit(), started.token());
    loop.run_until([&] { return outcomes.size() == 1; });
    started.cancel();
    finish(started);

    BOOST_TEST_REQUIRE(outcomes.size() == 2U);
    BOOST_TEST(outcomes.back().kind == outcome_kind::not_tried);
    BOOST_TEST(started.error() == errc::canceled);
    check_sums(started.result(), outcomes);
}

BOOST_AUTO_TEST_CASE(that_are_asynchronous_are_read_only_a_bounded_way_ahead)
{
    live_client stuck{scripted({{.fault = emulator::fault::stall}}, {.jobs = 1, .accept_any_id = true})};
    std::uint64_t given = 0;
    operation_probe<summary> started;
    stuck.client->async_audit(
        [&]() -> asio::awaitable<std::optional<job_id>> {
            job_id::bytes_type bytes{};
            bytes[0] = static_cast<std::uint8_t>(++given);
            bytes[1] = static_cast<std::uint8_t>(given >> 8);
            co_return job_id{bytes};
        },
        [](outcome&&) {}, brisk_audit(4), started.token());
    stuck.await_requests(4);
    stuck.loop.run_until([&, last = std::uint64_t{0}]() mutable { return std::exchange(last, given) == given; });
    BOOST_TEST(given <= 1024U + 16U);
    started.cancel();
    stuck.finish(started);
    BOOST_TEST(started.result().jobs == given);
}

BOOST_AUTO_TEST_SUITE_END()
