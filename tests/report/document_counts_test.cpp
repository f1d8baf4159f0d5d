#include "report/document_counts.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace jobaudit::report;

BOOST_AUTO_TEST_SUITE(document_counts_of)

BOOST_AUTO_TEST_CASE(documents_their_reasons_and_the_worst_of_them)
{
    document_counts counts;
    for (const auto& [name, error] : std::vector<std::pair<std::string, std::uint32_t>>{
             {"b", 0}, {"a", 1}, {"b", 2}, {"c", 0}, {"b", 0}, {"a", 1}, {"d", 2}})
        counts.add(name, error);

    // The errors 0 and 2 have one reason.
    const auto found = counts.count(std::vector<std::uint32_t>{1, 0, 1}, 2, 3);
    BOOST_TEST(found.documents == 4U);
    BOOST_TEST((found.documents_of_reason == std::vector<std::uint64_t>{1, 3}));
    BOOST_TEST_REQUIRE(found.worst.size() == 3U);
    BOOST_TEST(found.worst[0].name == "b");
    BOOST_TEST(found.worst[0].failed_files == 3U);
    BOOST_TEST(found.worst[0].reason == 1U);
    BOOST_TEST(found.worst[1].name == "a");
    BOOST_TEST(found.worst[1].reason == 0U);
    BOOST_TEST(found.worst[2].name == "c");

    std::string names;
    counts.for_each([&](std::string_view name) { names += name; });
    BOOST_TEST(names == "bacd");
}

BOOST_AUTO_TEST_CASE(very_many_failures_as_a_table_in_memory_does)
{
    constexpr std::uint32_t failures = 300'000;
    constexpr std::uint32_t reasons = 7;
    document_counts counts;
    std::map<std::string, std::map<std::uint32_t, std::uint64_t>> expected;
    std::mt19937 random{1};
    for (std::uint32_t i = 0; i < failures; ++i) {
        const auto name = "document " + std::to_string(random() % 40'000);
        const auto error = static_cast<std::uint32_t>(random() % reasons);
        counts.add(name, error);
        ++expected[name][error];
    }
    std::vector<std::uint32_t> same(reasons);
    for (std::uint32_t i = 0; i < reasons; ++i)
        same[i] = i;
    const auto found = counts.count(same, reasons, 100);
    BOOST_TEST(found.documents == expected.size());
    std::vector<std::uint64_t> of_reason(reasons);
    for (const auto& [name, errors] : expected)
        for (const auto& [error, times] : errors)
            ++of_reason[error];
    BOOST_TEST((found.documents_of_reason == of_reason));
    BOOST_TEST_REQUIRE(found.worst.size() == 100U);
    for (const auto& each : found.worst) {
        std::uint64_t times = 0;
        for (const auto& [error, count] : expected[each.name])
            times += count;
        BOOST_TEST(each.failed_files == times);
    }
    std::size_t names = 0;
    counts.for_each([&](std::string_view) { ++names; });
    BOOST_TEST(names == expected.size());
}

BOOST_AUTO_TEST_SUITE_END()
