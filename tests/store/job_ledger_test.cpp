#include "store/job_ledger.hpp"

#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_CASE(counts_each_ended_job_once_and_lets_it_stay_ended)
{
    store::job_ledger ledger;
    ledger.record(numbered_job(1), outcome_kind::timeout, 0);
    ledger.record(numbered_job(1), outcome_kind::ok, 3);
    ledger.record(numbered_job(1), outcome_kind::server_error, 0);
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
}

BOOST_AUTO_TEST_SUITE_END()
