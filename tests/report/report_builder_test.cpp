#include "report/report_builder.hpp"

#include "report/written_output.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::report;
using test::written_output;

job_information run_of(const std::string& workflow, const std::string& day)
{
    job_information known;
    known.workflow_id = "id of " + workflow;
    known.workflow_name = workflow;
    known.created_at = day + "T08:15:00Z";
    return known;
}

failure_report report_of(const written_output& output, report_limits limits = {})
{
    const auto file = output.open();
    report_builder builder{limits};
    file.read(builder);
    return builder.finish();
}

written_output three_jobs()
{
    written_output output;
    output.ok(1, {{"a.pdf", "PDF is encrypted: a.pdf"}, {"b.DOCX", "503: no answer after 5 s"}},
              run_of("invoices", "2026-11-28"));
    output.ok(2, {{"a.pdf", "503: no answer after 7 s"}, {"c", "503: no answer after 9 s"}},
              run_of("contracts", "2026-11-29"));
    output.ok(3, {}, run_of("invoices", "2026-11-29"));
    output.without_list(4, outcome_kind::timeout, 0, "no answer");
    return output;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reports)

BOOST_AUTO_TEST_CASE(count_files_jobs_and_documents_of_each_reason)
{
    const auto report = report_of(three_jobs());

    BOOST_TEST(report.jobs == 4U);
    BOOST_TEST(report.jobs_with_failures == 2U);
    BOOST_TEST(report.failed_files == 4U);
    BOOST_TEST(report.documents == 3U);
    BOOST_TEST_REQUIRE(report.reasons.size() == 2U);
    const auto& slow = report.reasons[0];
    BOOST_TEST(slow.text == "503: no answer after <*>");
    BOOST_TEST((slow.family == grouping::error_family::network));
    BOOST_TEST(slow.failed_files == 3U);
    BOOST_TEST(slow.jobs == 2U);
    BOOST_TEST(slow.documents == 3U);
    BOOST_TEST(report.reasons[1].documents == 1U);
    BOOST_TEST_REQUIRE(report.families.size() == 2U);
    BOOST_TEST(report.families[0].failed_files == 3U);
}

BOOST_AUTO_TEST_CASE(count_a_document_once_for_a_reason_however_often_it_fails)
{
    written_output output;
    output.ok(1, {{"a", "503: no answer after 5 s"}, {"a", "PDF is encrypted: a"}, {"a", "503: no answer after 6 s"}});
    output.ok(2, {{"a", "PDF is encrypted: a"}, {"a", "PDF is encrypted: a"}});
    const auto report = report_of(output);

    BOOST_TEST_REQUIRE(report.reasons.size() == 2U);
    BOOST_TEST(report.reasons[0].failed_files == 3U);
    BOOST_TEST(report.reasons[0].jobs == 2U);
    BOOST_TEST(report.reasons[0].documents == 1U);
    BOOST_TEST(report.reasons[1].failed_files == 2U);
    BOOST_TEST(report.reasons[1].jobs == 1U);
    BOOST_TEST(report.reasons[1].documents == 1U);
    BOOST_TEST_REQUIRE(report.worst.size() == 1U);
    BOOST_TEST(report.worst[0].failed_files == 5U);
    BOOST_TEST(report.worst[0].reason == 0U);
}

BOOST_AUTO_TEST_CASE(group_by_workflow_day_and_file_type)
{
    const auto report = report_of(three_jobs());

    BOOST_TEST_REQUIRE(report.workflows.size() == 3U);
    BOOST_TEST(report.workflows[0].name == "contracts");
    BOOST_TEST(report.workflows[0].failed_files == 2U);
    BOOST_TEST(report.workflows[0].commonest_reason == 0U);
    BOOST_TEST(report.workflows[1].name == "invoices");
    BOOST_TEST(report.workflows[1].jobs == 2U);
    BOOST_TEST(report.workflows[1].jobs_with_failures == 1U);
    BOOST_TEST(report.workflows[2].name == "");
    BOOST_TEST(report.workflows[2].jobs_without_list == 1U);
    BOOST_TEST((report.workflows[2].commonest_reason == no_reason));
    BOOST_TEST_REQUIRE(report.days.size() == 3U);
    BOOST_TEST(report.days[1].name == "2026-11-28");
    BOOST_TEST(report.days[1].failed_files == 2U);
    BOOST_TEST(report.days[2].name == "2026-11-29");
    BOOST_TEST(report.days[2].jobs == 2U);
    BOOST_TEST_REQUIRE(report.types.size() == 3U);
    BOOST_TEST(report.types[0].extension == "pdf");
    BOOST_TEST(report.types[0].failed_files == 2U);
    BOOST_TEST(report.types[1].extension == "");
    BOOST_TEST(report.types[2].extension == "docx");
}

BOOST_AUTO_TEST_CASE(list_the_documents_that_fail_most_and_the_jobs_without_a_list)
{
    auto output = three_jobs();
    output.without_list(5, outcome_kind::not_found, 404, "Job not found");
    const auto report = report_of(output, {.documents = 2, .jobs_without_list = 1});

    BOOST_TEST_REQUIRE(report.worst.size() == 2U);
    BOOST_TEST(report.worst[0].name == "a.pdf");
    BOOST_TEST(report.worst[0].failed_files == 2U);
    BOOST_TEST(report.worst[1].name == "b.DOCX");
    BOOST_TEST(report.documents == 3U);
    BOOST_TEST_REQUIRE(report.no_list.size() == 1U);
    BOOST_TEST(report.no_list[0].message == "no answer");
    BOOST_TEST(report.count(outcome_kind::timeout) == 1U);
    BOOST_TEST(report.count(outcome_kind::not_found) == 1U);
    BOOST_TEST(report.jobs_retried == 2U);
    BOOST_TEST(report.times.longest == 10.0);
}

BOOST_AUTO_TEST_CASE(give_the_reason_of_each_failed_file_in_order)
{
    const auto file = three_jobs().open();
    report_builder builder;
    file.read(builder);
    const auto report = builder.finish();

    std::vector<std::uint32_t> reasons;
    builder.for_each_reason([&](std::uint32_t reason) { reasons.push_back(reason); });
    BOOST_TEST((reasons == std::vector<std::uint32_t>{1, 0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(count_jobs_of_a_reason_right_where_its_texts_were_condensed)
{
    written_output output;
    std::uint64_t job = 0;
    std::vector<failed_file> files;
    const auto word = [](std::size_t number) {
        std::string result;
        for (; number != 0 || result.empty(); number /= 26)
            result += static_cast<char>('a' + number % 26);
        return result;
    };
    for (std::size_t i = 0; i < 2 * grouping::reason_collector::most_texts; ++i) {
        files.push_back({"d" + std::to_string(i), "Bucket " + word(i) + " was not found"});
        if (files.size() == 100)
            output.ok(++job, std::exchange(files, {}));
    }
    const auto report = report_of(output);

    BOOST_TEST_REQUIRE(report.reasons.size() == 1U);
    BOOST_TEST(report.reasons[0].failed_files == 2 * grouping::reason_collector::most_texts);
    BOOST_TEST(report.reasons[0].jobs == job);
    BOOST_TEST(report.reasons[0].documents == 2 * grouping::reason_collector::most_texts);
}

BOOST_AUTO_TEST_SUITE_END()
