#include "client/live_client.hpp"
#include "net/open_descriptors.hpp"

#include "emulator/population.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;

/// A platform of 2,000 jobs, and a context that a test may destroy.
struct platform : live_client {
    explicit platform(emulator::emulator_options how = {.jobs = 2000}) : live_client{std::move(how)} {}

    [[nodiscard]] client_options few_connections() const
    {
        client_options how;
        how.connections = 2;
        return towards(server, how);
    }

    template <class Condition>
    void run_until(Condition holds)
    {
        for (int turns = 0; turns < 60'000 && !holds(); ++turns)
            context->run_one_for(1ms);
        BOOST_TEST_REQUIRE(holds());
    }

    std::optional<asio::io_context> context{std::in_place};
};

struct silent_platform : platform {
    silent_platform() : platform{scripted({{.fault = fault::stall}}, {.jobs = 50})} {}
};

/// Silent but for one job: a client whose first request was answered sends many at a time.
struct reluctant_platform : platform {
    reluctant_platform() : platform{silent_but_for(answered)} {}

    static emulator::emulator_options silent_but_for(std::uint64_t job)
    {
        auto how = scripted({{.fault = fault::stall}}, {.jobs = 50});
        how.script.jobs[emulator::population{how.seed, how.jobs}.job(job)] = {emulator::step{}};
        return how;
    }

    static constexpr std::uint64_t answered = 0;
};

/// Shows whether a handler still exists.
class handler_life {
public:
    [[nodiscard]] auto handler() const
    {
        return [life = life_](error_code, auto&&) {};
    }
    [[nodiscard]] bool is_over() const { return life_.use_count() == 1; }

private:
    std::shared_ptr<int> life_ = std::make_shared<int>();
};

struct event_order final : observer {
    void attempt_started(const request_info&, unsigned) noexcept override { events += "started "; }
    void connection_closed(std::uint64_t) noexcept override { events += "closed "; }

