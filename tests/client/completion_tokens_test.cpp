#include "client/live_client.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/system/system_error.hpp>
#include <boost/version.hpp>

#if BOOST_VERSION >= 108600
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/cancel_at.hpp>
#endif

#include <cstddef>
#include <future>
#include <memory>
#include <thread>
#include <type_traits>

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

// Counts what it has given out.
template <class T>
struct counting_allocator {
    using value_type = T;

    counting_allocator(std::size_t& all, std::ptrdiff_t& left) : all_{&all}, left_{&left} {}
    template <class Other>
    counting_allocator(const counting_allocator<Other>& other) : all_{other.all_}, left_{other.left_}
    {}

    T* allocate(std::size_t count)
    {
        ++*all_;
        ++*left_;
        return std::allocator<T>{}.allocate(count);
    }
    void deallocate(T* memory, std::size_t count)
    {
        --*left_;
        std::allocator<T>{}.deallocate(memory, count);
    }
    friend bool operator==(const counting_allocator&, const counting_allocator&) = default;

    std::size_t* all_;
    std::ptrdiff_t* left_;
};

// What asio::cancel_after asks of an initiation, at any Boost: it derives from it, starts a timer of its own on its
// executor, and lends the operation a slot of its own.
struct ended_by_timer {
    asio::steady_timer::duration after;
};

}  // namespace

namespace boost::asio {

template <class Signature>
class async_result<ended_by_timer, Signature> {
public:
    template <class Initiation, class... Args>
    static auto initiate(Initiation initiation, ended_by_timer how, Args... args)
    {
        struct launched : Initiation {
            explicit launched(Initiation base) : Initiation{std::move(base)} {}
        } launch{std::move(initiation)};
        static_assert(std::is_same_v<typename Initiation::executor_type, jobaudit::client::executor_type>);
        struct state {
            explicit state(steady_timer armed) : timer{std::move(armed)} {}

            steady_timer timer;
            cancellation_signal signal;
            std::promise<error_code> ended;
        };
        auto shared = std::make_shared<state>(steady_timer{launch.get_executor(), how.after});
        auto result = shared->ended.get_future();
        shared->timer.async_wait([shared](error_code failed) {
            if (!failed)
                shared->signal.emit(cancellation_type::terminal);
        });
        static_cast<Initiation&&>(launch)(bind_cancellation_slot(shared->signal.slot(),
                                                                 [shared](error_code error, auto&&) {
                                                                     shared->timer.cancel();
                                                                     shared->ended.set_value(error);
                                                                 }),
                                          std::move(args)...);
        return result;
    }
};

}  // namespace boost::asio

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

BOOST_AUTO_TEST_CASE(a_handler_may_be_one_without_a_type)
{
    outcome result;
    asio::any_completion_handler<void(error_code, outcome)> fetched{
        [&](error_code, outcome got) { result = std::move(got); }};
    client->async_fetch(job(), std::move(fetched));
    loop.run_until([&] { return result.kind != outcome_kind::not_tried; });
    BOOST_TEST(is_right(*this, result));

    summary totals;
    asio::any_completion_handler<void(error_code, summary)> audited{
        [&](error_code, summary got) { totals = std::move(got); }};
    client->async_audit(
        jobs(), [](outcome&&) {}, std::move(audited));
    loop.run_until([&] { return totals.jobs != 0; });
    BOOST_TEST(totals.count(outcome_kind::ok) == 4U);

    bool called = false;
    asio::any_completion_handler<void(error_code)> closed{[&](error_code) { called = true; }};
    client->async_close(std::move(closed));
    loop.run_until([&] { return called; });
}

BOOST_AUTO_TEST_CASE(a_handler_without_a_type_runs_on_the_executor_that_it_is_bound_to)
{
    asio::thread_pool others{2};
    auto strand = asio::make_strand(others);
    std::promise<bool> on_strand;
    asio::any_completion_handler<void(error_code, outcome)> handler =
        asio::bind_executor(strand, [&](error_code, outcome) { on_strand.set_value(strand.running_in_this_thread()); });
    client->async_fetch(job(), std::move(handler));
    auto seen = on_strand.get_future();
    loop.run_until([&] { return seen.wait_for(0s) == std::future_status::ready; });
    others.join();

    BOOST_TEST(seen.get());
}

BOOST_AUTO_TEST_CASE(an_operation_is_kept_in_memory_of_its_handlers_allocator)
{
    std::size_t given_out = 0;
    std::ptrdiff_t left = 0;
    std::ptrdiff_t left_when_called = -1;
    client->async_fetch(job(), asio::bind_allocator(counting_allocator<std::byte>{given_out, left},
                                                    [&](error_code, outcome) { left_when_called = left; }));
    BOOST_TEST(given_out > 0U);
    loop.run_until([&] { return left_when_called >= 0; });

    // The handler may start its next operation in the same memory.
    BOOST_TEST(left_when_called == 0);
}

BOOST_AUTO_TEST_CASE(an_operation_that_is_never_called_gives_its_memory_back)
{
    std::size_t given_out = 0;
    std::ptrdiff_t left = 0;
    {
        asio::io_context context;
        jobaudit::client unrun{context, towards(server)};
        unrun.async_fetch(job(), asio::bind_allocator(counting_allocator<std::byte>{given_out, left},
                                                      [](error_code, const outcome&) {}));
        BOOST_TEST(left > 0);
    }
    BOOST_TEST(left == 0);
}

BOOST_AUTO_TEST_CASE(a_token_may_start_a_timer_of_its_own_where_the_client_works)
{
    emulator::emulator silent{scripted({{.fault = emulator::fault::stall}}, {.jobs = 1})};
    jobaudit::client asking{loop.executor(), towards(silent)};
    auto canceled = asking.async_fetch(silent.job(0), brisk(), ended_by_timer{50ms});
    loop.run_until([&] { return canceled.wait_for(0s) == std::future_status::ready; });
    BOOST_TEST(canceled.get() == errc::canceled);

    auto in_time = client->async_fetch(job(), brisk(), ended_by_timer{1h});
    loop.run_until([&] { return in_time.wait_for(0s) == std::future_status::ready; });
    BOOST_TEST(!in_time.get());
}

#if BOOST_VERSION >= 108600
BOOST_AUTO_TEST_CASE(cancel_after_and_cancel_at_end_an_operation)
{
    emulator::emulator silent{scripted({{.fault = emulator::fault::stall}}, {.jobs = 1})};
    jobaudit::client asking{loop.executor(), towards(silent)};
    const auto [after, first] =
        loop.run(asking.async_fetch(silent.job(0), brisk(), asio::cancel_after(50ms, as_values)));
    BOOST_TEST(after == errc::canceled);
    const auto soon = std::chrono::steady_clock::now() + 50ms;
    const auto [at, second] = loop.run(asking.async_fetch(silent.job(0), brisk(), asio::cancel_at(soon, as_values)));
    BOOST_TEST(at == errc::canceled);
    const auto [audited, totals] = loop.run(asking.async_audit(
        std::vector{silent.job(0)}, [](outcome&&) {}, brisk_audit(), asio::cancel_after(50ms, as_values)));
    BOOST_TEST(audited == errc::canceled);
    BOOST_TEST(totals.jobs == 1U);

    const auto [in_time, result] = loop.run(client->async_fetch(job(), brisk(), asio::cancel_after(1h, as_values)));
    BOOST_TEST(!in_time);
    BOOST_TEST(is_right(*this, result));
}
#endif

BOOST_AUTO_TEST_SUITE_END()
