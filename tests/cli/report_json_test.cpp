#include "cli/report/report_json.hpp"

#include "cli/report/diff_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace jobaudit;

BOOST_AUTO_TEST_SUITE(report_json)

BOOST_AUTO_TEST_CASE(gives_the_status_of_a_job_without_a_list_as_a_number_and_none_as_null)
{
    report::failure_report report;
    report.no_list = {{"one", outcome_kind::not_found, 404, "Job not found"}, {"two", outcome_kind::timeout, 0, ""}};
    const auto jobs = cli::report_json(report, "results.ndjson").at("jobs_without_list");

    BOOST_TEST(jobs.at(0).at("http_status") == boost::json::value(404));
    BOOST_TEST(jobs.at(1).at("http_status") == boost::json::value(nullptr));
}

BOOST_AUTO_TEST_CASE(gives_a_workflow_of_a_comparison_as_texts)
{
    report::failure_diff diff;
    diff.workflows.push_back({"an id", "a name", {}});
    diff.workflows.emplace_back();
    const auto workflows = cli::diff_json(diff).at("workflows");

    BOOST_TEST(workflows.at(0).at("workflow_id") == boost::json::value("an id"));
    BOOST_TEST(workflows.at(0).at("workflow_name") == boost::json::value("a name"));
    BOOST_TEST(workflows.at(1).at("workflow_id") == boost::json::value(nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
