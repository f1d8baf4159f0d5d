#include "program/audited_platform.hpp"

#include <fstream>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>

using namespace jobaudit::test;
using jobaudit::emulator::fault_profile;
using jobaudit::emulator::step;

namespace {

boost::test_tools::assertion_result as_root(boost::unit_test::test_unit_id)
{
    boost::test_tools::assertion_result can{::geteuid() == 0};
    can.message() << "only root can start the first process of a container";
    return can;
}

// What goes on from here is the first process; who called waits for it.
void become_first_process()
{
    if (::unshare(CLONE_NEWPID) != 0)
        ::_exit(126);
    const auto first = ::fork();
    if (first == 0)
        return;
    int status = 0;
    ::waitpid(first, &status, 0);
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 125);
}

pid_t only_child_of(pid_t parent)
{
    pid_t child = 0;
    std::ifstream{"/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children"} >> child;
    return child;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interruption)

BOOST_AUTO_TEST_CASE(an_interrupt_lets_what_is_in_flight_end_and_says_how_to_go_on)
{
    for (const int signal : {SIGINT, SIGTERM}) {
        audited_platform platform{{.jobs = 20'000, .latency = {.base = std::chrono::milliseconds{20}}}};
        process_run audit{platform.audit_all({"--summary-json", platform.folder.path("summary.json")})};
        BOOST_TEST_REQUIRE(audit.wait_until([&] { return platform.server.stats().requests > 500; }));
        audit.send(signal);

        BOOST_TEST(audit.wait() == 128 + signal);
        BOOST_TEST(contains(audit.error_out(), "--resume"));
        BOOST_TEST(contains(audit.error_out(), "press Ctrl-C again"));
        const auto lines = lines_of(platform.folder.read("results.ndjson"));
        BOOST_TEST(lines.size() == platform.server.stats().requests);
        const auto summary = summary_of(platform.folder.read("summary.json"));
        BOOST_TEST(summary.at("jobs").to_number<int>() == 20'000);
        BOOST_TEST(summary.at("outcomes").at("not_tried").to_number<std::size_t>() == 20'000U - lines.size());

        process_run resumed{platform.audit_all({"--resume"})};
        BOOST_TEST(resumed.wait() == 0);
        BOOST_TEST(platform.is_right());
    }
}

BOOST_AUTO_TEST_CASE(a_second_interrupt_ends_it_without_waiting_for_the_server)
{
    audited_platform platform{
        {.jobs = 100, .script = {.every_job = {step{.fault = jobaudit::emulator::fault::stall}}}}};
    process_run audit{platform.audit_all()};
    BOOST_TEST_REQUIRE(audit.wait_until([&] { return platform.server.stats().requests >= 64; }));
    audit.send(SIGINT);
    BOOST_TEST_REQUIRE(audit.wait_until_said("press Ctrl-C again"));
    audit.send(SIGINT);

    BOOST_TEST(audit.wait(std::chrono::seconds{9}) == 130);
    BOOST_TEST(platform.folder.read("results.ndjson").empty());
}

BOOST_AUTO_TEST_CASE(a_termination_ends_it_in_good_time_though_the_server_stalls)
{
    // The first jobs get their answers, those behind them none.
    audited_platform platform{
        {.jobs = 500, .script = {.sequence = {{100, 100'000, step{.fault = jobaudit::emulator::fault::stall}}}}}};
    process_run audit{platform.audit_all({"--timeout", "1h", "--job-timeout", "1h"})};
    BOOST_TEST_REQUIRE(audit.wait_until([&] { return platform.server.stats().requests >= 160; }));
    audit.send(SIGTERM);

    // `docker stop` would kill it after ten.
    BOOST_TEST(audit.wait(std::chrono::seconds{9}) == 143);
    BOOST_TEST(contains(audit.error_out(), "--resume"));
    for (const auto& line : lines_of(platform.folder.read("results.ndjson")))
        BOOST_TEST(line.at("outcome").as_string() == "ok");
}

BOOST_AUTO_TEST_CASE(a_termination_ends_it_though_nobody_reads_its_figures)
{
    audited_platform platform{{.jobs = 5}};
    const auto figures = platform.folder.path("figures");
    BOOST_TEST_REQUIRE(::mkfifo(figures.c_str(), 0600) == 0);
    process_run audit{platform.audit_all({"--summary-json", figures})};
    BOOST_TEST_REQUIRE(audit.wait_until([&] {
        const auto stats = platform.server.stats();
        return stats.requests == 5 && stats.open_connections == 0;
    }));
    audit.send(SIGTERM);

    BOOST_TEST(audit.wait(std::chrono::seconds{9}) == 143);
    BOOST_TEST(lines_of(platform.folder.read("results.ndjson")).size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_hang_up_is_an_interrupt_too)
{
    audited_platform platform{{.jobs = 20'000, .latency = {.base = std::chrono::milliseconds{20}}}};
    process_run audit{platform.audit_all(), {.before_exec = [] { ::signal(SIGHUP, SIG_DFL); }}};
    BOOST_TEST_REQUIRE(audit.wait_until([&] { return platform.server.stats().requests > 200; }));
    audit.send(SIGHUP);

    BOOST_TEST(audit.wait() == 129);
    BOOST_TEST(contains(audit.error_out(), "--resume"));
}

BOOST_AUTO_TEST_CASE(an_interrupt_of_an_audit_that_has_ended_cuts_nothing_off)
{
    audited_platform platform{{.jobs = 500}};
    // Nobody reads the figures yet, so that it cannot come to its end.
    const auto figures = platform.folder.path("figures");
    BOOST_TEST_REQUIRE(::mkfifo(figures.c_str(), 0600) == 0);
    process_run audit{platform.audit_all({"--summary-json", figures})};
    BOOST_TEST_REQUIRE(audit.wait_until([&] {
        const auto stats = platform.server.stats();
        return stats.requests == 500 && stats.open_connections == 0;
    }));
    audit.send(SIGTERM);
    BOOST_TEST_REQUIRE(audit.wait_until_said("its results are being brought home"));
    const auto summary = summary_of(platform.folder.read("figures"));

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.is_right());
    BOOST_TEST(contains(audit.error_out(), "connections"));
    BOOST_TEST(summary.at("outcomes").at("ok").to_number<int>() == 500);
}

BOOST_AUTO_TEST_CASE(the_command_that_it_prints_goes_on_where_it_ended)
{
    audited_platform platform{{.jobs = 3000, .latency = {.base = std::chrono::milliseconds{20}}}};
    process_run audit{platform.audit_all()};
    BOOST_TEST_REQUIRE(audit.wait_until([&] { return platform.server.stats().requests > 500; }));
    audit.send(SIGINT);
    BOOST_TEST(audit.wait() == 130);

    const auto said = audit.error_out();
    const auto begin = said.find("  ", said.find("To go on where this ended:"));
    BOOST_TEST_REQUIRE(begin != std::string::npos);
    const auto command = said.substr(begin, said.find('\n', begin) - begin);
    process_run resumed{{"/bin/sh", "-c", command}};
    BOOST_TEST(resumed.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(a_deadline_ends_it_and_leaves_the_rest_for_later)
{
    audited_platform platform{{.jobs = 20'000, .latency = {.base = std::chrono::milliseconds{50}}}};
    process_run audit{platform.audit_all({"--deadline", "1s"})};

    BOOST_TEST(audit.wait() == 6);
    BOOST_TEST(contains(audit.error_out(), "not_tried"));
    BOOST_TEST(contains(audit.error_out(), "--resume"));
    process_run resumed{platform.audit_all({"--resume"})};
    BOOST_TEST(resumed.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(a_torn_last_line_is_cut_and_its_job_asked_for_again)
{
    audited_platform platform{{.jobs = 300}};
    process_run audit{platform.audit_all()};
    BOOST_TEST(audit.wait() == 0);
    const auto whole = platform.folder.read("results.ndjson");
    const auto last = whole.rfind('\n', whole.size() - 2) + 1;

    for (const auto kept : {last + 1, last + 40, whole.size() - 2, whole.size() - 1}) {
        platform.folder.write("results.ndjson", whole.substr(0, kept));
        process_run resumed{platform.audit_all({"--resume"})};
        BOOST_TEST(resumed.wait() == 0);
        BOOST_TEST(platform.is_right());
    }
}

BOOST_AUTO_TEST_CASE(a_signal_ends_each_command_as_the_first_process_of_a_container,
                     *boost::unit_test::precondition(as_root))
{
    audited_platform platform{{.jobs = 10, .script = {.every_job = {step{.fault = jobaudit::emulator::fault::stall}}}}};
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        auto command = platform.audit({platform.folder.read("jobs.txt").substr(0, jobaudit::job_id::text_size)});
        command.at(1) = "fetch";
        const auto asked_before = platform.server.stats().requests;
        process_run fetch{command, {.before_exec = become_first_process}};
        BOOST_TEST_REQUIRE(fetch.wait_until([&] { return platform.server.stats().requests > asked_before; }));
        ::kill(only_child_of(fetch.pid()), signal);

        BOOST_TEST(fetch.wait(std::chrono::seconds{20}) == 128 + signal, fetch.error_out());
    }
}

BOOST_AUTO_TEST_SUITE_END()
