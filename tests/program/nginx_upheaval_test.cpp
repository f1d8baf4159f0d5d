#include "program/large_batch.hpp"
#include "program/nginx_server.hpp"

#include <csignal>
#include <functional>

using namespace jobaudit::test;

namespace {

struct upheaval : large_batch {
    nginx_server nginx;

    /// Runs the audit; `act` happens when so many fifths of the requests were made. Every job must be ok.
    void audit(const std::function<void()>& act, std::initializer_list<std::size_t> fifths)
    {
        process_run audit{paced_audit_of(nginx.url(), nginx.ca_file())};
        for (const auto fifth : fifths) {
            BOOST_TEST_REQUIRE(audit.wait_until([&] { return nginx.requests() > fifth * jobs / 5; }));
            act();
        }
        BOOST_TEST(audit.wait() == 0);
        check_that_all_is_right(nginx_server::document_of);
        tell_figures();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(nginx_upheaval)

BOOST_FIXTURE_TEST_CASE(by_reloads_in_the_middle_costs_no_job, upheaval)
{
    const auto before = nginx.workers();
    audit([this] { nginx.reload(); }, {1, 2, 3, 4});

    for (const auto worker : before)
        BOOST_TEST(!nginx.workers().contains(worker));
    BOOST_TEST(figure("connections") >= 5U);
}

BOOST_FIXTURE_TEST_CASE(by_restarts_in_the_middle_costs_no_job, upheaval)
{
    audit(
        [this] {
            nginx.stop();
            nginx.start();
        },
        {1, 3});

    BOOST_TEST(figure("connections") >= 3U);
}

BOOST_FIXTURE_TEST_CASE(by_killed_workers_costs_no_job, upheaval)
{
    audit(
        [this] {
            for (const auto worker : nginx.workers())
                ::kill(worker, SIGKILL);
        },
        {1, 2, 3, 4});

    BOOST_TEST(figure("connections") >= 5U);
}

BOOST_FIXTURE_TEST_CASE(by_ten_requests_a_connection_costs_neither_a_job_nor_a_retry, upheaval)
{
    nginx.stop();
    nginx.set("keepalive_requests", "10");
    nginx.start();
    audit([] {}, {});

    BOOST_TEST(figure("connections") >= jobs / 10);
    BOOST_TEST(figure("retries") == 0U);
}

BOOST_FIXTURE_TEST_CASE(by_idle_connections_that_end_after_a_millisecond_costs_no_job, upheaval)
{
    nginx.stop();
    nginx.set("keepalive_timeout", "1ms");
    nginx.start();
    audit([] {}, {});

    BOOST_TEST(figure("connections") > 0U);
}

BOOST_FIXTURE_TEST_CASE(by_a_cap_of_fewer_connections_than_the_client_makes_costs_no_job, upheaval)
{
    nginx.stop();
    nginx.set("worker_connections", "32");
    nginx.start();
    audit([] {}, {});

    BOOST_TEST(figure("connections") > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
