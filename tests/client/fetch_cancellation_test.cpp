#include "client/live_client.hpp"
#include "emulator/population.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;

void check_canceled(const operation_probe<outcome>& ended, unsigned attempts)
{
    BOOST_TEST(ended.calls() == 1);
    BOOST_TEST(ended.error() == errc::canceled);
    BOOST_TEST(ended.result().kind == outcome_kind::canceled);
    BOOST_TEST(ended.result().error == errc::canceled);
    BOOST_TEST(ended.result().attempts == attempts);
}

/// Cancels a fetch as soon as it is told of something.
class canceling_observer final : public observer {
public:
    enum class moment { attempt_started, retry_scheduled };

    canceling_observer(moment when, const operation_probe<outcome>& fetch) : when_{when}, fetch_{fetch} {}

    void attempt_started(const request_info&, unsigned) noexcept override { cancel_at(moment::attempt_started); }
    void retry_scheduled(const request_info&, unsigned, std::chrono::nanoseconds, std::string_view) noexcept override
    {
        cancel_at(moment::retry_scheduled);
    }
    void attempt_finished(const request_info&, unsigned, int, error_code error,
                          std::chrono::nanoseconds) noexcept override
    {
        last_error = error;
    }

    error_code last_error;

private:
    void cancel_at(moment now)
    {
        if (now == when_)
            fetch_.cancel();
    }

