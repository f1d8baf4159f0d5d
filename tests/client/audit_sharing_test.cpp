#include "client/batch_checks.hpp"
#include "client/live_client.hpp"
#include "net/open_descriptors.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;

struct platform : live_client {
    platform() : live_client{{.jobs = 300, .records_per_job = 2, .threads = 1}} {}
};

struct batch {
    std::mutex mutex;
    std::vector<outcome> outcomes;
    operation_probe<summary> started;

    void start(live_client& at, audit_options how)
    {
        at.client->async_audit(
            at.jobs(),
            [this](outcome&& one) {
                const std::lock_guard lock{mutex};
                outcomes.push_back(std::move(one));
            },
            how, started.token());
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(audit_sharing, platform)

BOOST_AUTO_TEST_CASE(two_audits_and_fetches_go_side_by_side_on_one_client)
{
    for (const unsigned threads : {1U, 3U}) {
        server.reset_stats();
        const auto before = server.stats().connections;
        batch first;
        batch second;
        std::vector<operation_probe<outcome>> fetches(30);
        first.start(*this, brisk_audit(12, threads));
        second.start(*this, brisk_audit(7, threads));
        for (std::uint64_t i = 0; i < fetches.size(); ++i)
            client->async_fetch(job(i), brisk(), fetches[i].token());
        finish(first.started);
        finish(second.started);
        for (const auto& one : fetches) {
            finish(one);
            BOOST_TEST(one.result().kind == outcome_kind::ok);
        }
        for (auto* each : {&first, &second}) {
            BOOST_TEST(!each->started.error());
            check_each_once(jobs(), each->outcomes);
            check_truth(server, each->outcomes);
            check_sums(each->started.result(), each->outcomes);
            BOOST_TEST(each->started.result().requests == 300U);
        }
        BOOST_TEST(first.started.result().connections + second.started.result().connections <=
                   server.stats().connections - before);
    }
}

BOOST_AUTO_TEST_CASE(the_end_of_one_audit_leaves_the_other_alone)
{
    batch canceled;
    batch other;
    canceled.start(*this, brisk_audit(2, 2));
    other.start(*this, brisk_audit(2, 2));
    await_requests(10);
    canceled.started.cancel();
    finish(canceled.started);
    finish(other.started);

    BOOST_TEST(canceled.started.error() == errc::canceled);
    BOOST_TEST(!other.started.error());
    check_truth(server, other.outcomes);
    check_each_once(jobs(), other.outcomes);
}

BOOST_AUTO_TEST_CASE(connections_serve_one_operation_after_the_other)
{
    BOOST_TEST(audit(jobs(), brisk_audit(1)).totals.connections == 1U);
    BOOST_TEST(audit(jobs(), brisk_audit(1)).totals.connections == 0U);
    BOOST_TEST(fetch(job()).kind == outcome_kind::ok);
    BOOST_TEST(server.stats().connections == 1U);
}

BOOST_AUTO_TEST_CASE(no_more_connections_are_open_than_the_audit_may_have_jobs_in_flight)
{
    BOOST_TEST(audit(jobs(), brisk_audit(5, 3)).totals.count(outcome_kind::ok) == 300U);
    BOOST_TEST(server.stats().max_open_connections <= 5U);
}

BOOST_AUTO_TEST_CASE(an_audit_and_fetches_wait_for_no_connection_of_each_other)
{
    // Nothing is answered before all have asked.
    live_client at{scripted({{.fault = fault::stall}}, {.jobs = 10})};
    std::vector<operation_probe<outcome>> early(5);
    for (std::uint64_t i = 0; i < early.size(); ++i)
        at.client->async_fetch(at.job(i), brisk(), early[i].token());
    at.await_requests(5);
    batch small;
    small.start(at, brisk_audit(1));
    at.await_requests(6);
    operation_probe<outcome> late;
    at.client->async_fetch(at.job(), brisk(), late.token());
    at.await_requests(7);
    BOOST_TEST(at.server.stats().open_connections == 7U);
    at.close();
}

BOOST_AUTO_TEST_CASE(an_audit_leaves_the_limit_of_fetches_as_it_is)
{
    live_client at{scripted({{}, {.fault = fault::stall}}, {.jobs = 40}), {.connections = 2}};
    BOOST_TEST(at.audit(at.jobs(), brisk_audit(20)).totals.count(outcome_kind::ok) == 40U);
    std::vector<operation_probe<outcome>> fetches(20);
    for (std::uint64_t i = 0; i < fetches.size(); ++i)
        at.client->async_fetch(at.job(i), brisk(), fetches[i].token());
    at.await_requests(42);
    fetches.front().cancel();
    at.await_requests(43);
    at.loop.settle();
    BOOST_TEST(at.server.stats().requests == 43U);
}

BOOST_AUTO_TEST_CASE(more_threads_than_jobs_in_flight_do_no_harm)
{
    const auto result = audit(jobs(), brisk_audit(2, 6));
    check_each_once(jobs(), result.outcomes);
    BOOST_TEST(server.stats().max_open_connections <= 2U);
}

BOOST_AUTO_TEST_CASE(fewer_threads_do_where_there_are_no_descriptors_for_more,
                     *boost::unit_test::precondition(without_address_sanitizer))
{
    BOOST_TEST(audit(jobs(), brisk_audit(2)).totals.count(outcome_kind::ok) == 300U);
    const auto before = open_descriptors();
    for (const unsigned spare : {0U, 1U, 2U, 3U}) {
        BOOST_TEST_CONTEXT("spare descriptors: " << spare)
        {
            batch_result all;
            {
                const no_more_descriptors limit{spare};
                all = audit(jobs(), brisk_audit(2, 2));
            }
            BOOST_TEST(!all.error);
            BOOST_TEST(all.totals.count(outcome_kind::ok) == 300U);
            BOOST_TEST(open_descriptors() == before);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_rate_holds_for_all_threads_together)
{
    auto options = brisk_audit(16, 3);
    options.rate = 600;
    const auto result = audit(jobs(), options);

    BOOST_TEST(result.totals.count(outcome_kind::ok) == 300U);
    BOOST_TEST(result.totals.elapsed >= 299 * 1s / 600);
}

BOOST_AUTO_TEST_CASE(the_rate_can_be_changed_while_an_audit_runs)
{
    for (const unsigned threads : {1U, 3U}) {
        batch running;
        auto options = brisk_audit(8, threads);
        options.rate = 0.001;
        running.start(*this, options);
        loop.settle();
        BOOST_TEST(!running.started.done());
        client->set_rate(100'000);
        finish(running.started);
        check_each_once(jobs(), running.outcomes);
    }
}

BOOST_AUTO_TEST_CASE(the_rate_can_be_changed_right_after_an_audit_was_started)
{
    batch running;
    auto options = brisk_audit(8);
    options.rate = 0.001;
    asio::post(loop.executor(), [&] {
        running.start(*this, options);
        client->set_rate(0);
    });
    finish(running.started);
    check_each_once(jobs(), running.outcomes);
}

BOOST_AUTO_TEST_CASE(an_adaptive_audit_ends_like_any_other)
{
    live_client limited{{.jobs = 120, .rate_limit = 200}};
    auto options = brisk_audit(8, 2);
    options.adaptive = true;
    options.attempts = 20;
    const auto result = limited.audit(limited.jobs(), options);
    check_each_once(limited.jobs(), result.outcomes);
    check_truth(limited.server, result.outcomes);
}

BOOST_AUTO_TEST_SUITE_END()
