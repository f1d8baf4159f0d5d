#include "cli/terminal/terminal_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace jobaudit::cli;

BOOST_AUTO_TEST_SUITE(terminal_texts)

BOOST_AUTO_TEST_CASE(hold_blanks_in_place_of_what_plays_tricks)
{
    struct {
        std::string_view text;
        const char* shown;
    } const cases[] = {
        {"", ""},
        {"a  b.pdf", "a  b.pdf"},
        {"caf\xc3\xa9 \xe6\x96\x87 \xf0\x9f\x98\x80", "caf\xc3\xa9 \xe6\x96\x87 \xf0\x9f\x98\x80"},
        {"a\x1b[2Jb", "a [2Jb"},
        {"a\r\n\tb", "a   b"},
        {std::string_view{"a\0b", 3}, "a b"},
        {"a\x7f"
         "b",
         "a b"},
        {"a\xc2\x9b"
         "2Jb",
         "a 2Jb"},                                    // CSI as one character
        {"a\xc2\xa0z", "a\xc2\xa0z"},                 // the first beyond the control characters
        {"evil\xe2\x80\xaegpj.exe", "evil gpj.exe"},  // right-to-left override
        {"\xe2\x81\xa6z\xe2\x81\xa9", " z "},         // isolates
        {"\xef\xbb\xbfz", " z"},
    };
    for (const auto& each : cases)
        BOOST_TEST(printable(each.text) == each.shown);
}

BOOST_AUTO_TEST_CASE(hold_a_replacement_for_each_byte_that_is_no_utf_8)
{
    constexpr auto* replacement = "\xef\xbf\xbd";
    for (const auto* text : {"\x9b", "\xff", "\xc2", "\xe2"})
        BOOST_TEST(printable(text) == replacement);
    BOOST_TEST(printable("\xc0\x9b") == std::string{replacement} + replacement);
    BOOST_TEST(printable("\xe2\x1b") == std::string{replacement} + " ");
}

BOOST_AUTO_TEST_CASE(let_no_control_character_through)
{
    std::string all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    for (const char c : printable(all + "\xc2" + all))
        BOOST_TEST((static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
}

BOOST_AUTO_TEST_CASE(take_as_many_columns_as_a_terminal_gives_them)
{
    struct {
        const char* text;
        std::size_t columns;
    } const cases[] = {
        {"", 0},
        {"report.pdf", 10},
        {"caf\xc3\xa9", 4},
        {"cafe\xcc\x81", 4},                  // the same with a combining accent
        {"\xe6\x96\x87\xe4\xbb\xb6.pdf", 8},  // two ideographs
        {"\xe3\x81\x8b\xe3\x82\x99", 2},      // kana with its voiced mark apart
        {"\xed\x95\x9c", 2},                  // a Hangul syllable
        {"\xef\xbc\xa1", 2},                  // a full-width letter
        {"\xef\xbd\xb1", 1},                  // half-width kana
        {"\xf0\x9f\x98\x80", 2},              // an emoji
        {"\xf0\xa0\x80\x80", 2},              // an ideograph beyond the basic plane
        {"\xd0\xb6\xce\xbb", 2},              // Cyrillic and Greek
        {"\xff", 1},
    };
    for (const auto& each : cases)
        BOOST_TEST(columns(each.text) == each.columns, each.text);
}

BOOST_AUTO_TEST_CASE(is_shortened_to_whole_characters_and_an_ellipsis)
{
    using jobaudit::cli::shortened;
    BOOST_TEST(shortened("abcdef", 6) == "abcdef");
    BOOST_TEST(shortened("abcdef", 5) == "abcd\xe2\x80\xa6");
    BOOST_TEST(shortened("abcdef", 1) == "\xe2\x80\xa6");
    BOOST_TEST(shortened("abcdef", 0) == "");
    BOOST_TEST(shortened("\xe6\x96\x87\xe4\xbb\xb6\xe6\x96\x87", 5) == "\xe6\x96\x87\xe4\xbb\xb6\xe2\x80\xa6");
    BOOST_TEST(shortened("\xe6\x96\x87\xe4\xbb\xb6\xe6\x96\x87", 4) == "\xe6\x96\x87\xe2\x80\xa6");
}

BOOST_AUTO_TEST_SUITE_END()
