#include "cli/job_input.hpp"

#include "scratch_folder.hpp"
#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

using namespace jobaudit;

namespace {

std::string id(std::uint64_t number) { return test::numbered_job(number).to_string(); }

std::string cut_list() { return "[{\"id\":\"" + id(1) + "\"},\n{\"id\":\"" + id(2) + "\"},\n{\"id\""; }

}  // namespace

BOOST_AUTO_TEST_SUITE(job_inputs)

BOOST_AUTO_TEST_CASE(end_where_a_list_can_not_be_read_on_and_say_why)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    cli::job_input input{{id(7)}, folder.write("jobs", cut_list()), ledger, {}};
    std::array<job_id, 8> jobs;

    BOOST_TEST(input.read(jobs) == 1U);
    BOOST_TEST(input.failure().empty());
    BOOST_TEST(input.read(jobs) == 2U);
    BOOST_TEST(input.read(jobs) == 0U);
    BOOST_TEST(test::contains(input.failure(), "ends before the JSON that begins in line 1 is closed"));
    BOOST_TEST(input.counts().given == 3U);
}

BOOST_AUTO_TEST_CASE(say_how_many_jobs_were_left_when_they_are_drained)
{
    const test::scratch_folder folder;
    store::job_ledger ledger;
    cli::job_input input{{}, folder.write("jobs", id(1) + "\n" + id(2) + "\n" + id(2) + "\n" + id(3)), ledger, {}};
    std::array<job_id, 1> one;

    BOOST_TEST(input.read(one) == 1U);
    BOOST_TEST(input.drain() == 2U);
    BOOST_TEST(input.counts().given == 3U);
    BOOST_TEST(input.counts().duplicates == 1U);

    store::job_ledger other;
    cli::job_input broken{{}, folder.write("broken", cut_list()), other, {}};
    BOOST_TEST(broken.drain() == 2U);
    BOOST_TEST(!broken.failure().empty());
}

BOOST_AUTO_TEST_SUITE_END()
