#include "program/audited_platform.hpp"
#include "program/nginx_server.hpp"

using namespace jobaudit::test;

BOOST_AUTO_TEST_SUITE(outage)

BOOST_AUTO_TEST_CASE(a_port_where_nobody_listens_ends_the_audit_when_the_limit_is_reached_and_not_before)
{
    const reserved_port nobody;
    scratch_folder folder;
    const auto jobs = folder.write("jobs.txt", job_lines(100));
    const auto began = std::chrono::steady_clock::now();
    process_run audit{jobaudit::test::jobaudit(
        {"audit", "--url", "https://127.0.0.1:" + std::to_string(nobody.number()), "--jobs", jobs, "-o",
         folder.path("out"), "--outage-limit", "3s", "--summary-json", folder.path("summary.json")})};

    BOOST_TEST(audit.wait() == 6);
    BOOST_TEST((std::chrono::steady_clock::now() - began >= std::chrono::seconds{3}));
    BOOST_TEST(contains(audit.error_out(), "Connection refused"));
    BOOST_TEST(contains(audit.error_out(), "--resume"));
    const auto summary = summary_of(folder.read("summary.json"));
    BOOST_TEST(summary.at("outcomes").at("not_tried").to_number<int>() == 100);
}

BOOST_AUTO_TEST_CASE(a_job_alone_fails_for_the_reason_that_it_met)
{
    const reserved_port nobody;
    process_run audit{
        jobaudit::test::jobaudit({"audit", "--url", "https://127.0.0.1:" + std::to_string(nobody.number()),
                                  "5e0c0000-0000-4000-8000-000000000000"})};

    BOOST_TEST(audit.wait() == 6);
    const auto lines = lines_of(audit.out());
    BOOST_TEST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0].at("outcome").as_string() == "connect");
    BOOST_TEST(lines[0].at("attempts").to_number<int>() == 5);
    BOOST_TEST(lines[0].at("http_status").is_null());
    BOOST_TEST(contains(std::string{lines[0].at("message").as_string()}, "Connection refused"));
    // What came to no connection was no request, and so no retry.
    BOOST_TEST(contains(audit.error_out(), " 0  0 of them retries\n"), audit.error_out());
}

BOOST_AUTO_TEST_SUITE_END()
