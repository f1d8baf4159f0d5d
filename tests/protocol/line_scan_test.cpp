#include "protocol/line_scan.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using protocol::head_scan;
using protocol::line_state;

namespace {

/// What a scan says at last of bytes that come one by one.
head_scan::result scan_bytewise(const std::string& text, std::size_t limit, std::size_t* size = nullptr)
{
    head_scan scan;
    for (std::size_t shown = 0; shown <= text.size(); ++shown) {
        const auto result = scan.advance(std::string_view{text}.substr(0, shown), limit);
        if (size != nullptr)
            *size = scan.size();
        if (result != head_scan::result::incomplete)
            return result;
    }
    return head_scan::result::incomplete;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lines)

BOOST_AUTO_TEST_CASE(are_freed_of_the_blanks_around_them)
{
    BOOST_TEST(protocol::without_blanks(" \t a b\t ") == "a b");
    BOOST_TEST(protocol::without_blanks("ab") == "ab");
    BOOST_TEST(protocol::without_blanks(" \t ").empty());
    BOOST_TEST(protocol::without_blanks("").empty());
}

BOOST_AUTO_TEST_CASE(are_compared_with_words_in_any_case)
{
    BOOST_TEST(protocol::is_in_any_case("Content-LENGTH", "content-length"));
    BOOST_TEST(!protocol::is_in_any_case("Content-Lengt", "content-length"));
    BOOST_TEST(!protocol::is_in_any_case("Content-Length ", "content-length"));
    BOOST_TEST(!protocol::is_in_any_case("Content\rLength", "content-length"));
}

BOOST_AUTO_TEST_CASE(end_in_carriage_return_and_line_feed)
{
    struct row {
        std::string text;
        std::size_t limit;
        line_state state;
        std::size_t size;
    };
    const std::vector<row> rows{
        {"", 10, line_state::incomplete, 0},
        {"abc", 10, line_state::incomplete, 0},
        {"abc\r", 10, line_state::incomplete, 0},
        {"abc\r\n", 10, line_state::complete, 5},
        {"abc\r\ndef\r\n", 10, line_state::complete, 5},
        {"\r\n", 10, line_state::complete, 2},
        {"a\rb\r\n", 10, line_state::complete, 5},
        {"a\r\r\n", 10, line_state::complete, 4},
        {"\n", 10, line_state::bare_line_feed, 0},
        {"abc\n", 10, line_state::bare_line_feed, 0},
        {"abc\ndef\r\n", 10, line_state::bare_line_feed, 0},
        {"abc\r\n", 5, line_state::complete, 5},
        {"abc\r\n", 4, line_state::too_long, 0},
        {"abc\r", 4, line_state::too_long, 0},
        {"abc\r", 5, line_state::incomplete, 0},
        {"abc\n", 3, line_state::too_long, 0},
        {"", 0, line_state::too_long, 0},
    };
    for (const auto& row : rows) {
        const auto found = protocol::find_line(row.text, row.limit);
        BOOST_TEST((found.state == row.state), row.text << " within " << row.limit);
        BOOST_TEST(found.size == row.size);
    }
}

BOOST_AUTO_TEST_CASE(are_printable_without_control_characters)
{
    for (int value = 0; value < 256; ++value) {
        const std::string text{'a', static_cast<char>(value), 'b'};
        const bool is_control = (value < 0x20 && value != '\t') || value == 0x7f;
        BOOST_TEST(protocol::is_printable_line(text) == !is_control, value);
    }
    BOOST_TEST(protocol::is_printable_line(""));
}

BOOST_AUTO_TEST_CASE(are_fields_when_a_token_stands_before_the_colon)
{
    for (const std::string text : {"a:", "A-b: c", "x:y:z", "!#$%&'*+-.^_`|~09:", "a:\t \xc3\xa4"})
        BOOST_TEST(protocol::is_field_line(text), text);
    for (const std::string text : {"", ":", ": a", "a", "a b", "a : b", " a: b", "\ta: b", "a\t: b", "a(b): c",
                                   "\xc3\xa4: b", "a: \x01", "a: b\r", "a: \x7f", "\x01: a"})
        BOOST_TEST(!protocol::is_field_line(text), text);
    BOOST_TEST(!protocol::is_field_line(std::string_view{"a\0: b", 5}));
}

BOOST_AUTO_TEST_CASE(of_the_last_chunk_begin_with_zeros_alone)
{
    for (const std::string text : {"0", "000", "0;a", "00 ;a=b", "0 "})
        BOOST_TEST(protocol::is_last_chunk_line(text), text);
    for (const std::string text : {"", "1", "01", "0a", "0F", "00000000000000000001", ";0", " 0", "x"})
        BOOST_TEST(!protocol::is_last_chunk_line(text), text);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(head_scans)

BOOST_AUTO_TEST_CASE(find_the_empty_line_and_stop_there)
{
    const std::string head = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
    std::size_t size = 0;

    BOOST_TEST((scan_bytewise(head + "body\r\n", 100, &size) == head_scan::result::complete));
    BOOST_TEST(size == head.size());
    head_scan at_once;
    BOOST_TEST((at_once.advance(head + "body\r\n", 100) == head_scan::result::complete));
    BOOST_TEST(at_once.size() == head.size());
}

BOOST_AUTO_TEST_CASE(say_the_same_of_a_head_that_comes_whole_or_bytewise)
{
    struct row {
        std::string text;
        std::size_t limit;
        head_scan::result expected;
    };
    const std::string start = "HTTP/1.1 200 OK\r\n";
    const std::vector<row> rows{
        {"", 100, head_scan::result::incomplete},
        {"HTTP/", 100, head_scan::result::incomplete},
        {start, 100, head_scan::result::incomplete},
        {start + "\r", 100, head_scan::result::incomplete},
        {start + "\r\n", 100, head_scan::result::complete},
        {start + "\r\n", start.size() + 2, head_scan::result::complete},
        {start + "\r\n", start.size() + 1, head_scan::result::too_large},
        {start + "A: b\r\n\r\n", start.size(), head_scan::result::too_large},
        {"HTTP/1.1 200 OK", 10, head_scan::result::too_large},
        {"hTTP/1.1", 100, head_scan::result::no_status_line},
        {"HTTP/2 200\r\n\r\n", 100, head_scan::result::no_status_line},
        {"\r\n" + start, 100, head_scan::result::no_status_line},
        {"HTTP/1.1 200 OK\n", 100, head_scan::result::bare_line_feed},
        {start + "A: b\n\r\n", 100, head_scan::result::bare_line_feed},
        {start + "\n", 100, head_scan::result::bare_line_feed},
        {start + " A: b\r\n\r\n", 100, head_scan::result::folded_line},
        {start + "A: b\r\n\tc\r\n\r\n", 100, head_scan::result::folded_line},
        {start + "A: b\r\n c", 100, head_scan::result::incomplete},
    };
    for (const auto& row : rows) {
        head_scan scan;
        BOOST_TEST_CONTEXT(row.text << " within " << row.limit)
        {
            BOOST_TEST((scan.advance(row.text, row.limit) == row.expected));
            BOOST_TEST((scan_bytewise(row.text, row.limit) == row.expected));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
