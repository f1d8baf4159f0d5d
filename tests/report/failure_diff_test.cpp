#include "report/failure_diff.hpp"

#include "report/written_output.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::report;
using test::written_output;

std::vector<std::string> names_of(const std::vector<changed_document>& documents)
{
    std::vector<std::string> names;
    for (const auto& each : documents)
        names.push_back(each.name);
    return names;
}

job_information run_of(const std::string& workflow)
{
    job_information known;
    known.workflow_id = workflow;
    known.workflow_name = workflow;
    return known;
}

const std::string encrypted = "PDF is encrypted: x.pdf";
const std::string slow = "503: no answer after 5 s";

}  // namespace

BOOST_AUTO_TEST_SUITE(failure_diffs)

BOOST_AUTO_TEST_CASE(tell_new_remaining_and_recovered_documents_apart_whatever_their_jobs)
{
    written_output older;
    older.ok(1, {{"stays.pdf", encrypted}, {"goes.pdf", slow}}, run_of("a"));
    written_output newer;
    newer.ok(7, {{"comes.pdf", slow}, {"stays.pdf", encrypted}, {"comes.pdf", slow}}, run_of("a"));
    newer.ok(8, {}, run_of("a"));
    newer.without_list(9, outcome_kind::timeout, 0, "late", run_of("b"));
    const auto diff = compare(older.open(), newer.open());

    BOOST_TEST((names_of(diff.of(fate::appeared)) == std::vector<std::string>{"comes.pdf"}));
    BOOST_TEST((names_of(diff.of(fate::remained)) == std::vector<std::string>{"stays.pdf"}));
    BOOST_TEST((names_of(diff.of(fate::recovered)) == std::vector<std::string>{"goes.pdf"}));
    BOOST_TEST(diff.documents.appeared == 1U);
    BOOST_TEST(diff.documents.remained == 1U);
    BOOST_TEST(diff.documents.recovered == 1U);
    BOOST_TEST(diff.older_jobs == 1U);
    BOOST_TEST(diff.newer_jobs == 3U);
    BOOST_TEST(diff.newer_without_list == 1U);
}

BOOST_AUTO_TEST_CASE(count_changes_by_reason_and_by_workflow)
{
    written_output older;
    older.ok(1, {{"stays.pdf", encrypted}, {"goes.pdf", slow}}, run_of("a"));
    written_output newer;
    newer.ok(6, {{"stays.pdf", encrypted}}, run_of("a"));
    newer.ok(7, {{"comes.pdf", slow}}, run_of("b"));
    const auto diff = compare(older.open(), newer.open());

    BOOST_TEST_REQUIRE(diff.reasons.size() == 2U);
    BOOST_TEST(diff.reasons[0].text == "503: no answer after <*>");
    BOOST_TEST(diff.reasons[0].documents.appeared == 1U);
    BOOST_TEST(diff.reasons[0].documents.recovered == 1U);
    BOOST_TEST(diff.reasons[1].documents.remained == 1U);
    BOOST_TEST(diff.reasons[diff.of(fate::appeared)[0].reason].text == diff.reasons[0].text);
    BOOST_TEST_REQUIRE(diff.workflows.size() == 2U);
    BOOST_TEST(diff.workflows[0].id == "b");
    BOOST_TEST(diff.workflows[0].documents.appeared == 1U);
    BOOST_TEST(diff.workflows[1].documents.remained == 1U);
    BOOST_TEST(diff.workflows[1].documents.recovered == 1U);
}

BOOST_AUTO_TEST_CASE(take_the_same_name_in_another_workflow_for_another_document)
{
    written_output older;
    older.ok(1, {{"scan.pdf", slow}}, run_of("a")).ok(2, {}, run_of("b"));
    written_output newer;
    newer.ok(3, {}, run_of("a")).ok(4, {{"scan.pdf", slow}}, run_of("b"));
    const auto diff = compare(older.open(), newer.open());

    BOOST_TEST((names_of(diff.of(fate::appeared)) == std::vector<std::string>{"scan.pdf"}));
    BOOST_TEST((names_of(diff.of(fate::recovered)) == std::vector<std::string>{"scan.pdf"}));
}

BOOST_AUTO_TEST_CASE(know_documents_by_their_names_where_an_audit_names_no_workflows)
{
    written_output older;
    older.ok(1, {{"one.pdf", slow}}).ok(2, {{"two.pdf", slow}}).ok(3, {{"one.pdf", slow}});
    written_output newer;
    newer.ok(4, {{"one.pdf", slow}}, run_of("a")).ok(5, {{"one.pdf", slow}}, run_of("b"));
    const auto diff = compare(older.open(), newer.open());

    BOOST_TEST((names_of(diff.of(fate::remained)) == std::vector<std::string>{"one.pdf"}));
    BOOST_TEST((names_of(diff.of(fate::recovered)) == std::vector<std::string>{"two.pdf"}));
    BOOST_TEST(diff.documents.all() == 2U);
}

BOOST_AUTO_TEST_CASE(do_not_know_what_became_of_documents_in_a_job_without_a_list)
{
    written_output whole;
    whole.ok(1, {{"first.pdf", slow}}).ok(2, {{"second.pdf", slow}}).ok(3, {});
    written_output partial;
    partial.ok(1, {}).without_list(2, outcome_kind::server_error, 503, "down").ok(3, {{"third.pdf", slow}});

    const auto later = compare(whole.open(), partial.open());
    BOOST_TEST((names_of(later.of(fate::recovered)) == std::vector<std::string>{"first.pdf"}));
    BOOST_TEST((names_of(later.of(fate::unknown_now)) == std::vector<std::string>{"second.pdf"}));
    BOOST_TEST((names_of(later.of(fate::appeared)) == std::vector<std::string>{"third.pdf"}));

    const auto earlier = compare(partial.open(), whole.open());
    BOOST_TEST((names_of(earlier.of(fate::appeared)) == std::vector<std::string>{"first.pdf"}));
    BOOST_TEST((names_of(earlier.of(fate::unknown_before)) == std::vector<std::string>{"second.pdf"}));
    BOOST_TEST((names_of(earlier.of(fate::recovered)) == std::vector<std::string>{"third.pdf"}));
    BOOST_TEST(earlier.older_without_list == 1U);
}

BOOST_AUTO_TEST_CASE(do_not_know_what_a_new_job_of_the_workflow_without_a_list_holds)
{
    written_output older;
    older.ok(1, {{"one.pdf", slow}}, run_of("a")).ok(2, {{"two.pdf", slow}}, run_of("b"));
    written_output newer;
    newer.without_list(3, outcome_kind::timeout, 0, "late", run_of("a")).ok(4, {}, run_of("b"));
    const auto diff = compare(older.open(), newer.open());

    BOOST_TEST((names_of(diff.of(fate::unknown_now)) == std::vector<std::string>{"one.pdf"}));
    BOOST_TEST((names_of(diff.of(fate::recovered)) == std::vector<std::string>{"two.pdf"}));
}

BOOST_AUTO_TEST_CASE(find_nothing_between_an_output_and_itself)
{
    written_output output;
    output.ok(1, {{"stays.pdf", encrypted}}, run_of("a")).ok(2, {}, run_of("b"));
    const auto diff = compare(output.open(), output.open());

    BOOST_TEST(diff.documents.appeared == 0U);
    BOOST_TEST(diff.documents.recovered == 0U);
    BOOST_TEST(diff.documents.remained == 1U);
    BOOST_TEST(diff.workflows.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
