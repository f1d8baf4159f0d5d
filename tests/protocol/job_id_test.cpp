#include <jobaudit/job_id.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>
#include <unordered_set>

using jobaudit::job_id;

namespace {

constexpr std::string_view example = "01234567-89ab-cdef-0123-456789abcdef";

}  // namespace

BOOST_AUTO_TEST_SUITE(job_ids)

BOOST_AUTO_TEST_CASE(are_read_and_written_in_the_canonical_form)
{
    const auto job = job_id::parse(example);

    BOOST_REQUIRE(job.has_value());
    BOOST_TEST(job->bytes()[0] == 0x01);
    BOOST_TEST(job->bytes()[15] == 0xef);
    BOOST_TEST(job->to_string() == example);
    std::ostringstream out;
    out << *job;
    BOOST_TEST(out.str() == example);
}

BOOST_AUTO_TEST_CASE(are_read_in_either_case_and_written_in_lower_case)
{
    const auto job = job_id::parse("01234567-89AB-CdEf-0123-456789ABCDEF");

    BOOST_REQUIRE(job.has_value());
    BOOST_TEST(job->to_string() == example);
}

BOOST_AUTO_TEST_CASE(are_nil_by_default)
{
    BOOST_TEST(job_id{}.to_string() == "00000000-0000-0000-0000-000000000000");
    BOOST_TEST((job_id::parse("00000000-0000-0000-0000-000000000000") == job_id{}));
}

BOOST_AUTO_TEST_CASE(are_refused_when_any_single_character_is_wrong)
{
    for (std::size_t at = 0; at < example.size(); ++at) {
        const bool is_hyphen = example[at] == '-';
        for (int value = 0; value < 256; ++value) {
            const char wrong = static_cast<char>(value);
            const bool is_digit = std::string_view{"0123456789abcdefABCDEF"}.find(wrong) != std::string_view::npos;
            std::string text{example};
            text[at] = wrong;
            BOOST_TEST_CONTEXT("position " << at << ", character " << value)
            BOOST_TEST(job_id::parse(text).has_value() == (is_hyphen ? wrong == '-' : is_digit));
        }
    }
}

BOOST_AUTO_TEST_CASE(are_refused_in_any_other_form)
{
    for (const std::string text :
         {"", "0", "0123456789abcdef0123456789abcdef", "{01234567-89ab-cdef-0123-456789abcdef}",
          " 01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcdef\n",
          "01234567-89ab-cdef-0123-456789abcde", "urn:uuid:01234567-89ab-cdef-0123-456789abcdef"})
        BOOST_TEST(!job_id::parse(text).has_value(), "'" << text << "' was read");
}

BOOST_AUTO_TEST_CASE(are_ordered_by_their_bytes)
{
    const auto low = job_id::parse("00000000-0000-0000-0000-0000000000ff");
    const auto high = job_id::parse("01000000-0000-0000-0000-000000000000");

    BOOST_TEST((*low < *high));
    BOOST_TEST((*low != *high));
}

BOOST_AUTO_TEST_CASE(that_are_sequential_spread_over_all_buckets)
{
    constexpr std::size_t count = 4096;
    for (const std::size_t changing : {0u, 7u, 8u, 14u}) {
        std::unordered_set<std::size_t> low_bits;
        std::unordered_set<std::size_t> high_bits;
        for (std::size_t i = 0; i < count; ++i) {
            job_id::bytes_type bytes{};
            bytes[changing] = static_cast<std::uint8_t>(i);
            bytes[changing + 1] = static_cast<std::uint8_t>(i >> 8);
            const auto hash = std::hash<job_id>{}(job_id{bytes});
            low_bits.insert(hash % count);
            high_bits.insert(hash >> 52);
        }
        // At random a share of 1 − 1/e of the buckets is hit.
        BOOST_TEST(low_bits.size() > count * 6 / 10);
        BOOST_TEST(high_bits.size() > count * 6 / 10);
    }
}

BOOST_AUTO_TEST_SUITE_END()
