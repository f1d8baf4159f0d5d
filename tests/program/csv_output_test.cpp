// An audit into CSV: killed, gone on with, and what cannot be asked of it.
#include "program/audited_platform.hpp"

#include <algorithm>
#include <csignal>
#include <string>

using namespace jobaudit::test;

BOOST_AUTO_TEST_SUITE(csv_output)

BOOST_AUTO_TEST_CASE(goes_on_after_kills_and_holds_each_failed_file_once)
{
    audited_platform platform{
        {.jobs = 20'000, .records_per_job = 2, .latency = {.base = std::chrono::milliseconds{20}}}};
    platform.output_name = "results.csv";
    for (const std::uint64_t requests : {1'000U, 3'000U}) {
        process_run audit{platform.audit_all({requests > 1'000 ? "--resume" : "--quiet"})};
        BOOST_TEST_REQUIRE(audit.wait_until([&] { return platform.server.stats().requests > requests; }));
        audit.send(SIGKILL);
        BOOST_TEST(audit.wait() == -SIGKILL);
    }
    process_run replacing{platform.audit_all()};
    BOOST_TEST(replacing.wait() == 2);

    process_run resumed{platform.audit_all({"--resume"})};
    BOOST_TEST(resumed.wait() == 0, resumed.error_out());
    BOOST_TEST(!contains(resumed.error_out(), "jobaudit report"), resumed.error_out());
    BOOST_TEST(platform.server.stats().requests < 23'000U);
    const auto text = platform.folder.read("results.csv");
    std::uint64_t expected = 1;
    for (std::uint64_t i = 0; i < platform.server.jobs(); ++i) {
        const auto job = platform.server.job(i);
        expected += std::max<std::size_t>(platform.server.truth(job).failed_files.size(), 1);
        BOOST_REQUIRE(contains(text, '\n' + job.to_string() + ",ok,200,"));
    }
    // None of the names and reasons holds a line break here.
    BOOST_TEST(static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) >= expected);
}

BOOST_AUTO_TEST_CASE(is_refused_where_results_are_read_back)
{
    audited_platform platform{{.jobs = 3}};
    platform.output_name = "results.csv";
    BOOST_TEST(process_run{platform.audit_all()}.wait() == 0);
    for (const auto& command : {jobaudit::test::jobaudit({"report", platform.output()}),
                                jobaudit::test::jobaudit({"diff", platform.output(), platform.output()}),
                                platform.audit_all({"--fail-on", "new", "--baseline", platform.output()}),
                                jobaudit::test::jobaudit({"demo", "-o", platform.output()})}) {
        process_run run{command};
        BOOST_TEST(run.wait() == 2);
        BOOST_TEST(contains(run.error_out(), "CSV"), run.error_out());
        BOOST_TEST(contains(run.error_out(), ".db"), run.error_out());
    }
}

BOOST_AUTO_TEST_SUITE_END()
