#include "cli/audit/activity.hpp"

#include "store/numbered_job.hpp"

#include <jobaudit/error.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

namespace {

using namespace jobaudit;
using cli::log_level;
using namespace std::chrono_literals;

const std::string job = "00000000-0000-4000-8000-000000000007";

// An activity, and what it says at a level of the log.
struct watched {
    explicit watched(log_level level, log_level waits = log_level::warn) : log{level}, activity{log, waits} {}

    [[nodiscard]] std::string said()
    {
        std::string text;
        for (const auto& line : log.take())
            text += line.substr(line.find("  ") + 2) + '\n';  // without the time
        return text;
    }

    cli::event_log log;
    cli::activity activity;
    job_id id = test::numbered_job(7);
};

// A time in the midst of a wait that began just now.
cli::activity::clock::time_point in(std::chrono::nanoseconds time) { return cli::activity::clock::now() + time; }

}  // namespace

BOOST_AUTO_TEST_SUITE(activities)

BOOST_AUTO_TEST_CASE(count_the_attempts_in_flight_and_the_retries)
{
    watched at{log_level::error};
    BOOST_TEST(at.activity.in_flight() == 0U);
    at.activity.attempt_started(at.id, 1);
    at.activity.attempt_started(at.id, 1);
    BOOST_TEST(at.activity.in_flight() == 2U);
    at.activity.attempt_finished(at.id, 1, 200, {}, 1ms);
    BOOST_TEST(at.activity.in_flight() == 1U);
    at.activity.attempt_finished(at.id, 1, 0, errc::connection_lost, 1ms);
    BOOST_TEST(at.activity.in_flight() == 0U);

    BOOST_TEST(at.activity.retries() == 0U);
    at.activity.retry_scheduled(at.id, 2, 1s, "");
    BOOST_TEST(at.activity.retries() == 1U);
    BOOST_TEST(at.said() == "");
}

BOOST_AUTO_TEST_CASE(know_the_wait_that_is_on)
{
    watched at{log_level::error};
    BOOST_TEST(!at.activity.waiting(in(0s)).has_value());

    at.activity.wait_began(wait_reason::server_asked, 1h, "");
    const auto wait = at.activity.waiting(in(10min));
    BOOST_TEST_REQUIRE(wait.has_value());
    BOOST_TEST((wait->reason == wait_reason::server_asked));
    BOOST_TEST((wait->since >= 10min && wait->since < 1h));
    BOOST_TEST((wait->remaining <= 50min && wait->remaining > 0s));

    at.activity.wait_ended(wait_reason::server_asked);
    BOOST_TEST(!at.activity.waiting(in(0s)).has_value());
}

BOOST_AUTO_TEST_CASE(know_the_cause_of_a_wait)
{
    watched at{log_level::error};
    at.activity.wait_began(wait_reason::outage, 1h, "HTTP 503");
    BOOST_TEST(at.activity.waiting(in(0s))->cause == "HTTP 503");
    at.activity.wait_began(wait_reason::outage, 1h, "Connection refused");
    BOOST_TEST(at.activity.waiting(in(0s))->cause == "Connection refused");
}

BOOST_AUTO_TEST_CASE(know_what_the_server_was_found_to_take)
{
    watched at{log_level::error};
    BOOST_TEST((at.activity.limit() == server_limit{}));
    at.activity.limit_found({38, 50, 0});
    BOOST_TEST((at.activity.limit() == server_limit{38, 50, 0}));
}

BOOST_AUTO_TEST_CASE(tell_of_waits_at_the_level_that_is_wanted)
{
    for (const auto& [level, is_told] : {std::pair{log_level::warn, false}, std::pair{log_level::info, true}}) {
        watched at{level, log_level::info};
        at.activity.wait_began(wait_reason::server_asked, 1s, "");
        at.activity.wait_ended(wait_reason::server_asked);
        at.activity.attempt_started(at.id, 1);

        const auto said = at.said();
        BOOST_TEST((said.find("the server asked to wait") != std::string::npos) == is_told, said);
        BOOST_TEST((said.find("going on") != std::string::npos) == is_told, said);
    }
}

BOOST_AUTO_TEST_CASE(let_no_figure_of_a_wait_go_below_zero)
{
    watched at{log_level::error};
    at.activity.wait_began(wait_reason::outage, 1s, "");
    BOOST_TEST(at.activity.waiting(in(1h))->remaining.count() == 0);
    BOOST_TEST(at.activity.waiting(in(-1h))->since.count() == 0);
}

BOOST_AUTO_TEST_CASE(measure_a_wait_from_its_beginning_while_its_end_moves)
{
    watched at{log_level::error};
    at.activity.wait_began(wait_reason::outage, 1h, "");
    const auto before = at.activity.waiting(in(2h));
    at.activity.wait_began(wait_reason::outage, 5h, "");
    const auto after = at.activity.waiting(in(2h));
    BOOST_TEST((after->since >= before->since));
    BOOST_TEST(before->remaining.count() == 0);
    BOOST_TEST((after->remaining > 2h && after->remaining <= 3h));
}

