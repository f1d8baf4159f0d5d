#include "store/job_ledger.hpp"

#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace {

using namespace jobaudit;
using standing = store::job_ledger::standing;
using test::numbered_job;

std::uint64_t ended(const store::job_ledger& ledger, outcome_kind kind)
{
    return ledger.ended()[static_cast<std::size_t>(kind)];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_ledger)

BOOST_AUTO_TEST_CASE(calls_the_second_time_a_duplicate)
{
    store::job_ledger ledger;

    BOOST_TEST((ledger.take(numbered_job(1)) == standing::fresh));
    BOOST_TEST((ledger.take(numbered_job(1)) == standing::duplicate));
    BOOST_TEST((ledger.take_invalid("x") == standing::fresh));
    BOOST_TEST((ledger.take_invalid("x") == standing::duplicate));
    BOOST_TEST((ledger.take_invalid("y") == standing::fresh));
}

BOOST_AUTO_TEST_CASE(tells_a_job_of_an_earlier_run_once_as_ended)
{
    store::job_ledger ledger;
    ledger.record(numbered_job(1), outcome_kind::ok, 3);
    ledger.record_invalid("x");

    BOOST_TEST((ledger.take(numbered_job(1)) == standing::ended));
    BOOST_TEST((ledger.take(numbered_job(1)) == standing::duplicate));
    BOOST_TEST((ledger.take_invalid("x") == standing::ended));
    BOOST_TEST((ledger.take_invalid("x") == standing::duplicate));
}

BOOST_AUTO_TEST_CASE(takes_up_a_job_that_failed_for_a_passing_reason)
{
    store::job_ledger ledger;
    ledger.record(numbered_job(1), outcome_kind::timeout, 0);

    BOOST_TEST((ledger.take(numbered_job(1)) == standing::fresh));
    BOOST_TEST(ledger.ended_count() == 0u);
}

BOOST_AUTO_TEST_CASE(counts_each_ended_job_once)
{
    store::job_ledger ledger;
    ledger.record(numbered_job(1), outcome_kind::timeout, 0);
    ledger.record(numbered_job(1), outcome_kind::ok, 3);
    ledger.record(numbered_job(2), outcome_kind::not_found, 0);
    ledger.record_invalid("x");
    ledger.record_invalid("x");

    BOOST_TEST(ended(ledger, outcome_kind::ok) == 1u);
    BOOST_TEST(ended(ledger, outcome_kind::not_found) == 1u);
    BOOST_TEST(ended(ledger, outcome_kind::invalid_job_id) == 1u);
    BOOST_TEST(ledger.ended_count() == 3u);
    BOOST_TEST(ledger.failed_files() == 3u);
    BOOST_TEST((ledger.take(numbered_job(1)) == standing::ended));
    BOOST_TEST(!ledger.has_repeats());
}

BOOST_AUTO_TEST_CASE(takes_the_last_line_of_a_job_that_was_asked_for_once_more)
{
    struct line {
        std::uint64_t job;
        outcome_kind kind;
        std::uint64_t failed_files;
    };
    const std::vector<line> lines{
        {1, outcome_kind::ok, 3},  {2, outcome_kind::ok, 5},       {3, outcome_kind::timeout, 0},
        {1, outcome_kind::ok, 1},  {2, outcome_kind::protocol, 0}, {3, outcome_kind::ok, 2},
        {4, outcome_kind::ok, 7},  {4, outcome_kind::protocol, 0}, {4, outcome_kind::not_found, 0},
        {5, outcome_kind::ok, 10},
    };
    store::job_ledger ledger;
    for (const auto& each : lines)
        ledger.record(numbered_job(each.job), each.kind, each.failed_files);
    BOOST_TEST(ledger.has_repeats());
    for (const auto& each : lines)
        ledger.record_repeat(numbered_job(each.job), each.kind, each.failed_files);
    ledger.settle_repeats();

    BOOST_TEST(ended(ledger, outcome_kind::ok) == 3u);
    BOOST_TEST(ended(ledger, outcome_kind::not_found) == 1u);
    BOOST_TEST(ledger.failed_files() == 13u);
    BOOST_TEST((ledger.take(numbered_job(2)) == standing::fresh));
    BOOST_TEST((ledger.take(numbered_job(2)) == standing::duplicate));
    BOOST_TEST((ledger.take(numbered_job(1)) == standing::ended));
}

BOOST_AUTO_TEST_SUITE_END()
