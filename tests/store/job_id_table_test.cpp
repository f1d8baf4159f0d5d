#include "store/job_id_table.hpp"

#include "store/numbered_job.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <random>

namespace {

using namespace jobaudit;
using test::numbered_job;

job_id random_job(std::mt19937_64& random)
{
    job_id::bytes_type bytes{};
    for (auto& each : bytes)
        each = static_cast<std::uint8_t>(random());
    return job_id{bytes};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(job_id_table)

BOOST_AUTO_TEST_CASE(knows_each_job_once)
{
    store::job_id_table table;

    BOOST_TEST(table.insert(numbered_job(1)).inserted);
    BOOST_TEST(table.insert(numbered_job(2)).inserted);
    BOOST_TEST(!table.insert(numbered_job(1)).inserted);
    BOOST_TEST(table.size() == 2u);
}

BOOST_AUTO_TEST_CASE(finds_nothing_in_an_empty_table)
{
    const store::job_id_table table;

    BOOST_TEST((table.find(numbered_job(1)) == nullptr));
    BOOST_TEST(table.memory() == 0u);
}

BOOST_AUTO_TEST_CASE(takes_the_nil_uuid_as_a_job_like_others)
{
    store::job_id_table table;

    BOOST_TEST((table.find(job_id{}) == nullptr));
    BOOST_TEST(table.insert(job_id{}).inserted);
    BOOST_TEST(!table.insert(job_id{}).inserted);
}

BOOST_AUTO_TEST_CASE(keeps_the_state_of_each_job_while_it_grows)
{
    store::job_id_table table;
    constexpr std::uint64_t count = 200'000;

    for (std::uint64_t i = 0; i < count; ++i)
        table.insert(numbered_job(i)).state = static_cast<std::uint8_t>(1 + i % 200);

    std::uint64_t right = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint8_t* state = table.find(numbered_job(i));
        right += state != nullptr && *state == 1 + i % 200 ? 1u : 0u;
    }
    BOOST_TEST(right == count);
    BOOST_TEST((table.find(numbered_job(count)) == nullptr));
}

BOOST_AUTO_TEST_CASE(does_not_grow_within_what_was_reserved)
{
    store::job_id_table table;
    (void)table.insert(numbered_job(0));
    table.reserve(200'000);
    const std::size_t reserved = table.memory();
    BOOST_TEST(reserved <= 200'000u * 26);

    for (std::uint64_t i = 1; i < 200'000; ++i)
        (void)table.insert(numbered_job(i));
    BOOST_TEST(table.memory() <= reserved * 21 / 20);
    BOOST_TEST((table.find(numbered_job(0)) != nullptr));

    table.reserve(1000);
    BOOST_TEST(table.size() == 200'000u);
    BOOST_TEST(table.memory() >= reserved);
}

BOOST_AUTO_TEST_CASE(prepares_for_no_more_than_its_limit)
{
    store::job_id_table table;
    table.reserve(~std::size_t{0});
    BOOST_TEST(table.memory() <= store::job_id_table::most_reserved * 22);
}

BOOST_AUTO_TEST_CASE(needs_at_most_26_bytes_an_entry_at_any_size)
{
    store::job_id_table table;
    std::mt19937_64 random{7};
    std::size_t too_large = 0;

    while (table.size() < 400'000) {
        (void)table.insert(random_job(random));
        if (table.size() >= 100'000 && table.size() % 100 == 0)
            too_large += table.memory() > table.size() * 26 ? 1u : 0u;
    }
    BOOST_TEST(too_large == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
