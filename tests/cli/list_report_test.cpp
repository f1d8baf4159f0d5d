#include "cli/jobs/list_report.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace jobaudit;
using namespace jobaudit::cli;

list_outcome ended(outcome_kind kind, errc error)
{
    list_outcome made;
    made.kind = kind;
    made.error = error;
    return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(list_reports)

BOOST_AUTO_TEST_CASE(say_nothing_of_a_whole_list)
{
    list_outcome whole;
    whole.kind = outcome_kind::ok;
    BOOST_TEST(list_failure_text(whole) == "");
    BOOST_TEST((exit_code_of(whole) == exit_code::complete));
}

BOOST_AUTO_TEST_CASE(tell_how_far_a_list_came_and_why_no_further)
{
    auto cut = ended(outcome_kind::transport, errc::connection_lost);
    cut.http_status = 200;
    cut.jobs = 1200;
    cut.message = "the connection ended";
    BOOST_TEST(list_failure_text(cut) == "the list of jobs could not be read to its end, behind 1,200 jobs: transport: "
                                         "the connection ended");

    auto refused = ended(outcome_kind::unauthorized, errc::unauthorized);
    refused.http_status = 401;
    refused.message = "no key";
    BOOST_TEST(list_failure_text(refused) == "the list of jobs could not be read: unauthorized (HTTP 401): no key; "
                                             "check UNSTRUCTURED_API_KEY or --api-key-file, and --auth");
}

BOOST_AUTO_TEST_CASE(tell_what_may_pass_from_what_does_not)
{
    BOOST_TEST((exit_code_of(ended(outcome_kind::unauthorized, errc::unauthorized)) == exit_code::fatal));
    BOOST_TEST((exit_code_of(ended(outcome_kind::server_error, errc::server_error)) == exit_code::worth_resuming));
    BOOST_TEST((exit_code_of(ended(outcome_kind::transport, errc::connection_lost)) == exit_code::worth_resuming));
    BOOST_TEST((exit_code_of(ended(outcome_kind::validation, errc::validation)) == exit_code::incomplete));
    BOOST_TEST((exit_code_of(ended(outcome_kind::not_found, errc::not_found)) == exit_code::incomplete));
}

BOOST_AUTO_TEST_SUITE_END()