    std::string events;
};

asio::awaitable<void> wait_for_ever()
{
    asio::steady_timer never{co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
    co_await never.async_wait(asio::use_awaitable);
}

asio::awaitable<void> own_a_client_and_ask(client_options how, job_id job)
{
    jobaudit::client own{co_await asio::this_coro::executor, std::move(how)};
    (void)co_await own.async_fetch(job, asio::use_awaitable);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lifetime)

BOOST_FIXTURE_TEST_CASE(a_client_that_is_never_closed_lets_run_return_and_goes_on_later, platform)
{
    jobaudit::client forgotten{*context, towards(server)};
    const auto connections = server.stats().connections;
    for (std::uint64_t i = 0; i < 3; ++i) {
        operation_probe<outcome> fetch;
        forgotten.async_fetch(job(i), brisk(), fetch.token());
        context->run_for(20s);
        BOOST_TEST(context->stopped());
        context->restart();
        BOOST_TEST(fetch.result().kind == server.truth(job(i)).kind);
    }
    BOOST_TEST(server.stats().connections == connections + 1);
}

BOOST_FIXTURE_TEST_CASE(a_connection_that_was_closed_while_nothing_ran_gets_no_request, platform)
{
    event_order seen;
    auto how = towards(server);
    how.observer = &seen;
    jobaudit::client resting{*context, how};
    operation_probe<outcome> first;
    resting.async_fetch(job(0), brisk(), first.token());
    context->run_for(20s);
    context->restart();
    BOOST_TEST(seen.events == "started ");
    server.stop();

    seen.events.clear();
    operation_probe<outcome> second;
    resting.async_fetch(job(1), brisk(1), second.token());
    context->run_for(20s);
    BOOST_TEST(second.result().error == errc::connect_failed);
    BOOST_TEST(seen.events == "closed started ");
}

BOOST_FIXTURE_TEST_CASE(a_client_that_is_destroyed_before_its_context_leaves_nothing, platform)
{
    const auto before = open_descriptors();
    {
        jobaudit::client short_lived{*context, towards(server)};
        operation_probe<outcome> fetch;
        short_lived.async_fetch(job(0), brisk(), fetch.token());
        run_until([&] { return fetch.done(); });
    }
    context.reset();
    loop.run_until([&] { return server.stats().open_connections == 0; });
    BOOST_TEST(open_descriptors() <= before);
}

BOOST_FIXTURE_TEST_CASE(a_client_may_be_destroyed_after_its_context, platform)
{
    std::optional<jobaudit::client> late{std::in_place, *context, towards(server)};
    operation_probe<outcome> fetch;
    late->async_fetch(job(0), brisk(), fetch.token());
    run_until([&] { return fetch.done(); });
    context.reset();
    auto moved = std::move(*late);
    late.reset();
}

BOOST_FIXTURE_TEST_CASE(a_client_on_a_strand_may_be_destroyed_after_its_context, platform)
{
    std::optional<jobaudit::client> late{std::in_place, asio::make_strand(*context), towards(server)};
    operation_probe<outcome> fetch;
    late->async_fetch(job(0), brisk(), fetch.token());
    run_until([&] { return fetch.done(); });
    context.reset();
    late.reset();
}

BOOST_FIXTURE_TEST_CASE(fetches_in_flight_go_with_their_context, silent_platform)
{
    std::optional<jobaudit::client> late{std::in_place, *context, few_connections()};
    handler_life life;
    // Two wait for an answer, the others for a connection.
    for (std::uint64_t i = 0; i < 20; ++i)
        late->async_fetch(job(i), brisk(), life.handler());
    run_until([&] { return server.stats().requests == 2; });
    late->async_fetch(job(0), brisk(), life.handler());
    context.reset();
    BOOST_TEST(life.is_over());
    late.reset();
    loop.run_until([&] { return server.stats().open_connections == 0; });
}

BOOST_FIXTURE_TEST_CASE(a_client_and_its_fetches_in_flight_go_with_their_context, silent_platform)
{
    handler_life life;
    {
        jobaudit::client early{*context, few_connections()};
        for (std::uint64_t i = 0; i < 5; ++i)
            early.async_fetch(job(i), brisk(), life.handler());
        run_until([&] { return server.stats().requests == 2; });
    }
    context.reset();
    BOOST_TEST(life.is_over());
}

BOOST_AUTO_TEST_CASE(fetches_that_wait_for_their_retry_go_with_their_context)
{
    platform at{scripted({{.status = 500}}, {.jobs = 5})};
    std::optional<jobaudit::client> late{std::in_place, *at.context, at.towards(at.server)};
    handler_life life;
    for (std::uint64_t i = 0; i < 5; ++i)
        late->async_fetch(at.job(i), {.backoff_base = 1h, .backoff_limit = 1h}, life.handler());
    at.run_until([&] { return at.server.stats().requests == 5; });
    at.context->run_for(20ms);
    at.context.reset();
    BOOST_TEST(life.is_over());
}

BOOST_FIXTURE_TEST_CASE(audits_in_flight_go_with_their_context, silent_platform)
{
    for (const unsigned threads : {1U, 3U}) {
        std::optional<jobaudit::client> late{std::in_place, *context, towards(server)};
        handler_life life;
        const auto before = server.stats().requests;
        late->async_audit(
            jobs(), [](outcome&&) {}, brisk_audit(6, threads), life.handler());
        run_until([&] { return server.stats().requests == before + 6; });
        context.reset();
        BOOST_TEST(life.is_over());
        late.reset();
        loop.run_until([&] { return server.stats().open_connections == 0; });
        context.emplace();
    }
}

BOOST_FIXTURE_TEST_CASE(audits_whose_sink_and_source_are_suspended_go_with_their_context, platform)
{
    for (const unsigned threads : {1U, 3U}) {
        std::optional<jobaudit::client> late{std::in_place, *context, towards(server)};
        handler_life life;
        std::atomic<unsigned> delivering{0};
        std::uint64_t next = 0;
        auto sink = [&](outcome&&) -> asio::awaitable<void> {
            ++delivering;
            return wait_for_ever();
        };
        auto source = [&]() -> asio::awaitable<std::optional<job_id>> {
            if (next == 100)
                co_await wait_for_ever();
            co_return job(next++);
        };
        late->async_audit(source, sink, brisk_audit(6, threads), life.handler());
        const auto requests = server.stats().requests;
        run_until([&] { return delivering == 1 && server.stats().requests >= requests + 6; });
        context->run_for(20ms);
        context.reset();
        BOOST_TEST(life.is_over());
        late.reset();
        context.emplace();
    }
}

BOOST_FIXTURE_TEST_CASE(a_coroutine_that_owns_its_client_goes_with_the_context, silent_platform)
{
    asio::co_spawn(*context, own_a_client_and_ask(towards(server), job(0)), [](const std::exception_ptr&) {});
    run_until([&] { return server.stats().requests == 1; });
    context.reset();
    loop.run_until([&] { return server.stats().open_connections == 0; });
}

BOOST_FIXTURE_TEST_CASE(operations_in_flight_go_with_their_thread_pool, silent_platform)
{
    handler_life life;
    std::optional<asio::thread_pool> pool{std::in_place, 4U};
    std::optional<jobaudit::client> late{std::in_place, *pool, few_connections()};
    for (std::uint64_t i = 0; i < 20; ++i)
        late->async_fetch(job(i), brisk(), life.handler());
    late->async_audit(
        jobs(), [](outcome&&) {}, brisk_audit(4, 3), life.handler());
    loop.run_until([&] { return server.stats().requests == 6; });
    pool->stop();
    pool.reset();
    BOOST_TEST(life.is_over());
    late.reset();
}

BOOST_FIXTURE_TEST_CASE(whatever_goes_first_leaves_nothing_on_a_thread_pool, reluctant_platform)
{
    enum class before : std::uint8_t { nothing, close, cancel };
    for (const auto event : {before::nothing, before::close, before::cancel})
        for (const bool client_first : {true, false}) {
            handler_life life;
            asio::cancellation_signal signal;
            std::optional<asio::thread_pool> pool{std::in_place, 4U};
            std::optional<jobaudit::client> asking{std::in_place, *pool, few_connections()};
            asking->async_fetch(job(answered), brisk(), asio::use_future).get();
            const auto asked = server.stats().requests;
            for (std::uint64_t i = 1; i <= 20; ++i)
                asking->async_fetch(job(i), brisk(), life.handler());
            asking->async_audit(
                jobs(), [](outcome&&) {}, brisk_audit(4, 3),
                asio::bind_cancellation_slot(signal.slot(), life.handler()));
            loop.run_until([&] { return server.stats().requests == asked + 7; });
            if (event == before::close)
                asking->async_close([closing = life.handler()](error_code) {});
            if (event == before::cancel)
                signal.emit(asio::cancellation_type::terminal);
            if (client_first) {
                asking.reset();
                pool->join();
                BOOST_TEST(life.is_over());
            }
            pool->stop();
            pool.reset();
            BOOST_TEST(life.is_over());
            asking.reset();
        }
}

BOOST_FIXTURE_TEST_CASE(of_its_threads_none_outlives_the_context, platform)
{
    static std::atomic<int> begun{0};
    static std::atomic<int> ended{0};
    struct thread_mark {
        thread_mark() { ++begun; }
        ~thread_mark() { ++ended; }
    };
    const auto home = std::this_thread::get_id();
    jobaudit::client late{*context, towards(server)};
    auto sink = [home](outcome&&) {
        if (std::this_thread::get_id() != home)
            static const thread_local thread_mark mark;
    };
    late.async_audit(jobs(), sink, brisk_audit(8, 3), [](error_code, const summary&) {});
    run_until([] { return begun > 0; });
    context.reset();
    BOOST_TEST(begun == ended);
}

BOOST_AUTO_TEST_CASE(clients_and_their_server_may_go_in_any_order)
{
    for (const bool server_first : {true, false}) {
        std::optional<emulator::emulator> server{std::in_place, emulator::emulator_options{.tls = false, .jobs = 5}};
        asio::io_context context;
        std::optional<jobaudit::client> asking{std::in_place, context,
                                               client_options{.url = server->url(), .credentials = {.key = "the-key"}}};
        operation_probe<outcome> fetch;
        asking->async_fetch(server->job(0), brisk(), fetch.token());
        context.run_for(20s);
        BOOST_TEST(fetch.done());
        if (server_first)
            server.reset();
        asking.reset();
        server.reset();
        context.restart();
        context.run_for(20s);
        BOOST_TEST(context.stopped());
    }
}

BOOST_AUTO_TEST_SUITE_END()
