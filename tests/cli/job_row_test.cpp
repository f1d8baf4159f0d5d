#include "cli/jobs/job_row.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace jobaudit;
using namespace jobaudit::cli;

job_information some_job()
{
    job_information job;
    job.job = *job_id::parse("0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90");
    job.workflow_id = "11111111-2222-4333-8444-555555555555";
    job.workflow_name = "invoices";
    job.status = "COMPLETED";
    job.created_at = "2026-11-29T10:15:30.123456+02:00";
    job.runtime = "PT1M5S";
    return job;
}

std::string json_of(const job_information& job)
{
    std::string line;
    append_job_json(line, job);
    return line;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_rows)

BOOST_AUTO_TEST_CASE(stand_under_their_heading)
{
    BOOST_TEST(std::string{job_row_heading} + job_row(some_job()) ==
               "job_id                                status       created (UTC)        runtime       workflow\n"
               "0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90  COMPLETED    2026-11-29 08:15:30  1 min 5 s     invoices\n");
}

BOOST_AUTO_TEST_CASE(show_what_cannot_be_read_as_it_is_and_leave_out_what_is_not_there)
{
    auto job = some_job();
    job.created_at = "yesterday";
    job.runtime = "P1M";
    job.workflow_name.clear();
    BOOST_TEST(job_row(job) == "0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90  COMPLETED    yesterday            P1M           "
                               "11111111-2222-4333-8444-555555555555\n");
    job_information bare;
    bare.job = job.job;
    BOOST_TEST(job_row(bare) == "0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90\n");
}

BOOST_AUTO_TEST_CASE(play_no_tricks_on_a_terminal)
{
    auto job = some_job();
    job.status = "A\x1b[2J";
    job.workflow_name = "x\ny\xe2\x80\xaez";
    const auto row = job_row(job);
    BOOST_TEST(row.find('\x1b') == std::string::npos);
    BOOST_TEST(row.find('\n') == row.size() - 1);
    BOOST_TEST(row.find("\xe2\x80\xae") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(are_lines_of_json_with_the_platforms_names)
{
    BOOST_TEST(json_of(some_job()) ==
               R"({"id":"0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90","workflow_id":"11111111-2222-4333-8444-555555555555",)"
               R"("workflow_name":"invoices","status":"COMPLETED","created_at":"2026-11-29T10:15:30.123456+02:00",)"
               R"("runtime":"PT1M5S"})"
               "\n");
    job_information bare;
    bare.workflow_name = "\"\n";
    const auto value = boost::json::parse(json_of(bare));
    BOOST_TEST(value.at("workflow_name").as_string() == "\"\n");
    BOOST_TEST(value.at("runtime").is_null());
    BOOST_TEST(value.at("status").is_null());
}

BOOST_AUTO_TEST_SUITE_END()
