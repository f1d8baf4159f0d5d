#include "client/batch_checks.hpp"
#include "client/live_client.hpp"
#include "client/recording_observer.hpp"
#include "net/open_descriptors.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

constexpr auto outage = static_cast<std::size_t>(wait_reason::outage);
constexpr auto local_shortage = static_cast<std::size_t>(wait_reason::local_shortage);

emulator::emulator_options platform(std::uint16_t port = 0)
{
    // In clear: a server that was started anew has another certificate.
    return scripted({{.delay = 2ms}}, {.port = port, .tls = false, .jobs = 400, .records_per_job = 1});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_outages)

BOOST_AUTO_TEST_CASE(lose_nothing_when_the_server_comes_back)
{
    for (const unsigned threads : {1U, 4U}) {
        recording_observer watcher;
        live_client at{platform(), {.observer = &watcher}};
        auto options = brisk_audit(8, threads);
        options.attempts = 10;
        std::vector<outcome> outcomes;
        std::mutex mutex;
        operation_probe<summary> started;
        at.client->async_audit(
            at.jobs(),
            [&](outcome&& one) {
                const std::lock_guard lock{mutex};
                outcomes.push_back(std::move(one));
            },
            options, started.token());
        at.await_requests(60);
        at.server.stop();
        at.loop.run_until([&] { return watcher.seen().waits_began[outage] > 0; });
        BOOST_TEST(!started.done());
        const emulator::emulator again{platform(at.server.port())};
        at.finish(started);

        BOOST_TEST(!started.error());
        BOOST_TEST(started.result().stopped == stop_reason::none);
        BOOST_TEST(started.result().waited_for_server > 0ns);
        check_each_once(at.jobs(), outcomes);
        check_truth(again, outcomes);
        check_sums(started.result(), outcomes);
        at.close();
        BOOST_TEST(watcher.complaints() == "");
        BOOST_TEST(watcher.seen().waits_ended[outage] >= 1U);
    }
}

BOOST_AUTO_TEST_CASE(that_last_too_long_end_the_batch_and_leave_the_jobs_untried)
{
    live_client at{platform()};
    at.server.stop();
    auto options = brisk_audit(8, 2);
    options.attempts = 3;
    // So that no job fails three times before the failures of all tell an outage.
    options.backoff_base = options.backoff_limit = 1min;
    options.outage_limit_at_start = 300ms;
    const auto batch = at.audit(at.jobs(), options);

    BOOST_TEST(!batch.error);
    BOOST_TEST(batch.totals.stopped == stop_reason::outage);
    BOOST_TEST(batch.totals.count(outcome_kind::not_tried) == 400U);
    BOOST_TEST(batch.totals.elapsed >= 300ms);
    check_each_once(at.jobs(), batch.outcomes);
    check_sums(batch.totals, batch.outcomes);
}

BOOST_AUTO_TEST_CASE(of_this_machine_s_own_making_are_no_outages_of_the_server_and_cost_no_attempt,
                     *boost::unit_test::precondition(without_address_sanitizer))
{
    recording_observer watcher;
    live_client at{platform(), {.observer = &watcher}};
    auto options = brisk_audit(8);
    options.attempts = 1;
    std::vector<outcome> outcomes;
    operation_probe<summary> started;
    {
        // The thread of a batch of one is this one: it has the descriptors that it needs.
        const no_more_descriptors limit;
        at.client->async_audit(
            at.jobs(), [&](outcome&& one) { outcomes.push_back(std::move(one)); }, options, started.token());
        at.loop.run_until([&] { return watcher.seen().waits_began[local_shortage] > 1; });
        BOOST_TEST(!started.done());
    }
    at.finish(started);

    BOOST_TEST(!started.error());
    check_each_once(at.jobs(), outcomes);
    check_truth(at.server, outcomes);
    for (const auto& one : outcomes)
        BOOST_TEST(one.attempts == 1U);
    at.close();
    BOOST_TEST(watcher.complaints() == "");
    BOOST_TEST(watcher.seen().waits_began[outage] == 0U);
    BOOST_TEST(watcher.seen().waits_ended[local_shortage] == 1U);
}

BOOST_AUTO_TEST_CASE(can_be_canceled)
{
    recording_observer watcher;
    live_client at{platform(), {.observer = &watcher}};
    at.server.stop();
    operation_probe<summary> started;
    at.client->async_audit(
        at.jobs(), [](outcome&&) {}, brisk_audit(8, 2), started.token());
    at.loop.run_until([&] { return watcher.seen().waits_began[outage] > 0; });
    started.cancel(asio::cancellation_type::partial);
    at.finish(started);

    BOOST_TEST(started.error() == errc::canceled);
    BOOST_TEST(started.result().jobs == 400U);
}

BOOST_AUTO_TEST_SUITE_END()
