#include "client/live_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <exception>
#include <future>
#include <thread>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

constexpr unsigned threads = 4;

struct platform : live_client {
    platform() : live_client{{.tls = false, .jobs = 200, .threads = 2}} {}

    /// Asks for one job after the other, `count` of them; says how many answers were right.
    asio::awaitable<unsigned> fetch_some(jobaudit::client& through, unsigned count)
    {
        unsigned right = 0;
        for (unsigned i = 0; i < count; ++i) {
            const auto one = job(i % server.jobs());
            const auto result = co_await through.async_fetch(one, brisk(), asio::use_awaitable);
            right += result.job == one && result.kind == server.truth(one).kind ? 1 : 0;
        }
        co_return right;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(thread_pool, platform)

BOOST_AUTO_TEST_CASE(a_client_without_a_strand_answers_20000_fetches_of_four_threads)
{
    constexpr unsigned askers = 50;
    constexpr unsigned fetches_each = 400;
    asio::thread_pool pool{threads};
    jobaudit::client shared{pool, towards(server)};
    std::vector<std::future<unsigned>> started;
    for (unsigned i = 0; i < askers; ++i)
        started.push_back(asio::co_spawn(pool, fetch_some(shared, fetches_each), asio::use_future));
    unsigned right = 0;
    for (auto& each : started)
        right += each.get();
    shared.async_close(asio::use_future).get();
    pool.join();

    BOOST_TEST(right == askers * fetches_each);
}

BOOST_AUTO_TEST_CASE(a_client_works_on_an_io_context_that_several_threads_run)
{
    asio::io_context context;
    jobaudit::client shared{context, towards(server)};
    std::vector<std::future<unsigned>> started;
    for (unsigned i = 0; i < 8; ++i)
        started.push_back(asio::co_spawn(context, fetch_some(shared, 50), asio::use_future));
    auto batch = shared.async_audit(
        jobs(), [](outcome&&) {}, brisk_audit(8, 2), asio::use_future);
    std::vector<std::thread> running;
    for (unsigned i = 0; i < threads; ++i)
        running.emplace_back([&context] { context.run(); });
    unsigned right = 0;
    for (auto& each : started)
        right += each.get();
    const auto totals = batch.get();
    shared.async_close(asio::use_future).get();
    for (auto& each : running)
        each.join();

    BOOST_TEST(right == 400U);
    BOOST_TEST(totals.count(outcome_kind::ok) == 200U);
}

BOOST_AUTO_TEST_CASE(handlers_without_an_executor_run_one_at_a_time)
{
    asio::thread_pool pool{threads};
    jobaudit::client shared{pool, towards(server)};
    constexpr unsigned fetches = 400;
    std::atomic<int> running{0};
    std::atomic<bool> together{false};
    unsigned called = 0;  // by handlers that no lock keeps apart
    std::promise<void> all;
    for (unsigned i = 0; i < fetches; ++i)
        shared.async_fetch(job(i % 4), brisk(), [&](error_code, const outcome&) {
            together = together || running.fetch_add(1) != 0;
            std::this_thread::yield();
            running.fetch_sub(1);
            if (++called == fetches)
                all.set_value();
        });
    all.get_future().get();
    shared.async_close(asio::use_future).get();
    pool.join();

    BOOST_TEST(!together);
}

BOOST_AUTO_TEST_CASE(an_operation_is_canceled_from_any_thread)
{
    emulator::emulator silent{scripted({{.fault = emulator::fault::stall}}, {.tls = false, .jobs = 1})};
    asio::thread_pool pool{threads};
    jobaudit::client shared{pool, towards(silent)};
    asio::cancellation_signal signal;
    std::promise<error_code> ended;
    shared.async_fetch(
        silent.job(0), brisk(),
        asio::bind_cancellation_slot(signal.slot(), [&](error_code error, const outcome&) { ended.set_value(error); }));
    loop.run_until([&] { return silent.stats().requests == 1; });
    signal.emit(asio::cancellation_type::terminal);
    BOOST_TEST(ended.get_future().get() == errc::canceled);
    shared.async_close(asio::use_future).get();
    pool.join();
}

BOOST_AUTO_TEST_CASE(a_cancellation_signal_may_outlive_the_context)
{
    asio::cancellation_signal signal;
    {
        asio::io_context context;
        jobaudit::client short_lived{context, towards(server)};
        bool called = false;
        short_lived.async_fetch(
            job(0), brisk(),
            asio::bind_cancellation_slot(signal.slot(), [&called](error_code, const outcome&) { called = true; }));
        while (!called)
            context.run_one();
        short_lived.async_close([](error_code) {});
        context.run();
    }
    signal.emit(asio::cancellation_type::terminal);
    BOOST_TEST(signal.slot().has_handler());
}

BOOST_AUTO_TEST_SUITE_END()
