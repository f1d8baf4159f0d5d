#include "cli/jobs/job_selection.hpp"

#include "scratch_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::cli;
using jobaudit::test::contains;
using namespace std::chrono_literals;

constexpr auto now = protocol::utc_time{std::chrono::sys_days{std::chrono::year{2026} / 11 / 30}} + 12h;
constexpr auto with_all = job_selection::scheduled::taken;
constexpr auto without_scheduled = job_selection::scheduled::left_out;

job_information job(std::string status, std::string created_at = "2026-11-29T10:00:00Z", std::string workflow = "a")
{
    job_information made;
    made.status = std::move(status);
    made.created_at = std::move(created_at);
    made.workflow_name = std::move(workflow);
    return made;
}

job_selection selection(const selection_arguments& arguments, job_selection::scheduled not_begun = with_all)
{
    auto made = job_selection::make(arguments, not_begun, now);
    BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().message);
    return *std::move(made);
}

std::string refusal(const selection_arguments& arguments)
{
    const auto made = job_selection::make(arguments, with_all, now);
    return made ? std::string{"taken"} : made.error().message;
}

bool takes_created(const selection_arguments& arguments, const std::string& created_at)
{
    return selection(arguments).takes(job("FAILED", created_at));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_selections)

BOOST_AUTO_TEST_CASE(take_every_job_by_themselves)
{
    job_selection all;
    for (const std::string status : {"SCHEDULED", "COMPLETED", "FAILED", "ARCHIVED", ""})
        BOOST_TEST(all.takes(job(status)));
    BOOST_TEST(all.left_out().all() == 0U);
    BOOST_TEST(all.remarks() == "");
}

BOOST_AUTO_TEST_CASE(of_an_audit_leave_out_what_has_not_begun_and_say_why)
{
    auto chosen = selection({}, without_scheduled);
    for (const std::string status : {"IN_PROGRESS", "COMPLETED", "STOPPED", "FAILED", "ARCHIVED", ""})
        BOOST_TEST(chosen.takes(job(status)));
    BOOST_TEST(!chosen.takes(job("SCHEDULED")));
    BOOST_TEST(!chosen.takes(job("SCHEDULED")));

    BOOST_TEST(chosen.left_out().not_begun == 2U);
    BOOST_TEST(chosen.remarks() ==
               "2 jobs are SCHEDULED and left out: nothing of them has run, so no file can have failed (--status "
               "SCHEDULED asks for them)\n");
    BOOST_TEST(selection({.status = {"SCHEDULED"}}, without_scheduled).takes(job("SCHEDULED")));
}

BOOST_AUTO_TEST_CASE(have_the_platform_pick_statuses_and_a_workflow_by_its_id)
{
    const std::string id = "0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90";
    list_options how;
    selection({.status = {"failed", "In-Progress", "Archived"}, .workflow = id}).narrow(how);
    BOOST_TEST((how.status == std::vector<std::string>{"FAILED", "IN_PROGRESS", "Archived"}));
    BOOST_TEST(how.workflow_id == id);

    selection({.workflow = "invoices"}).narrow(how);
    BOOST_TEST(how.status.empty());
    BOOST_TEST(how.workflow_id == "");
}

BOOST_AUTO_TEST_CASE(pick_a_workflow_by_its_name)
{
    auto chosen = selection({.workflow = "invoices"});
    BOOST_TEST(!chosen.takes(job("FAILED", "", "mail")));
    BOOST_TEST(!chosen.takes(job("FAILED", "", "Invoices")));
    BOOST_TEST(chosen.remarks() ==
               "No job is of a workflow named \"invoices\". Those in the list are of \"Invoices\", \"mail\"\n");
    BOOST_TEST(chosen.takes(job("FAILED", "", "invoices")));
    BOOST_TEST(chosen.remarks() == "");
    BOOST_TEST(chosen.left_out().by_workflow == 2U);
}

BOOST_AUTO_TEST_CASE(name_a_few_workflows_where_none_is_the_one)
{
    auto chosen = selection({.workflow = "x"});
    for (int i = 0; i < 1000; ++i)
        BOOST_TEST(!chosen.takes(job("FAILED", "", std::to_string(i))));
    BOOST_TEST(contains(chosen.remarks(), " and others\n"));
    BOOST_TEST(chosen.remarks().size() < 200U);
}

BOOST_AUTO_TEST_CASE(pick_by_the_time_of_creation_to_both_its_ends)
{
    BOOST_TEST(takes_created({.since = "2026-11-29"}, "2026-11-29T00:00:00Z"));
    BOOST_TEST(!takes_created({.since = "2026-11-29"}, "2026-11-28T23:59:59.999999Z"));
    BOOST_TEST(takes_created({.until = "2026-11-29"}, "2026-11-29T23:59:59.999999Z"));
    BOOST_TEST(!takes_created({.until = "2026-11-29"}, "2026-11-30T00:00:00Z"));
    BOOST_TEST(takes_created({.since = "2026-11-29T10:00+02:00"}, "2026-11-29T08:00:00"));
    BOOST_TEST(!takes_created({.since = "2026-11-29T10:00"}, "2026-11-29T09:59:59Z"));
    BOOST_TEST(takes_created({.since = "24h"}, "2026-11-29T12:00:00Z"));
    BOOST_TEST(!takes_created({.since = "24h"}, "2026-11-29T11:59:59Z"));
    BOOST_TEST(takes_created({.since = "7d", .until = "1d"}, "2026-11-25T12:00:00Z"));
    BOOST_TEST(!takes_created({.since = "7d", .until = "1d"}, "2026-11-30T11:00:00Z"));
}

BOOST_AUTO_TEST_CASE(take_a_job_whose_time_cannot_be_read)
{
    for (const std::string time : {"", "yesterday", "29.11.2026"})
        BOOST_TEST(takes_created({.since = "24h"}, time));
}

BOOST_AUTO_TEST_CASE(refuse_what_is_no_time_and_show_it)
{
    for (const std::string text : {"yesterday", "2026", "2026-13-01", "7", "1.5", "2026-11-29T25:00", "-7d"}) {
        const auto said = refusal({.since = text});
        BOOST_TEST(said.starts_with("--since: \"" + text + "\" is no time: "), said);
    }
    BOOST_TEST(refusal({.until = "soon"}).starts_with("--until: "));
    BOOST_TEST(contains(refusal({.since = "1d", .until = "2d"}), "--since is after --until"));
    BOOST_TEST(contains(refusal({.status = {""}}), "--status: "));
}

BOOST_AUTO_TEST_SUITE_END()
