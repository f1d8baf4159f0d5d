#include "program/haproxy_server.hpp"

#include "program/large_batch.hpp"

#include <functional>

using namespace jobaudit::test;

namespace {

struct haproxy_audit : large_batch {
    /// Runs the audit; `act` happens when half of the requests were made. Every job must be ok.
    void check(haproxy_server& haproxy, const std::function<void()>& act = nullptr)
    {
        process_run audit{paced_audit_of(haproxy.url(), haproxy.ca_file())};
        if (act) {
            BOOST_TEST_REQUIRE(audit.wait_until([&] { return haproxy.requests() > jobs / 2; }));
            act();
        }
        BOOST_TEST(audit.wait() == 0);
        check_that_all_is_right(nginx_server::document_of);
        tell_figures();
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(haproxy)

BOOST_FIXTURE_TEST_CASE(may_take_four_connections_at_a_time, haproxy_audit)
{
    haproxy_server haproxy{{.bind = "maxconn 4"}};
    check(haproxy);
}

BOOST_FIXTURE_TEST_CASE(may_pass_on_four_requests_at_a_time, haproxy_audit)
{
    haproxy_server haproxy{{.server = "maxconn 4"}};
    check(haproxy);

    BOOST_TEST(figure("retries") == 0U);
}

BOOST_FIXTURE_TEST_CASE(may_close_connections_that_are_idle_for_a_moment, haproxy_audit)
{
    haproxy_server haproxy{{.defaults = "timeout http-keep-alive 20ms"}};
    check(haproxy);
}

BOOST_FIXTURE_TEST_CASE(may_be_restarted_in_the_middle_with_four_connections_at_a_time, haproxy_audit)
{
    haproxy_server haproxy{{.bind = "maxconn 4"}};
    check(haproxy, [&haproxy] {
        haproxy.stop();
        haproxy.start();
    });
}

BOOST_AUTO_TEST_SUITE_END()
