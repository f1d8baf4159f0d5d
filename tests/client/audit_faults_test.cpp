#include "client/batch_checks.hpp"
#include "client/live_client.hpp"
#include "client/strict_sink.hpp"
#include "emulator/population.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;
using emulator::fault_profile;

audit_options patient(unsigned threads)
{
    auto options = brisk_audit(24, threads);
    options.attempts = 12;
    options.timeout = 2s;
    return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_faults)

BOOST_AUTO_TEST_CASE(lose_no_job_and_no_record_whatever_goes_wrong)
{
    for (const auto profile : {fault_profile::none, fault_profile::rough, fault_profile::hostile}) {
        for (const unsigned threads : {1U, 2U, 4U}) {
            BOOST_TEST_CONTEXT(profile << ", threads " << threads)
            {
                live_client at{{.seed = 5 + threads, .jobs = 250, .faults = profile, .share_missing = 0.05}};
                strict_sink sink;
                const auto [error, totals] = at.audit_into(sink, at.jobs(), patient(threads));

                BOOST_TEST(!error);
                BOOST_TEST(totals.stopped == stop_reason::none);
                BOOST_TEST(sink.breaches() == "");
                check_each_once(at.jobs(), sink.outcomes());
                check_truth(at.server, sink.outcomes());
                check_sums(totals, sink.outcomes());
                check_counts(totals, at.server);
                BOOST_TEST((totals.retries > 0) == (profile != fault_profile::none));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(lose_nothing_for_a_plain_sink_either)
{
    live_client at{{.seed = 11, .jobs = 250, .faults = fault_profile::rough}};
    const auto batch = at.audit(at.jobs(), patient(2));

    BOOST_TEST(!batch.error);
    check_each_once(at.jobs(), batch.outcomes);
    check_truth(at.server, batch.outcomes);
    check_sums(batch.totals, batch.outcomes);
    check_counts(batch.totals, at.server);
}

BOOST_AUTO_TEST_CASE(count_each_attempt_of_a_job_once)
{
    // More resets in a row would be an outage, which costs no attempt.
    live_client at{scripted({{.status = 500}, {.fault = fault::reset_in_head}, {}}, {.jobs = 15})};
    const auto batch = at.audit(at.jobs());

    for (const auto& one : batch.outcomes)
        BOOST_TEST(one.attempts == 3U);
    BOOST_TEST(batch.totals.retries == 30U);
    BOOST_TEST(batch.totals.requests == at.server.stats().requests);
}

BOOST_AUTO_TEST_CASE(on_stale_connections_cost_no_attempt)
{
    live_client at{scripted({{.fault = fault::stale_keep_alive}}, {.jobs = 40})};
    auto options = brisk_audit(2);
    options.attempts = 1;
    const auto batch = at.audit(at.jobs(), options);

    check_each_once(at.jobs(), batch.outcomes);
    check_truth(at.server, batch.outcomes);
    for (const auto& one : batch.outcomes)
        BOOST_TEST(one.attempts == 1U);
    BOOST_TEST(batch.totals.retries == 0U);
    check_counts(batch.totals, at.server);
}

BOOST_AUTO_TEST_CASE(of_one_job_hold_no_connection_while_it_waits_for_its_retry)
{
    emulator::emulator_options platform{.jobs = 60};
    const emulator::population ids{platform.seed, platform.jobs};
    platform.script.jobs[ids.job(0)] = {{.status = 500}};
    live_client at{platform};
    auto options = brisk_audit(1);
    options.backoff_base = options.backoff_limit = 3s;
    options.attempts = 2;
    const auto batch = at.audit(at.jobs(), options);

    // All others went before it, on the one connection.
    BOOST_TEST_REQUIRE(batch.outcomes.size() == 60U);
    BOOST_TEST(batch.outcomes.back().job == at.job(0));
    BOOST_TEST(batch.outcomes.back().kind == outcome_kind::server_error);
    BOOST_TEST(batch.totals.count(outcome_kind::ok) == 59U);
    BOOST_TEST(at.server.stats().connections == 1U);
}

BOOST_AUTO_TEST_CASE(that_throttle_stop_the_whole_host_for_as_long_as_asked)
{
    live_client at{[] {
        emulator::emulator_options platform{.jobs = 60};
        platform.script.sequence = {{.first = 10, .last = 10, .step = {.status = 429, .retry_after = "1"}}};
        return platform;
    }()};
    const auto batch = at.audit(at.jobs(), brisk_audit(4, 2));

    BOOST_TEST(batch.totals.count(outcome_kind::ok) == 60U);
    BOOST_TEST(batch.totals.waited_for_server >= 1s);
    BOOST_TEST(batch.totals.elapsed >= 1s);
}

BOOST_AUTO_TEST_SUITE_END()
