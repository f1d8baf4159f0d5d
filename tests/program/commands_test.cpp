#include "program/audited_platform.hpp"

using namespace jobaudit::test;
using jobaudit::emulator::step;

namespace {

std::vector<std::string> fetch(const audited_platform& platform, std::vector<std::string> further)
{
    std::vector<std::string> arguments{"fetch", "--url", platform.server.url(), "--ca-file",
                                       platform.folder.path("ca.pem")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return jobaudit::test::jobaudit(arguments);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(commands)

BOOST_AUTO_TEST_CASE(fetch_shows_one_job_to_a_person_and_to_a_program)
{
    audited_platform platform{{.jobs = 1, .records_per_job = 3}};
    const auto job = platform.server.job(0);
    const auto truth = platform.server.truth(job);
    process_run shown{fetch(platform, {job.to_string()})};
    process_run line{fetch(platform, {job.to_string(), "--json"})};

    BOOST_TEST(shown.wait() == 0);
    for (const auto& file : truth.failed_files)
        BOOST_TEST(contains(shown.out(), file.document));
    BOOST_TEST(line.wait() == 0);
    const auto lines = lines_of(line.out());
    BOOST_TEST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0].at("failed_files").as_array().size() == 3U);
}

BOOST_AUTO_TEST_CASE(fetch_says_what_went_wrong_and_ends_with_its_code)
{
    audited_platform platform{{.jobs = 1, .api_key = "right"}};
    const auto job = platform.server.job(0).to_string();
    process_run refused{fetch(platform, {job}), {.environment = {{"UNSTRUCTURED_API_KEY", "wrong"}}}};
    process_run unknown{fetch(platform, {"5e0c0000-0000-4000-8000-000000000000"}),
                        {.environment = {{"UNSTRUCTURED_API_KEY", "right"}}}};

    BOOST_TEST(refused.wait() == 3);
    BOOST_TEST(contains(refused.out() + refused.error_out(), "key"));
    BOOST_TEST(unknown.wait() == 1);
    BOOST_TEST(contains(unknown.out() + unknown.error_out(), "Job not found"));
}

BOOST_AUTO_TEST_CASE(demo_compares_what_it_found_with_the_truth)
{
    process_run demo{jobaudit::test::jobaudit({"demo", "--jobs", "1000"}),
                     {.environment = {{"UNSTRUCTURED_API_KEY", ""}}}};

    BOOST_TEST(demo.wait() == 0);
    BOOST_TEST(contains(demo.out(), "1,000 of 1,000 jobs right"));
}

BOOST_AUTO_TEST_CASE(report_writes_its_page_to_a_file_or_to_stdout)
{
    const scratch_folder folder;
    const auto results = folder.path("results.ndjson");
    const auto page = folder.path("report.html");
    process_run demo{jobaudit::test::jobaudit({"demo", "--jobs", "50", "-o", results, "--html", page})};
    BOOST_TEST_REQUIRE(demo.wait() == 0);
    const auto of_demo = folder.read("report.html");
    process_run printed{jobaudit::test::jobaudit({"report", results, "--html", "-"})};
    process_run lost{jobaudit::test::jobaudit({"report", results, "--html", folder.path("none/report.html")})};

    BOOST_TEST(contains(demo.error_out(), "the report is in \"" + page + '"'));
    BOOST_TEST(contains(of_demo, "Why files fail"));
    BOOST_TEST(printed.wait() == 0);
    BOOST_TEST((printed.out() == of_demo));
    BOOST_TEST(printed.error_out() == "");
    BOOST_TEST(lost.wait() == 5);
    BOOST_TEST(contains(lost.error_out(), "--html: "));
}

BOOST_AUTO_TEST_CASE(emulate_writes_what_an_audit_of_it_needs_and_the_truth_about_it)
{
    scratch_folder folder;
    process_run platform{
        jobaudit::test::jobaudit({"emulate", "--port", "0", "--jobs", "20", "--cert-out", folder.path("ca.pem"),
                                  "--jobs-out", folder.path("jobs.txt"), "--truth-out", folder.path("truth")})};
    BOOST_TEST_REQUIRE(platform.wait_until_said("listening on "));
    const auto said = platform.out();
    const auto url = said.substr(said.find("https://"), said.find('\n') - said.find("https://"));
    process_run audit{jobaudit::test::jobaudit(
        {"audit", "--url", url + "/api/v1/", "--ca-file", folder.path("ca.pem"), "--jobs", folder.path("jobs.txt")})};

    BOOST_TEST(audit.wait() == 0);
    const auto truth = lines_of(folder.read("truth"));
    BOOST_TEST(truth.size() == 20U);
    BOOST_TEST(lines_of(audit.out()).size() == 20U);
    platform.send(SIGTERM);
    BOOST_TEST(platform.wait() == 0);
}

BOOST_AUTO_TEST_CASE(failed_files_decide_the_exit_code_only_when_asked_to)
{
    audited_platform with{{.jobs = 3, .records_per_job = 1}};
    audited_platform without{{.jobs = 3, .records_per_job = 0}};
    for (const auto* platform : {&with, &without}) {
        process_run plain{platform->audit({"--jobs", platform->jobs_file()})};
        process_run asking{platform->audit({"--jobs", platform->jobs_file(), "--fail-on-failed-files"})};
        BOOST_TEST(plain.wait() == 0);
        BOOST_TEST(asking.wait() == (platform == &with ? 4 : 0));
    }
}

BOOST_AUTO_TEST_CASE(the_key_comes_from_a_file_and_appears_nowhere)
{
    const std::string key = "very-secret-key-3141592653";
    audited_platform platform{{.jobs = 50, .api_key = key, .faults = jobaudit::emulator::fault_profile::rough}};
    const auto key_file = platform.folder.write("key", key + "\n");
    process_run audit{platform.audit_all({"--api-key-file", key_file, "--log-level", "debug", "--summary-json",
                                          platform.folder.path("summary.json")}),
                      {.environment = {{"UNSTRUCTURED_API_KEY", ""}}}};

    (void)audit.wait();
    BOOST_TEST(platform.is_right());
    BOOST_TEST(contains(audit.error_out(), "attempt 1"));
    for (const auto& text :
         {audit.out(), audit.error_out(), platform.folder.read("results.ndjson"), platform.folder.read("summary.json")})
        BOOST_TEST(!contains(text, key));
}

BOOST_AUTO_TEST_CASE(options_may_stand_in_a_file_and_the_command_line_wins)
{
    audited_platform platform{{.jobs = 5}};
    const auto config = platform.folder.write("audit.ini", "concurrency = 2\nattempts = 0\n");
    process_run wrong{platform.audit_all({"--config", config})};
    process_run right{platform.audit_all({"--config", config, "--attempts", "3"})};

    BOOST_TEST(wrong.wait() == 2);
    BOOST_TEST(contains(wrong.error_out(), "attempts"));
    BOOST_TEST(right.wait() == 0);
}

BOOST_AUTO_TEST_CASE(help_and_version_go_to_stdout)
{
    for (const auto& asked : {std::vector<std::string>{"--help"},
                              {"audit", "--help"},
                              {"fetch", "--help"},
                              {"demo", "--help"},
                              {"emulate", "--help"},
                              {"help"},
                              {"--version"},
                              {"-V"}}) {
        process_run help{jobaudit::test::jobaudit(asked)};
        BOOST_TEST(help.wait() == 0);
        BOOST_TEST(contains(help.out(), "jobaudit"));
        BOOST_TEST(!contains(help.out(), "{false}"), help.out());
        BOOST_TEST(help.error_out() == "");
    }
}

BOOST_AUTO_TEST_CASE(help_of_a_subcommand_is_its_own)
{
    for (const auto* name : {"audit", "fetch", "demo", "emulate"}) {
        process_run asked{jobaudit::test::jobaudit({"help", name})};
        process_run same{jobaudit::test::jobaudit({name, "--help"})};
        BOOST_TEST(asked.wait() == 0);
        BOOST_TEST(same.wait() == 0);
        BOOST_TEST(asked.out() == same.out());
    }
    process_run unknown{jobaudit::test::jobaudit({"help", "adit"})};
    BOOST_TEST(unknown.wait() == 2);
    BOOST_TEST(contains(unknown.error_out(), "did you mean audit?"));
}

BOOST_AUTO_TEST_SUITE_END()
