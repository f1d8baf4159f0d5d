#include "store/job_information_table.hpp"

#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

using jobaudit::job_information;
using jobaudit::store::job_information_table;

namespace {

job_information numbered(std::uint64_t number, std::string status = "COMPLETED")
{
    job_information job;
    job.job = jobaudit::test::numbered_job(number);
    job.status = std::move(status);
    return job;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_information_tables)

BOOST_AUTO_TEST_CASE(give_what_was_put_and_nothing_else)
{
    job_information_table table;
    table.put(numbered(1));
    table.put(numbered(2, "FAILED"));

    BOOST_TEST((table.take(numbered(2).job) == numbered(2, "FAILED")));
    BOOST_TEST((table.take(numbered(1).job) == numbered(1)));
    BOOST_TEST(!table.take(numbered(3).job));
}

BOOST_AUTO_TEST_CASE(give_it_once_more_for_a_second_line)
{
    job_information_table table;
    table.put(numbered(1));
    (void)table.take(numbered(1).job);
    BOOST_TEST((table.take(numbered(1).job) == numbered(1)));
}

BOOST_AUTO_TEST_CASE(hold_those_that_were_not_taken_and_the_last_that_were)
{
    job_information_table table;
    table.put(numbered(0));
    for (std::uint64_t i = 1; i <= 3 * job_information_table::most_kept; ++i) {
        table.put(numbered(i));
        (void)table.take(numbered(i).job);
        (void)table.take(numbered(i).job);
    }

    BOOST_TEST(table.size() == job_information_table::most_kept + 1);
    BOOST_TEST(table.take(numbered(0).job).has_value());
    BOOST_TEST(!table.take(numbered(1).job));
}

BOOST_AUTO_TEST_CASE(may_be_used_from_several_threads)
{
    job_information_table table;
    constexpr std::uint64_t jobs = 20'000;
    std::thread putting{[&] {
        for (std::uint64_t i = 0; i < jobs; ++i)
            table.put(numbered(i));
    }};
    std::uint64_t taken = 0;
    while (taken < jobs)
        taken += table.take(numbered(taken).job) ? 1U : 0U;
    putting.join();
    BOOST_TEST(table.size() == job_information_table::most_kept);
}

BOOST_AUTO_TEST_SUITE_END()
