#include "client/batch_checks.hpp"
#include "client/live_client.hpp"
#include "client/recording_observer.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;
using emulator::fault_profile;

constexpr auto server_asked = static_cast<std::size_t>(wait_reason::server_asked);

struct watched_client {
    explicit watched_client(emulator::emulator_options platform) : at{std::move(platform), {.observer = &seen}} {}

    recording_observer::counts close()
    {
        at.close();
        BOOST_TEST(seen.complaints() == "");
        return seen.seen();
    }

    recording_observer seen;
    live_client at;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(observers)

BOOST_AUTO_TEST_CASE(see_the_attempts_and_retries_of_a_fetch_in_order)
{
    watched_client watched{scripted({{.status = 500}, {.fault = fault::reset_in_head}, {}}, {.jobs = 1})};
    (void)watched.at.fetch(watched.at.job());
    const auto seen = watched.close();

    BOOST_TEST(seen.started == 3U);
    BOOST_TEST(seen.finished == 3U);
    BOOST_TEST(seen.succeeded == 1U);
    BOOST_TEST(seen.retries == 2U);
    BOOST_TEST(seen.opened == 2U);
    BOOST_TEST(seen.resumed == 1U);
    BOOST_TEST(seen.closed == 2U);
}

BOOST_AUTO_TEST_CASE(see_a_wait_of_the_last_job_also_when_the_first_thread_is_done)
{
    emulator::emulator known{{.jobs = 4}};
    const std::vector<emulator::step> slow{{.status = 429, .retry_after = "2", .delay = 150ms}, {}};
    // Which thread gets the slow job is chance: the first one not every time.
    for (int round = 0; round < 3; ++round) {
        watched_client watched{{.jobs = 4, .script = {.jobs = {{known.job(3), slow}}}}};
        const auto batch = watched.at.audit(watched.at.jobs(), brisk_audit(4, 4));
        BOOST_TEST(batch.totals.count(outcome_kind::ok) == 4U);
        const auto seen = watched.close();

        BOOST_TEST(seen.waits_began[server_asked] == 1U);
        BOOST_TEST(seen.waits_ended[server_asked] == 1U);
    }
}

BOOST_AUTO_TEST_CASE(see_those_of_an_audit_in_order_whatever_goes_wrong)
{
    for (const auto profile : {fault_profile::rough, fault_profile::hostile}) {
        for (const unsigned threads : {1U, 4U}) {
            watched_client watched{{.seed = 3, .jobs = 150, .faults = profile}};
            auto options = brisk_audit(16, threads);
            options.attempts = 12;
            options.timeout = 1s;
            const auto batch = watched.at.audit(watched.at.jobs(), options);
            const auto stats = watched.at.server.stats();
            const auto seen = watched.close();

            BOOST_TEST(seen.retries >= batch.totals.retries);
            BOOST_TEST(seen.started == 150 + seen.retries);
            BOOST_TEST(seen.finished == seen.started);
            BOOST_TEST(seen.opened == stats.connections);
            BOOST_TEST(seen.resumed == stats.handshakes_resumed);
            BOOST_TEST(seen.closed == seen.opened);
        }
    }
}

BOOST_AUTO_TEST_CASE(see_what_the_server_takes)
{
    watched_client watched{{.jobs = 200, .latency = {.base = 30ms}, .rate_limit = 100}};
    const auto batch = watched.at.audit(watched.at.jobs(), brisk_audit(16));
    const auto seen = watched.close();

    BOOST_TEST(batch.totals.refusals > 0U);
    BOOST_TEST(seen.limit.refusals > 0U);
    BOOST_TEST(seen.limit.refusals <= batch.totals.refusals);
    BOOST_TEST(seen.limit_was_found);

    watched_client unlimited{{.jobs = 20}};
    (void)unlimited.at.audit(unlimited.at.jobs(), brisk_audit(4));
    BOOST_TEST((unlimited.close().limit == server_limit{}));
}

BOOST_AUTO_TEST_CASE(see_one_attempt_where_a_stale_connection_was_replaced)
{
    watched_client watched{scripted({{.fault = fault::stale_keep_alive}}, {.jobs = 10})};
    const auto batch = watched.at.audit(watched.at.jobs(), brisk_audit(1));
    const auto seen = watched.close();

    BOOST_TEST(batch.totals.requests > 10U);
    BOOST_TEST(seen.started == 10U);
    BOOST_TEST(seen.finished == 10U);
}

BOOST_AUTO_TEST_CASE(see_an_attempt_that_got_no_connection_begin_and_end)
{
    watched_client watched{{.jobs = 3}};
    watched.at.server.stop();
    auto options = brisk_audit(1);
    options.attempts = 2;
    BOOST_TEST(watched.at.audit(watched.at.jobs(), options).totals.count(outcome_kind::connect) == 3U);
    const auto seen = watched.close();

    BOOST_TEST(seen.started == 6U);
    BOOST_TEST(seen.finished == 6U);
    BOOST_TEST(seen.failed == 6U);
    BOOST_TEST(seen.opened == 0U);
}

BOOST_AUTO_TEST_CASE(see_attempts_end_that_are_cut_off)
{
    watched_client watched{scripted({{.fault = fault::stall}}, {.jobs = 10})};
    operation_probe<outcome> fetch;
    operation_probe<summary> audit;
    watched.at.client->async_fetch(watched.at.job(9), brisk(), fetch.token());
    const std::vector<job_id> others{watched.at.job(0), watched.at.job(1)};
    watched.at.client->async_audit(
        others, [](outcome&&) {}, brisk_audit(), audit.token());
    watched.at.await_requests(3);
    fetch.cancel();
    audit.cancel();
    watched.at.finish(fetch);
    watched.at.finish(audit);
    const auto seen = watched.close();

    BOOST_TEST(seen.started == 3U);
    BOOST_TEST(seen.finished == 3U);
    BOOST_TEST(seen.succeeded == 0U);
}

BOOST_AUTO_TEST_CASE(see_the_wait_that_the_server_asks_for_begin_and_end)
{
    watched_client watched{[] {
        emulator::emulator_options platform{.jobs = 30};
        platform.script.sequence = {{.first = 5, .last = 5, .step = {.status = 429, .retry_after = "1"}}};
        return platform;
    }()};
    (void)watched.at.audit(watched.at.jobs(), brisk_audit(2));
    const auto seen = watched.close();

    BOOST_TEST(seen.waits_began[server_asked] >= 1U);
    BOOST_TEST(seen.waits_ended[server_asked] == 1U);
    BOOST_TEST(seen.longest_wait > 500ms);
    BOOST_TEST(seen.longest_delay >= 1s);
}

BOOST_AUTO_TEST_SUITE_END()