    moment when_;
    operation_probe<outcome> fetch_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(fetch_cancellation)

BOOST_AUTO_TEST_CASE(before_the_event_loop_turns_lets_no_request_out)
{
    live_client at{{.jobs = 1}};
    operation_probe<outcome> started;
    at.client->async_fetch(at.job(), started.token());
    started.cancel();
    at.finish(started);

    check_canceled(started, started.result().attempts);
    BOOST_TEST(at.leaves_nothing());
    BOOST_TEST(at.server.stats().requests == 0U);
}

BOOST_AUTO_TEST_CASE(before_its_start_makes_no_attempt)
{
    live_client at{{.jobs = 1}};
    operation_probe<outcome> started;
    asio::post(at.loop.executor(), [&] {
        at.client->async_fetch(at.job(), started.token());
        started.cancel();
    });
    at.finish(started);

    check_canceled(started, 0);
    BOOST_TEST(at.leaves_nothing());
    BOOST_TEST(at.server.stats().connections == 0U);
}

BOOST_AUTO_TEST_CASE(ends_it_in_the_tls_handshake)
{
    // Connections are accepted by the system, and nobody says a word on them.
    event_loop loop;
    asio::ip::tcp::acceptor silent{loop.executor(), {asio::ip::address_v4::loopback(), 0}};
    jobaudit::client client{loop.executor(),
                            {.url = "https://127.0.0.1:" + std::to_string(silent.local_endpoint().port()),
                             .credentials = {.key = "the-key"}}};
    operation_probe<outcome> started;
    client.async_fetch(job_id{}, brisk(), started.token());
    asio::ip::tcp::socket accepted{loop.executor()};
    silent.async_accept(accepted, [](error_code) {});
    loop.run_until([&] { return accepted.is_open(); });
    started.cancel();
    loop.run_until([&] { return started.done(); });
    check_canceled(started, 1);

    bool closed = false;
    client.async_close([&](error_code) { closed = true; });
    loop.run_until([&] { return closed; });
    BOOST_TEST(loop.ends_by_itself());
}

BOOST_AUTO_TEST_CASE(ends_it_while_it_waits_for_the_response)
{
    for (const auto how :
         {asio::cancellation_type::partial, asio::cancellation_type::total, asio::cancellation_type::terminal}) {
        live_client at{scripted({{.fault = fault::stall}}, {.jobs = 1})};
        operation_probe<outcome> started;
        at.client->async_fetch(at.job(), brisk(), started.token());
        at.await_requests(1);
        started.cancel(how);
        at.finish(started);

        check_canceled(started, 1);
        BOOST_TEST(at.leaves_nothing());
    }
}

BOOST_AUTO_TEST_CASE(ends_it_in_the_middle_of_a_body)
{
    live_client at{
        scripted({{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"failed_files\":[", .keep_open = true}},
                 {.jobs = 1})};
    operation_probe<outcome> started;
    at.client->async_fetch(at.job(), brisk(), started.token());
    at.await_requests(1);
    at.loop.run_until([&] { return !at.server.stats().responses.empty(); });
    started.cancel();
    at.finish(started);

    check_canceled(started, 1);
    BOOST_TEST(started.result().failed_files.empty());
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(ends_it_in_its_backoff)
{
    live_client at{scripted({{.status = 500}}, {.jobs = 1})};
    operation_probe<outcome> started;
    at.client->async_fetch(at.job(), {.job_timeout = 100h, .backoff_base = 1h, .backoff_limit = 1h}, started.token());
    at.loop.run_until([&] { return at.server.stats().responses.count(500) == 1; });
    // Its connection is idle again, so the answer has been read.
    BOOST_TEST(at.fetch(at.job(), brisk(1)).http_status == 500);
    started.cancel();
    at.finish(started);

    check_canceled(started, 1);
    BOOST_TEST(at.leaves_nothing());
    BOOST_TEST(at.server.stats().connections <= 2U);
}

BOOST_AUTO_TEST_CASE(ends_it_behind_a_closed_gate)
{
    live_client at{scripted({{.status = 429, .retry_after = "600"}}, {.jobs = 2})};
    operation_probe<outcome> told;
    at.client->async_fetch(at.job(0), brisk(), told.token());
    at.loop.run_until([&] { return at.server.stats().responses.count(429) == 1; });
    at.loop.settle();
    operation_probe<outcome> started;
    at.client->async_fetch(at.job(1), brisk(), started.token());
    at.loop.settle();
    BOOST_TEST(!started.done());
    started.cancel();
    at.finish(started);
    BOOST_TEST(!told.done());
    told.cancel();
    at.finish(told);

    check_canceled(started, 0);
    check_canceled(told, 0);
    BOOST_TEST(at.server.requests_of(at.job(1)) == 0U);
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(ends_it_while_it_waits_in_line_for_a_connection)
{
    live_client at{scripted({{}, {.fault = fault::stall}}, {.jobs = 2}), {.connections = 1}};
    BOOST_TEST(at.fetch(at.job(0)).kind == outcome_kind::ok);
    operation_probe<outcome> holder;
    operation_probe<outcome> waiting;
    at.client->async_fetch(at.job(0), brisk(), holder.token());
    at.await_requests(2);
    at.client->async_fetch(at.job(1), brisk(), waiting.token());
    at.loop.settle();
    waiting.cancel();
    at.finish(waiting);
    check_canceled(waiting, 1);
    BOOST_TEST(at.server.requests_of(at.job(1)) == 0U);

    BOOST_TEST(!holder.done());
    holder.cancel();
    at.finish(holder);
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(of_one_leaves_the_others_alone)
{
    emulator::emulator_options platform{.jobs = 10};
    platform.script.jobs[emulator::population{platform.seed, platform.jobs}.job(3)] = {{.fault = fault::stall}};
    live_client at{platform};
    std::vector<operation_probe<outcome>> all(10);
    for (std::uint64_t i = 0; i < all.size(); ++i)
        at.client->async_fetch(at.job(i), brisk(), all[i].token());
    at.await_requests(10);
    all[3].cancel();
    for (const auto& one : all)
        at.finish(one);

    check_canceled(all[3], 1);
    for (std::uint64_t i = 0; i < all.size(); ++i)
        if (i != 3)
            BOOST_TEST(all[i].result().kind == outcome_kind::ok);
}

BOOST_AUTO_TEST_CASE(after_its_end_does_nothing)
{
    live_client at{{.jobs = 1}};
    operation_probe<outcome> started;
    at.client->async_fetch(at.job(), started.token());
    at.finish(started);
    started.cancel();
    at.loop.settle();

    BOOST_TEST(started.calls() == 1);
    BOOST_TEST(!started.error());
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(by_an_observer_that_is_told_of_an_attempt_sends_nothing)
{
    operation_probe<outcome> started;
    canceling_observer seen{canceling_observer::moment::attempt_started, started};
    live_client at{scripted({{.status = 500}}, {.jobs = 1}), {.observer = &seen}};
    at.client->async_fetch(at.job(), brisk(), started.token());
    at.finish(started);

    check_canceled(started, 1);
    BOOST_TEST(seen.last_error == errc::canceled);
    BOOST_TEST(at.leaves_nothing());
    BOOST_TEST(at.server.stats().requests == 0U);
}

BOOST_AUTO_TEST_CASE(by_an_observer_that_is_told_of_a_retry_waits_no_more)
{
    operation_probe<outcome> started;
    canceling_observer seen{canceling_observer::moment::retry_scheduled, started};
    live_client at{scripted({{.status = 503, .retry_after = "600"}}, {.jobs = 1}), {.observer = &seen}};
    at.client->async_fetch(at.job(), brisk(), started.token());
    at.finish(started);

    check_canceled(started, 0);
    BOOST_TEST(at.server.stats().requests == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
