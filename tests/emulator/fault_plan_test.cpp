#include "emulator/fault_plan.hpp"
#include "emulator/random.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

namespace emulator = jobaudit::emulator;
using emulator::fault_plan;
using emulator::fault_profile;

namespace {

struct expectation {
    fault_profile profile;
    double share;
    int longest_run;
};

std::ostream& operator<<(std::ostream& out, const expectation& what) { return out << what.profile; }

const expectation expectations[]{
    {fault_profile::none, 0, 0},
    {fault_profile::rough, 0.20, 3},
    {fault_profile::hostile, 0.45, 5},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_plan_of_a_profile)

BOOST_DATA_TEST_CASE(fails_its_share_of_requests_in_runs_that_end, boost::unit_test::data::make(expectations), expected)
{
    const fault_plan plan{expected.profile, 5, false};
    int failed = 0;
    int longest = 0;
    constexpr int jobs = 2000;
    constexpr int requests = 200;
    for (std::uint64_t job = 0; job < jobs; ++job) {
        int run = 0;
        for (std::uint64_t request = 1; request <= requests; ++request) {
            const bool fails = plan.fails(emulator::mix(job), request);
            failed += fails ? 1 : 0;
            run = fails ? run + 1 : 0;
            longest = std::max(longest, run);
        }
    }

    BOOST_TEST(static_cast<double>(failed) / (jobs * requests) >= expected.share - 0.02);
    BOOST_TEST(static_cast<double>(failed) / (jobs * requests) <= expected.share + 0.02);
    BOOST_TEST(longest == expected.longest_run);
}

BOOST_AUTO_TEST_CASE(is_the_same_for_the_same_seed_and_another_for_another)
{
    const fault_plan one{fault_profile::hostile, 5, true};
    const fault_plan same{fault_profile::hostile, 5, true};
    const fault_plan other{fault_profile::hostile, 6, true};
    int differences = 0;
    for (std::uint64_t job = 0; job < 500; ++job) {
        BOOST_REQUIRE(one.step_for(job, 1) == same.step_for(job, 1));
        differences += one.step_for(job, 1) == other.step_for(job, 1) ? 0 : 1;
    }

    BOOST_TEST(differences > 100);
}

BOOST_AUTO_TEST_CASE(gives_a_plain_right_answer_where_nothing_is_to_fail)
{
    const fault_plan plan{fault_profile::none, 5, false};

    for (std::uint64_t job = 0; job < 100; ++job)
        BOOST_REQUIRE(plan.step_for(job, 1) == emulator::step{});
}

BOOST_AUTO_TEST_CASE(never_stalls_for_ever_in_rough)
{
    const fault_plan plan{fault_profile::rough, 5, false};

    for (std::uint64_t job = 0; job < 20'000; ++job) {
        const auto step = plan.step_for(job, 1);
        BOOST_REQUIRE((step.fault != emulator::fault::stall || step.duration.count() > 0));
    }
}

BOOST_AUTO_TEST_CASE(plays_many_different_faults_in_hostile)
{
    const fault_plan plan{fault_profile::hostile, 5, false};
    std::set<emulator::fault> seen;
    for (std::uint64_t job = 0; job < 20'000; ++job)
        seen.insert(plan.step_for(emulator::mix(job), 1).fault);

    BOOST_TEST(seen.size() >= emulator::fault_count - 4);
}

BOOST_AUTO_TEST_CASE(names_every_fault_so_that_it_can_be_read_back)
{
    for (std::size_t i = 0; i < emulator::fault_count; ++i) {
        const auto value = static_cast<emulator::fault>(i);
        BOOST_TEST((emulator::parse_fault(to_string(value)) == value));
    }
    BOOST_TEST(!emulator::parse_fault("earthquake"));
}

BOOST_AUTO_TEST_SUITE_END()
