#include "store/output/line_checksum.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace {

using jobaudit::store::checksum_kind;
using jobaudit::store::checksum_of;
using jobaudit::store::line_checksum;

constexpr std::array kinds{checksum_kind::lanes, checksum_kind::xxh3};

/// Text without a pattern, always the same.
std::string text_of(std::size_t size)
{
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
        text += static_cast<char>((i * 73 + i / 7 * 31) % 251);
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line_checksums)

BOOST_AUTO_TEST_CASE(differ_after_any_flipped_bit)
{
    std::size_t unseen = 0;
    for (const auto kind : kinds)
        for (const std::size_t size : {1U, 3U, 8U, 16U, 17U, 64U, 65U, 130U, 240U, 300U}) {
            std::string text = text_of(size);
            const auto right = checksum_of(kind, text);
            for (auto& byte : text)
                for (int bit = 0; bit < 8; ++bit) {
                    byte = static_cast<char>(byte ^ (1 << bit));
                    unseen += checksum_of(kind, text) == right ? 1U : 0U;
                    byte = static_cast<char>(byte ^ (1 << bit));
                }
        }
    BOOST_TEST(unseen == 0U);
}

BOOST_AUTO_TEST_CASE(differ_by_length_also_where_only_zeros_follow)
{
    for (const auto kind : kinds) {
        std::set<std::uint64_t> all;
        for (std::size_t zeros = 0; zeros <= 300; ++zeros)
            all.insert(checksum_of(kind, std::string(zeros, '\0')));

        BOOST_TEST(all.size() == 301U);
        BOOST_TEST(!all.contains(0));
    }
}

BOOST_AUTO_TEST_CASE(differ_where_two_neighbours_changed_places)
{
    std::string text = text_of(200);
    for (const auto kind : kinds) {
        const auto right = checksum_of(kind, text);
        for (std::size_t i = 0; i + 16 <= text.size(); ++i) {
            std::string changed = text;
            changed.replace(i, 16, text.substr(i + 8, 8) + text.substr(i, 8));
            BOOST_TEST(checksum_of(kind, changed) != right);
        }
    }
}

BOOST_AUTO_TEST_CASE(are_the_same_however_the_text_is_cut_into_pieces)
{
    for (const auto kind : kinds)
        for (const std::size_t size : {150U, 600U}) {
            const std::string text = text_of(size);
            const auto right = checksum_of(kind, text);
            line_checksum sum{kind};
            for (std::size_t first = 0; first <= text.size(); ++first)
                for (std::size_t second = first; second <= text.size(); ++second) {
                    sum.restart();
                    sum.update(std::string_view{text}.substr(0, first));
                    sum.update(std::string_view{text}.substr(first, second - first));
                    sum.update(std::string_view{text}.substr(second));
                    BOOST_REQUIRE(sum.value() == right);
                }
        }
}

// Both stand in files: what was written once is to be read by each version.
BOOST_AUTO_TEST_CASE(are_those_that_other_programs_and_earlier_versions_make)
{
    // `xxhsum -H3` of the same texts.
    BOOST_TEST(checksum_of(checksum_kind::xxh3, "") == 0x2d06800538d394c2U);
    BOOST_TEST(checksum_of(checksum_kind::xxh3, "jobaudit") == 0xc8e985cbc31d3f8bU);
    BOOST_TEST(checksum_of(checksum_kind::xxh3, text_of(1000)) == 0xaf5de53501ae815dU);
    BOOST_TEST(checksum_of(checksum_kind::lanes, "jobaudit") == 0x8fe10e866be3d787U);
    BOOST_TEST(checksum_of(checksum_kind::lanes, text_of(1000)) == 0xc358b7990a361dc9U);
}

BOOST_AUTO_TEST_SUITE_END()
