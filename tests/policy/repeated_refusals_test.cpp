#include "policy/repeated_refusals.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

BOOST_AUTO_TEST_SUITE(repeated_refusals_of_a_job)

BOOST_AUTO_TEST_CASE(that_come_while_all_others_get_through_are_due_to_the_job)
{
    repeated_refusals job;
    job.note(100, 1);
    BOOST_TEST(!job.is_job_at_fault());
    job.note(150, 2);
    BOOST_TEST(!job.is_job_at_fault());
    job.note(200, 3);
    BOOST_TEST(job.is_job_at_fault());
}

BOOST_AUTO_TEST_CASE(tell_nothing_where_nobody_else_asked_between_them)
{
    repeated_refusals job;
    for (unsigned number = 1; number <= 20; ++number)
        job.note(number, number);
    BOOST_TEST(!job.is_job_at_fault());
}

BOOST_AUTO_TEST_CASE(tell_little_where_every_other_request_is_refused)
{
    repeated_refusals job;
    for (unsigned number = 1; number <= 10; ++number)
        job.note(100 * number, 50 * number);
    BOOST_TEST(!job.is_job_at_fault());
}

BOOST_AUTO_TEST_CASE(are_not_made_up_for_by_refusals_of_what_left_before_them)
{
    repeated_refusals job;
    job.note(100, 1);
    job.note(110, 50);  // 49 that had left before
    for (unsigned number = 1; number <= 2; ++number)
        job.note(110 + 50 * number, 50 + number);
    BOOST_TEST(job.is_job_at_fault());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
