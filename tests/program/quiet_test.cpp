// What is said where nobody looks on: in cron, and beside a script.
#include "program/audited_platform.hpp"

#include <algorithm>

using namespace jobaudit::test;
using jobaudit::emulator::step;

namespace {

/// A platform that tells its clients once to come back in a second.
audited_platform waiting_platform()
{
    return audited_platform{
        {.jobs = 300, .script = {.sequence = {{100, 100, step{.status = 429, .retry_after = "1"}}}}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quiet)

BOOST_AUTO_TEST_CASE(says_nothing_where_all_went_well)
{
    const auto platform = waiting_platform();
    // The second one replaces the first, the third one goes on with nothing.
    for (const auto& further : {std::vector<std::string>{}, {}, {"--resume"}}) {
        auto arguments = further;
        arguments.emplace_back("--quiet");
        process_run audit{platform.audit_all(arguments)};

        BOOST_TEST(audit.wait() == 0);
        BOOST_TEST(audit.error_out() == "");
        BOOST_TEST(platform.is_right());
    }
}

BOOST_AUTO_TEST_CASE(says_nothing_of_jobs_that_are_rightly_left_out_but_of_a_workflow_that_is_not_there)
{
    // Some of so many jobs are SCHEDULED.
    const audited_platform platform{{.jobs = 2000, .records_per_job = 0}};
    process_run audit{platform.audit({"--all", "-o", platform.output(), "--quiet"})};
    process_run mistaken{platform.audit({"--all", "--workflow", "no such", "-o", platform.folder.path("none"), "-q"})};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(audit.error_out() == "");
    BOOST_TEST(mistaken.wait() == 0);
    BOOST_TEST(mistaken.error_out().starts_with("No job is of a workflow named \"no such\""), mistaken.error_out());
}

BOOST_AUTO_TEST_CASE(says_what_has_no_list_and_how_to_go_on)
{
    const audited_platform platform{{.jobs = 300, .script = {.sequence = {{300, 1000, step{.status = 500}}}}}};
    process_run audit{platform.audit_all({"-q", "--concurrency", "1", "--attempts", "1"})};

    BOOST_TEST(audit.wait() == 6);
    const auto said = audit.error_out();
    BOOST_TEST(said.starts_with("jobaudit: 1 of 300 jobs have no list: 1 server_error\nTo go on"), said);
    BOOST_TEST(contains(said, "--resume"), said);
    BOOST_TEST(std::ranges::count(said, '\n') == 3, said);
}

BOOST_AUTO_TEST_CASE(says_why_it_ends_with_another_code_than_0)
{
    const audited_platform platform{{.jobs = 3, .api_key = "right", .records_per_job = 2}};
    const start_options right{.environment = {{"UNSTRUCTURED_API_KEY", "right"}}};
    const start_options wrong{.environment = {{"UNSTRUCTURED_API_KEY", "wrong"}}};
    process_run found{platform.audit({"--jobs", platform.jobs_file(), "-q", "--fail-on-failed-files"}), right};
    process_run refused{platform.audit({"--jobs", platform.jobs_file(), "-q"}), wrong};
    process_run unknown{platform.audit({"5e0c0000-0000-4000-8000-000000000000", "-q"}), right};

    BOOST_TEST(found.wait() == 4);
    BOOST_TEST(found.error_out() == "jobaudit: 6 failed files were found\n");
    BOOST_TEST(refused.wait() == 3);
    BOOST_TEST(contains(refused.error_out(), "stopped: "), refused.error_out());
    BOOST_TEST(unknown.wait() == 1);
    BOOST_TEST(unknown.error_out() == "jobaudit: 1 of 1 job has no list: 1 not_found\n");
}

BOOST_AUTO_TEST_CASE(progress_that_is_never_shown_leaves_out_the_waits_but_not_the_figures)
{
    for (const auto& [further, is_told] : {std::pair{std::vector<std::string>{}, true},
                                           {{"--progress", "never"}, false},
                                           {{"--progress", "never", "--log-level", "info"}, true}}) {
        const auto platform = waiting_platform();
        process_run audit{platform.audit_all(further)};

        BOOST_TEST(audit.wait() == 0);
        const auto said = audit.error_out();
        BOOST_TEST(contains(said, "the server asked to wait") == is_told, said);
        BOOST_TEST((is_told || !contains(said, "the wait is over")), said);
        BOOST_TEST(contains(said, "failed files"), said);
    }
}

BOOST_AUTO_TEST_CASE(a_closed_pipe_gets_its_line_all_the_same)
{
    const audited_platform platform{{.jobs = 300}};
    for (const auto& further : {std::vector<std::string>{}, {"--quiet"}}) {
        auto arguments = further;
        arguments.insert(arguments.end(), {"--jobs", platform.jobs_file()});
        int ends[2];
        BOOST_TEST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        descriptor reading{ends[0]};
        const descriptor writing{ends[1]};
        reading.close();
        process_run audit{platform.audit(arguments), {.out = writing.get()}};

        BOOST_TEST(audit.wait() == 5);
        const auto said = audit.error_out();
        BOOST_TEST(said.ends_with("300 of 300 jobs were not delivered\n"), said);
        BOOST_TEST(std::ranges::count(said, '\n') == 1, said);
    }
}

BOOST_AUTO_TEST_SUITE_END()
