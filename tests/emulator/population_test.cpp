#include "emulator/population.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace emulator = jobaudit::emulator;
using jobaudit::job_id;

BOOST_AUTO_TEST_SUITE(population)

BOOST_AUTO_TEST_CASE(names_every_job_by_a_different_uuid_of_version_4)
{
    const emulator::population jobs{7, 10'000};
    std::set<job_id> seen;

    for (std::uint64_t i = 0; i < jobs.size(); ++i) {
        const auto job = jobs.job(i);
        BOOST_REQUIRE(seen.insert(job).second);
        BOOST_REQUIRE((job.bytes()[6] & 0xf0) == 0x40);
        BOOST_REQUIRE((job.bytes()[8] & 0xc0) == 0x80);
    }
}

BOOST_AUTO_TEST_CASE(finds_the_number_of_a_job_from_its_id)
{
    const emulator::population jobs{7, 1'000'000};

    for (const std::uint64_t i : {0U, 1U, 2U, 500'000U, 999'999U})
        BOOST_TEST(jobs.index_of(jobs.job(i)).value() == i);
}

BOOST_AUTO_TEST_CASE(does_not_know_ids_of_other_seeds_beyond_its_size_or_changed_in_one_bit)
{
    const emulator::population jobs{7, 100};

    BOOST_TEST(!jobs.index_of(emulator::population{8, 100}.job(3)));
    BOOST_TEST(!jobs.index_of(jobs.job(100)));
    BOOST_TEST(!jobs.index_of(job_id{}));
    for (std::size_t bit = 0; bit < 128; ++bit) {
        auto bytes = jobs.job(3).bytes();
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << bit % 8));
        BOOST_TEST(!jobs.index_of(job_id{bytes}));
    }
}

BOOST_AUTO_TEST_CASE(depends_on_the_seed_alone)
{
    BOOST_TEST(emulator::population(7, 10).job(5) == emulator::population(7, 1000).job(5));
    BOOST_TEST(emulator::population(7, 10).job(5) != emulator::population(8, 10).job(5));
}

BOOST_AUTO_TEST_SUITE_END()
