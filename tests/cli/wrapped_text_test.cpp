#include "cli/terminal/wrapped_text.hpp"

#include "cli/terminal/terminal_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace jobaudit::cli;

}  // namespace

BOOST_AUTO_TEST_SUITE(wrapped_texts)

BOOST_AUTO_TEST_CASE(are_broken_between_words)
{
    BOOST_TEST(wrapped("one two three", {.width = 7}) == "one two\nthree");
    BOOST_TEST(wrapped("one two three", {.width = 13}) == "one two three");
    BOOST_TEST(wrapped("one two three", {.width = 12}) == "one two\nthree");
    BOOST_TEST(wrapped("", {.width = 7}) == "");
    BOOST_TEST(wrapped("one two three", {.width = 9, .indent = 2}) == "one two\n  three");
    BOOST_TEST(wrapped("one two three", {.width = 9, .indent = 2, .begun = 3}) == "one\n  two\n  three");
    BOOST_TEST(wrapped("caf\xc3\xa9 \xe6\x96\x87\xe4\xbb\xb6 x", {.width = 9}) ==
               "caf\xc3\xa9 \xe6\x96\x87\xe4\xbb\xb6\nx");
}

BOOST_AUTO_TEST_CASE(keep_a_word_whole_that_is_longer_than_a_line)
{
    BOOST_TEST(wrapped("a https://platform.example b", {.width = 10}) == "a\nhttps://platform.example\nb");
    BOOST_TEST(wrapped("one two", {.width = 0}) == "one\ntwo");
}

BOOST_AUTO_TEST_CASE(stay_as_they_are_where_no_width_is_given)
{
    const std::string text = "  two  blanks " + std::string(500, 'x') + " more";
    BOOST_TEST(wrapped(text, {}) == text);
    BOOST_TEST(wrapped_lines(text + "\nand\n", std::string::npos) == text + "\nand\n");
}

BOOST_AUTO_TEST_CASE(keep_their_lines_and_break_commands_as_a_shell_wants_it)
{
    BOOST_TEST(wrapped_lines("Some prose here:\n\n  jobaudit audit --jobs jobs.txt -o out\n", 24) ==
               "Some prose here:\n\n"
               "  jobaudit audit \\\n"
               "      --jobs jobs.txt \\\n"
               "      -o out\n");
}

BOOST_AUTO_TEST_CASE(of_a_table_stand_beside_or_where_there_is_little_room_below)
{
    BOOST_TEST(table_line("  --a", "one two three four five six", 10, 34) == "  --a     one two three four five\n"
                                                                             "          six\n");
    BOOST_TEST(table_line("  --a", "one two three four five six", 10, 33) == "  --a\n"
                                                                             "      one two three four five six\n");
    BOOST_TEST(table_line("  --a-long-one", "one two", 10, 34) == "  --a-long-one\n"
                                                                  "          one two\n");
    BOOST_TEST(table_line("  --a", "", 10, 34) == "  --a\n");
    BOOST_TEST(table_line("  --a", "one  two", 10, std::string::npos) == "  --a     one  two\n");
}

BOOST_AUTO_TEST_CASE(fit_every_width)
{
    const std::string text = "Ask for the failed files of many jobs and write one line of JSON for each";
    for (std::size_t width = 8; width <= 80; ++width) {
        const auto lines = wrapped(text, {.width = width, .indent = 1}) + '\n';
        for (std::size_t at = 0; at < lines.size();) {
            const auto end = lines.find('\n', at);
            BOOST_TEST(columns(lines.substr(at, end - at)) <= width);
            at = end + 1;
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
