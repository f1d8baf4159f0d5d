#include "protocol/verdict.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

using jobaudit::protocol::printable_snippet;

namespace {

const std::string broken = "\xef\xbf\xbd";    // U+FFFD
const std::string ellipsis = "\xe2\x80\xa6";  // U+2026

struct row {
    std::string text, expected;
};

void check(const std::vector<row>& rows)
{
    for (const auto& row : rows)
        BOOST_TEST(printable_snippet(row.text, 100) == row.expected);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(printable_snippets)

BOOST_AUTO_TEST_CASE(are_one_line_with_blanks_folded)
{
    check({
        {"", ""},
        {"hello", "hello"},
        {" \r\n\t ", ""},
        {"  hello \t you\v\f\r\n all \n", "hello you all"},
        {"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n",
         "<html> <head><title>502 Bad Gateway</title></head>"},
    });
}

BOOST_AUTO_TEST_CASE(show_a_mark_for_each_control_character)
{
    check({
        {std::string{"a\0b", 3}, "a" + broken + "b"},
        {"\x1b[2Jx\x7f", broken + "[2Jx" + broken},
        {"a\xc2\x80"
         "b\xc2\x85\xc2\x9f",
         "a" + broken + "b" + broken + broken},
        {"a\xc2\xa0z", "a\xc2\xa0z"},
    });
}

BOOST_AUTO_TEST_CASE(show_a_mark_for_what_turns_the_direction_of_text)
{
    for (const std::string turn : {"\xd8\x9c", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8", "\xe2\x80\xa9",
                                   "\xe2\x80\xaa", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9", "\xef\xbb\xbf"})
        BOOST_TEST(printable_snippet("a" + turn + "b", 100) == "a" + broken + "b");
}

BOOST_AUTO_TEST_CASE(keep_the_characters_of_all_scripts)
{
    for (const std::string text :
         {"\xc3\xa4\xc3\x9f", "\xd0\x96", "\xe4\xb8\xad\xe6\x96\x87", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbd",
          "\xed\x9f\xbf", "\xee\x80\x80", "\xc2\xa1", "\xdf\xbf", "\xe0\xa0\x80", "\xf0\x90\x80\x80"})
        BOOST_TEST(printable_snippet(text, 100) == text);
}

BOOST_AUTO_TEST_CASE(show_a_mark_for_each_byte_that_is_no_character)
{
    check({
        {"\x80", broken},
        {"\xff"
         "a\xfe",
         broken + "a" + broken},
        {"\xc3", broken},
        {"\xc3"
         "a",
         broken + "a"},
        {"\xe4\xb8", broken + broken},
        {"\xe4\xb8"
         "a",
         broken + broken + "a"},
        {"\xf0\x9f\x98", broken + broken + broken},
        {"\xc0\xaf", broken + broken},                            // a slash, too long
        {"\xe0\x9f\xbf", broken + broken + broken},               // U+07FF, too long
        {"\xf0\x8f\xbf\xbf", broken + broken + broken + broken},  // U+FFFF, too long
        {"\xed\xa0\x80", broken + broken + broken},               // a surrogate
        {"\xf4\x90\x80\x80", broken + broken + broken + broken},  // beyond U+10FFFF
        {"\xfc\x80\x80\x80", broken + broken + broken + broken},
        {"\xf8\x88\x80\x80\x80", broken + broken + broken + broken + broken},
    });
}

BOOST_AUTO_TEST_CASE(end_in_an_ellipsis_where_they_were_cut)
{
    BOOST_TEST(printable_snippet("0123456789", 10) == "0123456789");
    BOOST_TEST(printable_snippet("0123456789 ", 10) == "0123456789");
    BOOST_TEST(printable_snippet("0123456789a", 10) == "0123456" + ellipsis);
    BOOST_TEST(printable_snippet("012345 789a", 10) == "012345" + ellipsis);
    BOOST_TEST(printable_snippet("012345\xc3\xa4xyz", 10) == "012345" + ellipsis);
    BOOST_TEST(printable_snippet("01234\xc3\xa4xyz1", 10) == "01234\xc3\xa4" + ellipsis);
    BOOST_TEST(printable_snippet("abcd", 3) == ellipsis);
    BOOST_TEST(printable_snippet("abc", 3) == "abc");
    BOOST_TEST(printable_snippet("abc", 2) == "");
    BOOST_TEST(printable_snippet("a", 0) == "");
}

BOOST_AUTO_TEST_CASE(of_any_bytes_are_bounded_and_are_their_own_snippet)
{
    std::mt19937 random{7};
    const std::vector<std::string> parts{
        "a", " ", "\n", "\x1b", "\xc3\xa4", "\xc3", "\xe4\xb8\xad", "\xf0\x9f\x98\x80", "\x80", "\xed\xa0\x80"};
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (auto left = random() % 20; left != 0; --left)
            text += parts[random() % parts.size()];
        const std::size_t limit = random() % 30;

        const auto snippet = printable_snippet(text, limit);

        BOOST_TEST_REQUIRE(snippet.size() <= limit);
        BOOST_TEST_REQUIRE(printable_snippet(snippet, limit) == snippet);
        BOOST_TEST_REQUIRE(snippet.find_first_of("\n\x1b") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
