#include "protocol/head_memory.hpp"
#include "protocol/reply_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::protocol {

namespace {

const std::string head = "HTTP/1.1 200 OK\r\n"
                         "Server: nginx\r\n"
                         "Date: Thu, 26 Nov 2026 10:00:00 GMT\r\n"
                         "Content-Type: application/json\r\n"
                         "Content-Length: 2\r\n"
                         "X-Request-Id:  a1\t\r\n"
                         "Connection: keep-alive\r\n"
                         "\r\n";

[[nodiscard]] std::string with(std::string_view from, std::string_view to, std::string text = head)
{
    const auto at = text.find(from);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

[[nodiscard]] bool is_known(const std::string& shown)
{
    head_memory memory;
    memory.remember(head);
    return memory.recognise(shown).has_value();
}

/// `reply` read by a reader that has read `before` gives what it gives to a new one.
void check_like_the_first(const std::string& before, const std::string& reply)
{
    const auto fresh = [](const std::string& text) {
        response_reader reader{{}};
        return read_pieces(reader, {text}, afterwards::closes);
    };
    response_reader reader{{}};
    for (const auto* text : {&before, &reply, &before}) {
        const auto again = read_pieces(reader, {*text}, afterwards::closes);
        if (!(again == fresh(*text)))
            BOOST_ERROR("behind\n"
                        << before << "\nthe reply\n"
                        << reply << "\ngives\n"
                        << again << "\nbut to a new reader\n"
                        << fresh(*text));
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(head_memories)

BOOST_AUTO_TEST_CASE(know_the_head_that_they_remember_whatever_follows)
{
    head_memory memory;
    memory.remember(head);
    const auto known = memory.recognise(head + "{}HTTP/1.1 200 OK\r\n");

    BOOST_TEST_REQUIRE(known.has_value());
    BOOST_TEST(known->size == head.size());
    BOOST_TEST(known->content_length == 2U);
    BOOST_TEST(known->date == "Thu, 26 Nov 2026 10:00:00 GMT");
}

BOOST_AUTO_TEST_CASE(know_another_date_another_length_and_other_values_of_what_nobody_reads)
{
    head_memory memory;
    memory.remember(head);
    const auto other =
        with("10:00:00", "10:00:01", with("Content-Length: 2", "Content-Length: 123456", with("a1", "b2 and more")));

    const auto known = memory.recognise(other);
    BOOST_TEST_REQUIRE(known.has_value());
    BOOST_TEST(known->size == other.size());
    BOOST_TEST(known->content_length == 123456U);
    BOOST_TEST(known->date == "Thu, 26 Nov 2026 10:00:01 GMT");

    const auto first = memory.recognise(head);
    BOOST_TEST_REQUIRE(first.has_value());
    BOOST_TEST(first->content_length == 2U);
    BOOST_TEST(first->date == "Thu, 26 Nov 2026 10:00:00 GMT");
}

BOOST_AUTO_TEST_CASE(know_a_head_whose_keep_alive_counts_down)
{
    head_memory memory;
    memory.remember(with("Server: nginx\r\n", "Keep-Alive: timeout=5, max=100\r\n"));
    BOOST_TEST(memory.recognise(with("Server: nginx\r\n", "Keep-Alive: timeout=5, max=99\r\n")).has_value());
}

BOOST_AUTO_TEST_CASE(know_the_same_head_again_after_one_that_differed_in_part_and_was_not_known)
{
    head_memory memory;
    memory.remember(head);
    const auto longer = with("Content-Length: 2", "Content-Length: 345", with("10:00:00", "10:00:01"));
    BOOST_TEST(!memory.recognise(with("keep-alive", "close", longer)).has_value());
    for (const auto* shown : {&head, &head, &longer, &longer, &head}) {
        const auto known = memory.recognise(*shown + "{}");
        BOOST_TEST_REQUIRE(known.has_value());
        BOOST_TEST(known->size == shown->size());
        BOOST_TEST(known->content_length == (shown == &head ? 2U : 345U));
        BOOST_TEST(known->date == (shown == &head ? "Thu, 26 Nov 2026 10:00:00 GMT" : "Thu, 26 Nov 2026 10:00:01 GMT"));
        BOOST_TEST(!memory.recognise(with("keep-alive", "close", longer)).has_value());
    }
}

BOOST_AUTO_TEST_CASE(do_not_know_a_head_that_says_anything_else)
{
    const std::vector<std::string> others{
        "",
        head.substr(0, head.size() - 1),
        head.substr(0, 40),
        with("200 OK", "500 OK"),
        with("HTTP/1.1", "HTTP/1.0"),
        with("keep-alive", "close"),
        with("application/json", "text/html"),
        with("Server: nginx\r\n", ""),
        with("Server: nginx\r\n", "Server: nginx\r\nRetry-After: 5\r\n"),
        with("Server", "server"),
        with("X-Request-Id:", "X-Request-Ie:"),
        with("X-Request-Id:", "Retry-After:"),
        with("Content-Length: 2", "Content-Length: +2"),
        with("Content-Length: 2", "Content-Length: "),
        with("Content-Length: 2", "Content-Length: 2, 2"),
        with("Content-Length: 2", "Content-Length: 99999999999999999999"),
        with("nginx", "ng\x01nx"),
        with("nginx", "nginx\r"),
        with("nginx\r\n", "nginx\n"),
        with("nginx\r\n", "other\r\n folded\r\n"),
        with("Connection: keep-alive\r\n\r\n", "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"),
    };
    for (const auto& other : others)
        BOOST_TEST(!is_known(other), other);
}

BOOST_AUTO_TEST_CASE(remember_nothing_without_one_length_or_with_two_dates_or_too_much)
{
    const std::vector<std::string> heads{
        with("Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n"),
        with("Content-Length: 2\r\n", "Content-Length: 2\r\ncontent-length: 2\r\n"),
        with("Date:", "Date: Thu, 26 Nov 2026 09:00:00 GMT\r\nDate:"),
        with("nginx", std::string(head_memory::largest, 'x')),
    };
    for (const auto& each : heads) {
        head_memory memory;
        memory.remember(head);
        memory.remember(each);
        BOOST_TEST(!memory.recognise(each).has_value(), each);
        BOOST_TEST(!memory.recognise(head).has_value(), each);
    }
}

BOOST_AUTO_TEST_CASE(forget)
{
    head_memory memory;
    memory.remember(head);
    memory.forget();
    BOOST_TEST(!memory.recognise(head).has_value());
}

BOOST_AUTO_TEST_CASE(change_nothing_of_what_a_reader_makes_of_a_reply_with_any_byte_changed_added_or_left_out)
{
    const std::string reply = head + "{}";
    const std::string bytes{"\0\t\r\n :,015;aZ\x7f\x80\xff", 17};
    for (std::size_t at = 0; at < reply.size(); ++at) {
        check_like_the_first(reply, std::string{reply}.erase(at, 1));
        for (const char byte : bytes) {
            check_like_the_first(reply, std::string{reply}.insert(at, 1, byte));
            auto changed = reply;
            changed[at] = byte;
            check_like_the_first(reply, changed);
        }
    }
}

BOOST_AUTO_TEST_CASE(change_nothing_of_what_a_reader_makes_of_a_reply_of_another_kind)
{
    const std::string reply = head + "{}";
    const std::string empty = with("Content-Length: 2", "Content-Length: 0");
    const std::vector<std::string> others{
        empty,
        with("Content-Length: 2", "Content-Length: 300000000"),
        with("Content-Length: 2", "Transfer-Encoding: chunked") + "2\r\n{}\r\n0\r\n\r\n",
        with("Content-Length: 2", "Content-Encoding: gzip\r\nContent-Length: 2") + "{}",
        with("Content-Length: 2", "Content-Encoding: gzip\r\nContent-Length: 0"),
        with("Content-Length: 2", "Content-Encoding: br\r\nContent-Length: 2") + "{}",
        with("Content-Length: 2\r\n", "") + "{}",
        with("200 OK", "204 No Content", empty),
        with("200 OK", "304 Not Modified"),
        with("200 OK", "503 Busy\r\nRetry-After: 7") + "{}",
        "HTTP/1.1 100 Continue\r\n\r\n" + reply,
        "HTTP/1.1 103 Early Hints\r\nContent-Length: 0\r\n\r\n" + reply,
        with("HTTP/1.1", "HTTP/1.0", reply),
    };
    for (const auto& first : others) {
        for (const auto& second : others) {
            check_like_the_first(first, second);
            check_like_the_first(reply, second);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::protocol
