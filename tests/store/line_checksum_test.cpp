#include "store/line_checksum.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace {

using jobaudit::store::checksum_of;
using jobaudit::store::line_checksum;

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
    for (std::size_t size = 1; size <= 130; ++size) {
        std::string text = text_of(size);
        const auto right = checksum_of(text);
        for (auto& byte : text)
            for (int bit = 0; bit < 8; ++bit) {
                byte = static_cast<char>(byte ^ (1 << bit));
                unseen += checksum_of(text) == right ? 1U : 0U;
                byte = static_cast<char>(byte ^ (1 << bit));
            }
    }
    BOOST_TEST(unseen == 0U);
}

BOOST_AUTO_TEST_CASE(differ_by_length_also_where_only_zeros_follow)
{
    std::set<std::uint64_t> all;
    for (std::size_t zeros = 0; zeros <= 100; ++zeros)
        all.insert(checksum_of(std::string(zeros, '\0')));

    BOOST_TEST(all.size() == 101U);
    BOOST_TEST(!all.contains(0));
}

BOOST_AUTO_TEST_CASE(differ_where_two_neighbours_changed_places)
{
    std::string text = text_of(200);
    const auto right = checksum_of(text);
    for (std::size_t i = 0; i + 16 <= text.size(); ++i) {
        std::string changed = text;
        changed.replace(i, 16, text.substr(i + 8, 8) + text.substr(i, 8));
        BOOST_TEST(checksum_of(changed) != right);
    }
}

BOOST_AUTO_TEST_CASE(are_the_same_however_the_text_is_cut_into_pieces)
{
    const std::string text = text_of(150);
    const auto right = checksum_of(text);
    for (std::size_t first = 0; first <= text.size(); ++first)
        for (std::size_t second = first; second <= text.size(); ++second) {
            line_checksum sum;
            sum.update(std::string_view{text}.substr(0, first));
            sum.update(std::string_view{text}.substr(first, second - first));
            sum.update(std::string_view{text}.substr(second));
            BOOST_REQUIRE(sum.value() == right);
        }
}

BOOST_AUTO_TEST_SUITE_END()
