#include "protocol/plain_text.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <string>

using jobaudit::protocol::plain_prefix;

namespace {

bool is_plain(int byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

}  // namespace

BOOST_AUTO_TEST_SUITE(plain_text)

BOOST_AUTO_TEST_CASE(ends_at_the_first_byte_that_is_not_plain_wherever_that_stands_in_a_text_of_any_length)
{
    for (std::size_t size = 0; size <= 70; ++size)
        for (std::size_t at = 0; at <= size; ++at) {
            std::string text(size, 'a');
            if (at < size)
                text[at] = '"';
            BOOST_TEST_REQUIRE(plain_prefix(text) == at);
        }
}

BOOST_AUTO_TEST_CASE(takes_all_ascii_but_controls_quotation_mark_and_backslash)
{
    for (const std::size_t size : {1u, 7u, 8u, 15u, 16u, 40u})
        for (int byte = 0; byte < 256; ++byte) {
            std::string text(size, 'a');
            text.back() = static_cast<char>(byte);
            BOOST_TEST_REQUIRE(plain_prefix(text) == (is_plain(byte) ? size : size - 1), "byte " << byte);
        }
}

BOOST_AUTO_TEST_CASE(reads_nothing_behind_the_text)
{
    const std::string text(64, 'a');
    for (std::size_t size = 0; size <= text.size(); ++size) {
        std::string followed = text.substr(0, size) + '"' + text;
        BOOST_TEST_REQUIRE(plain_prefix(std::string_view{followed}.substr(0, size)) == size);
    }
}

BOOST_AUTO_TEST_SUITE_END()
