#include "client/live_client.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>

#include <future>
#include <memory>
#include <thread>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

struct platform : live_client {
    platform() : live_client{{.jobs = 4, .records_per_job = 3}} {}
};

bool is_right(const platform& at, const outcome& result)
{
    const auto truth = at.server.truth(result.job);
    return result.kind == truth.kind && result.failed_files == truth.failed_files;
}

// A handler that cannot be copied, as those of coroutines cannot.
struct move_only_handler {
    std::unique_ptr<outcome> into;
    outcome** shown;

    void operator()(error_code, outcome result)
    {
        *into = std::move(result);
        *shown = into.release();
    }
};

asio::awaitable<outcome> fetch_and_throw(client& through, job_id job)
{
    co_return co_await through.async_fetch(job, asio::use_awaitable);
}

asio::awaitable<error_code> error_of_awaitable(client& through, job_id job)
{
    try {
        (void)co_await through.async_fetch(job, asio::use_awaitable);
    } catch (const boost::system::system_error& thrown) {
        co_return thrown.code();
    }
    co_return error_code{};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(completion_tokens, platform)

BOOST_AUTO_TEST_CASE(a_callback_is_called_once_with_the_outcome)
{
    operation_probe<outcome> started;
    client->async_fetch(job(), started.token());
    finish(started);
    loop.settle();

    BOOST_TEST(started.calls() == 1);
    BOOST_TEST(!started.error());
    BOOST_TEST(is_right(*this, started.result()));
}

BOOST_AUTO_TEST_CASE(a_callback_may_be_movable_alone)
{
    outcome* shown = nullptr;
    client->async_fetch(job(), move_only_handler{std::make_unique<outcome>(), &shown});
    loop.run_until([&] { return shown != nullptr; });
    const std::unique_ptr<outcome> result{shown};

    BOOST_TEST(is_right(*this, *result));
}

BOOST_AUTO_TEST_CASE(a_future_holds_the_outcome)
{
    auto future = client->async_fetch(job(1), asio::use_future);
    loop.run_until([&] { return future.wait_for(0s) == std::future_status::ready; });

    BOOST_TEST(is_right(*this, future.get()));
}

BOOST_AUTO_TEST_CASE(a_deferred_operation_starts_when_it_is_launched)
{
    auto operation = client->async_fetch(job(2), asio::deferred);
    loop.settle();
    BOOST_TEST(server.stats().requests == 0U);
    outcome result;
    std::move(operation)([&](error_code, outcome got) { result = std::move(got); });
    loop.run_until([&] { return result.kind != outcome_kind::not_tried; });

    BOOST_TEST(is_right(*this, result));
}

BOOST_AUTO_TEST_CASE(an_awaitable_gives_the_outcome_and_throws_the_local_error)
{
    BOOST_TEST(is_right(*this, loop.run(fetch_and_throw(*client, job(3)))));

    bool closed = false;
    client->async_close([&](error_code) { closed = true; });
    loop.run_until([&] { return closed; });
    BOOST_TEST(loop.run(error_of_awaitable(*client, job())) == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(a_tuple_holds_the_error_and_the_outcome)
{
    const auto [error, result] = loop.run(client->async_fetch(job(), brisk(), as_values));
    BOOST_TEST(!error);
    BOOST_TEST(is_right(*this, result));
}

BOOST_AUTO_TEST_CASE(an_audit_takes_the_same_tokens)
{
    unsigned delivered = 0;
    auto sink = [&](outcome&&) { ++delivered; };
    auto future = client->async_audit(jobs(), sink, asio::use_future);
    loop.run_until([&] { return future.wait_for(0s) == std::future_status::ready; });
    BOOST_TEST(future.get().jobs == 4U);

    summary totals;
    client->async_audit(jobs(), sink, brisk_audit(),
                        asio::deferred)([&](error_code, summary got) { totals = std::move(got); });
    loop.run_until([&] { return totals.jobs != 0; });
    BOOST_TEST(totals.count(outcome_kind::ok) == 4U);
    BOOST_TEST(delivered == 8U);
}

BOOST_AUTO_TEST_CASE(a_handler_runs_on_the_strand_that_it_is_bound_to)
{
    asio::thread_pool others{2};
    auto strand = asio::make_strand(others);
    std::promise<bool> on_strand;
    client->async_fetch(job(), asio::bind_executor(strand, [&](error_code, outcome) {
                            on_strand.set_value(strand.running_in_this_thread());
                        }));
    auto seen = on_strand.get_future();
    loop.run_until([&] { return seen.wait_for(0s) == std::future_status::ready; });
    others.join();

    BOOST_TEST(seen.get());
}

BOOST_AUTO_TEST_CASE(an_operation_may_be_started_from_another_thread)
{
    std::future<outcome> future;
    std::thread other{[&] { future = client->async_fetch(job(1), asio::use_future); }};
    other.join();
    loop.run_until([&] { return future.wait_for(0s) == std::future_status::ready; });

    BOOST_TEST(is_right(*this, future.get()));
}

BOOST_AUTO_TEST_CASE(a_handler_never_runs_within_the_function_that_starts_its_operation)
{
    bool closed = false;
    client->async_close([&](error_code) { closed = true; });
    loop.run_until([&] { return closed; });

    bool initiating = true;
    unsigned within = 0;
    unsigned called = 0;
    asio::post(loop.executor(), [&] {
        const auto note = [&] {
            ++called;
            within += initiating ? 1 : 0;
        };
        client->async_fetch(job(), [note](error_code, outcome) { note(); });
        client->async_audit(
            std::vector<job_id>{}, [](outcome&&) {}, [note](error_code, summary) { note(); });
        client->async_close([note](error_code) { note(); });
        initiating = false;
    });
    loop.run_until([&] { return called == 3; });

    BOOST_TEST(within == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_works_on_a_strand_of_several_threads)
{
    asio::thread_pool threads{3};
    jobaudit::client shared{asio::make_strand(threads), towards(server)};
    std::vector<std::future<outcome>> all;
    for (int round = 0; round < 20; ++round)
        for (std::uint64_t i = 0; i < server.jobs(); ++i)
            all.push_back(shared.async_fetch(job(i), asio::use_future));
    bool right = true;
    for (auto& one : all)
        right = is_right(*this, one.get()) && right;
    shared.async_close(asio::use_future).get();
    threads.join();

    BOOST_TEST(right);
}

BOOST_AUTO_TEST_SUITE_END()