BOOST_AUTO_TEST_CASE(show_an_outage_before_what_the_server_asked_for)
{
    watched at{log_level::error};
    at.activity.wait_began(wait_reason::server_asked, 1h, "");
    at.activity.wait_began(wait_reason::outage, 1h, "");
    BOOST_TEST((at.activity.waiting(in(0s))->reason == wait_reason::outage));
    at.activity.wait_ended(wait_reason::outage);
    BOOST_TEST((at.activity.waiting(in(0s))->reason == wait_reason::server_asked));
}

BOOST_AUTO_TEST_CASE(do_not_blame_the_server_for_what_this_machine_lacks)
{
    watched at{log_level::warn};
    at.activity.wait_began(wait_reason::local_shortage, 1h, "no free port");
    BOOST_TEST((at.activity.waiting(in(0s))->reason == wait_reason::local_shortage));
    at.activity.wait_ended(wait_reason::local_shortage);
    at.activity.attempt_started(at.id, 1);
    const auto said = at.said();
    BOOST_TEST(said.find("this machine can open no connection (no free port)") != std::string::npos, said);
    BOOST_TEST(said.find("connections can be opened again: going on") != std::string::npos, said);
    BOOST_TEST(said.find("server") == std::string::npos, said);
}

BOOST_AUTO_TEST_CASE(warn_when_a_wait_begins_and_with_the_first_request_after_it_and_not_between)
{
    watched at{log_level::warn};
    at.activity.wait_ended(wait_reason::outage);
    at.activity.wait_began(wait_reason::outage, 250ms, "HTTP 503: no healthy upstream");
    at.activity.attempt_started(at.id, 1);
    at.activity.wait_began(wait_reason::outage, 500ms, "");
    at.activity.wait_ended(wait_reason::outage);
    at.activity.attempt_started(at.id, 2);
    at.activity.attempt_started(at.id, 3);
    at.activity.wait_began(wait_reason::server_asked, 12s, "HTTP 429");
    at.activity.wait_ended(wait_reason::server_asked);
    at.activity.wait_ended(wait_reason::server_asked);
    at.activity.retry_scheduled(at.id, 2, 1s, "");
    at.activity.attempt_started(at.id, 4);
    BOOST_TEST(at.said() == "the server is down (HTTP 503: no healthy upstream): next request in 250 ms\n"
                            "the server answers again: going on\n"
                            "the server asked to wait (HTTP 429): next request in 12 s\n"
                            "the wait is over: going on\n");
}

BOOST_AUTO_TEST_CASE(say_nothing_of_going_on_when_the_audit_ended_with_the_wait)
{
    watched at{log_level::warn};
    at.activity.wait_began(wait_reason::outage, 250ms, "");
    at.activity.wait_ended(wait_reason::outage);
    BOOST_TEST(at.said().find("going on") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(tell_of_retries_and_of_every_pause_at_info)
{
    watched at{log_level::info};
    at.activity.attempt_started(at.id, 1);
    at.activity.retry_scheduled(at.id, 2, 137ms, "HTTP 503 Service Unavailable");
    at.activity.retry_scheduled(at.id, 3, 350ms, "");
    at.activity.wait_began(wait_reason::server_asked, 1s, "");
    at.activity.wait_began(wait_reason::server_asked, 2s, "");
    BOOST_TEST(at.said() == job + ": attempt 2 in 137 ms: HTTP 503 Service Unavailable\n" + job +
                                ": attempt 3 in 350 ms\n"
                                "the server asked to wait: next request in 1.0 s\n"
                                "the server asked to wait: next request in 2.0 s\n");
}

BOOST_AUTO_TEST_CASE(tell_of_attempts_and_connections_at_debug)
{
    watched at{log_level::debug};
    const boost::system::error_code lost = errc::connection_lost;
    at.activity.connection_opened(3, false);
    at.activity.connection_opened(4, true);
    at.activity.attempt_started(at.id, 1);
    at.activity.attempt_finished(at.id, 1, 503, errc::server_error, 12ms);
    at.activity.attempt_finished(at.id, 2, 0, lost, 12ms);
    at.activity.attempt_finished(at.id, 3, 200, {}, 12ms);
    at.activity.connection_failed(5, lost, "");
    at.activity.connection_failed(6, lost, "the host hung up");
    at.activity.connection_closed(3);
    BOOST_TEST(at.said() == "connection 3 opened\n"
                            "connection 4 opened, TLS session resumed\n" +
                                job + ": attempt 1\n" + job + ": attempt 1 took 12 ms: HTTP 503, " +
                                make_error_code(errc::server_error).message() + '\n' + job +
                                ": attempt 2 took 12 ms: " + lost.message() + '\n' + job +
                                ": attempt 3 took 12 ms: HTTP 200\n" + "connection 5 failed: " + lost.message() +
                                "\nconnection 6 failed: the host hung up\n"
                                "connection 3 closed\n");
}

BOOST_AUTO_TEST_SUITE_END()
