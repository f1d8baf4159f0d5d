#include "protocol/response_reader.hpp"

#include "protocol/gzip_text.hpp"
#include "protocol/reply_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using jobaudit::errc;
using jobaudit::error_code;
using protocol::afterwards;
using protocol::chunk;
using protocol::read_at_every_split;
using protocol::response_reader;

namespace {

const std::string simple = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

std::string reply(const std::string& fields, const std::string& body = {}, const std::string& status = "200 OK")
{
    return "HTTP/1.1 " + status + "\r\n" + fields + "\r\n" + body;
}

std::string gzip_reply(const std::string& encoded)
{
    return reply("Content-Encoding: gzip\r\nContent-Length: " + std::to_string(encoded.size()) + "\r\n", encoded);
}

/// Text that compresses to several pieces of output, and does not repeat itself.
std::string long_text(std::size_t size)
{
    std::string text;
    for (unsigned i = 0; text.size() < size; ++i)
        text += std::to_string(i * 2654435761u) + ' ';
    text.resize(size);
    return text;
}

bool is_complete(const protocol::reading& what, std::string_view body)
{
    return what.complete && !what.error && what.left == 0 && what.heads.size() == 1 && what.body == body;
}

class failing_consumer final : public protocol::response_consumer {
public:
    void on_head(const protocol::response_head&) override
    {
        if (throws_at_head)
            throw std::runtime_error{"head"};
    }

    error_code on_body(std::string_view) override
    {
        ++bodies;
        if (throws_at_body)
            throw std::runtime_error{"body"};
        return errc::sink_failed;
    }

    bool throws_at_head = false;
    bool throws_at_body = false;
    int bodies = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(response_heads)

BOOST_AUTO_TEST_CASE(tell_what_matters_of_them)
{
    const auto result = read_at_every_split(reply("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                                  "content-TYPE:application/json \t\r\n"
                                                  "RETRY-AFTER:\t 120\r\n"
                                                  "Location: https://a.example/\r\n"
                                                  "keep-alive: timeout=5\r\n"
                                                  "X-Empty:\r\n"
                                                  "X-High: \xc3\xa4\tb\r\n"
                                                  "Content-Length: 0\r\n",
                                                  {}, "503 Service  Unavailable"));

    BOOST_TEST_REQUIRE(is_complete(result, ""));
    const auto& head = result.heads.front();
    BOOST_TEST(head.status == 503);
    BOOST_TEST(head.reason == "Service  Unavailable");
    BOOST_TEST(head.content_type == "application/json");
    BOOST_TEST(head.retry_after == "120");
    BOOST_TEST(head.date == "Sun, 06 Nov 1994 08:49:37 GMT");
    BOOST_TEST(head.location == "https://a.example/");
    BOOST_TEST(head.keep_alive);
    BOOST_TEST((head.idle_timeout == std::chrono::seconds{5}));
}

BOOST_AUTO_TEST_CASE(may_have_no_reason)
{
    const auto result = read_at_every_split("HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n");

    BOOST_TEST_REQUIRE(is_complete(result, ""));
    BOOST_TEST(result.heads.front().status == 404);
    BOOST_TEST(result.heads.front().reason == "");
    BOOST_TEST((result.heads.front().idle_timeout == protocol::duration::max()));
}

BOOST_AUTO_TEST_CASE(keep_the_first_of_fields_that_stand_twice_but_each_time_to_wait)
{
    const auto result = read_at_every_split(
        reply("Retry-After: 1\r\nLocation: /a\r\nRetry-After: 2\r\nLocation: /b\r\nContent-Length: 0\r\n"));

    BOOST_TEST(result.heads.at(0).retry_after == "1\n2");
    BOOST_TEST(result.heads.at(0).location == "/a");
}

BOOST_AUTO_TEST_CASE(are_shown_before_their_body_comes)
{
    protocol::recording_consumer consumer;
    response_reader reader{{}};
    reader.begin(consumer);
    BOOST_TEST(!reader.started());

    BOOST_TEST(!reader.put("H").error);
    BOOST_TEST(reader.started());
    BOOST_TEST(reader.put(simple.substr(0, simple.size() - 5)).consumed == simple.size() - 5);

    BOOST_TEST(consumer.heads.size() == 1u);
    BOOST_TEST(reader.head().status == 200);
    BOOST_TEST(!reader.complete());
}

BOOST_AUTO_TEST_CASE(say_whether_the_connection_may_go_on)
{
    struct row {
        std::string reply;
        bool keep_alive;
    };
    const std::string length = "Content-Length: 0\r\n";
    const std::vector<row> rows{
        {reply(length), true},
        {reply(length + "Connection: keep-alive\r\n"), true},
        {reply(length + "Connection: close\r\n"), false},
        {reply(length + "connection: CLOSE\r\n"), false},
        {reply(length + "Connection: Keep-Alive, Close\r\n"), false},
        {reply(length + "Connection: foo ,\tcLoSe\r\n"), false},
        {reply(length + "Connection: ,, close\r\n"), false},
        {reply(length + "Connection: keep-alive\r\nConnection: close\r\n"), false},
        {reply(length + "Connection: closed\r\n"), true},
        {reply(length + "X-Connection: close\r\n"), true},
        {"HTTP/1.0 200 OK\r\n" + length + "\r\n", false},
        {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + length + "\r\n", false},
        {reply("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), true},
        {reply("Transfer-Encoding: chunked\r\n", "0\r\nConnection: close\r\n\r\n"), true},
        {reply("", "", "204 No Content"), true},
        {reply("Content-Length: 0\r\n", "", "204 No Content"), true},
        {reply("Content-Length: 7\r\n", "", "304 Not Modified"), true},
        // A body where there must be none would be taken for the next response.
        {reply("Content-Length: 7\r\n", "", "204 No Content"), false},
        {reply("Transfer-Encoding: chunked\r\n", "", "204 No Content"), false},
        {reply("Transfer-Encoding: chunked\r\n", "", "304 Not Modified"), false},
        {"HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n" + reply(length), true},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.reply)
        {
            const auto result = read_at_every_split(row.reply);
            BOOST_TEST_REQUIRE(is_complete(result, ""), result);
            BOOST_TEST(result.heads.front().keep_alive == row.keep_alive);
        }
    }
    BOOST_TEST(!read_at_every_split(reply(""), afterwards::closes).heads.at(0).keep_alive);
}

BOOST_AUTO_TEST_CASE(of_interim_responses_are_skipped)
{
    const std::string early = "HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\nContent-Encoding: br\r\n\r\n";
    const auto result = read_at_every_split("HTTP/1.1 100 Continue\r\n\r\n" + early + simple);

    BOOST_TEST(is_complete(result, "hello"), result);
    BOOST_TEST(result.heads.at(0).status == 200);
    BOOST_TEST(result.heads.at(0).retry_after == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(response_bodies)

BOOST_AUTO_TEST_CASE(end_where_their_framing_says)
{
    const std::vector<std::string> replies{
        simple,
        reply("content-length:\t5 \r\n", "hello"),
        reply("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
        reply("Content-Length: 5, 5\r\n", "hello"),
        reply("Content-Length: 0000000000000000000000005\r\n", "hello"),
        reply("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        reply("transfer-encoding:CHUNKED \r\n", "2\r\nhe\r\n0003\r\nllo\r\n000\r\n\r\n"),
        reply("Transfer-Encoding: chunked\r\n", "5;a\r\nhello\r\n0;b=\"c;\\\"\"; d=e\r\n\r\n"),
        reply("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nX: y\r\nContent-Length: 9\r\nZ:\r\n\r\n"),
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    };
    for (const auto& text : replies) {
        BOOST_TEST_CONTEXT(text)
        {
            const auto result = read_at_every_split(text);
            BOOST_TEST(is_complete(result, "hello"), result);
            BOOST_TEST(result.body_bytes == 5u);
        }
    }
}

BOOST_AUTO_TEST_CASE(may_hold_any_bytes)
{
    std::string body;
    for (int i = 0; i < 256; ++i)
        body += static_cast<char>(i);
    body += "\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n";

    const auto length = std::to_string(body.size());
    BOOST_TEST(is_complete(read_at_every_split(reply("Content-Length: " + length + "\r\n", body)), body));
    BOOST_TEST(is_complete(
        read_at_every_split(reply("Transfer-Encoding: chunked\r\n", chunk(body) + chunk(body) + "0\r\n\r\n")),
        body + body));
    BOOST_TEST(is_complete(read_at_every_split(reply("", body), afterwards::closes), body));
}

BOOST_AUTO_TEST_CASE(without_a_length_end_with_the_connection)
{
    for (const std::string version : {"HTTP/1.1", "HTTP/1.0"}) {
        const std::string text = version + " 200 OK\r\n\r\nhello";
        BOOST_TEST(is_complete(read_at_every_split(text, afterwards::closes), "hello"));
        BOOST_TEST(!read_at_every_split(text).complete);
    }
    BOOST_TEST(is_complete(read_at_every_split(reply(""), afterwards::closes), ""));
}

BOOST_AUTO_TEST_CASE(of_responses_without_one_are_empty_whatever_the_length_says)
{
    for (const std::string status : {"204 No Content", "304 Not Modified"}) {
        for (const std::string fields :
             {"", "Content-Length: 5\r\n", "Content-Encoding: gzip\r\n", "Content-Encoding: br\r\n"})
            BOOST_TEST(is_complete(read_at_every_split(reply(fields, "", status)), ""));
    }
}

BOOST_AUTO_TEST_CASE(cut_short_are_never_a_success)
{
    const auto gzip = protocol::gzip_text("hello");
    const std::vector<std::string> replies{
        simple,
        reply("Transfer-Encoding: chunked\r\n", "5;x=y\r\nhello\r\n0\r\nX: y\r\n\r\n"),
        gzip_reply(gzip),
        "HTTP/1.1 100 Continue\r\n\r\n" + reply("", "", "204 No Content"),
    };
    for (const auto& text : replies) {
        for (std::size_t size = 0; size < text.size(); ++size) {
            BOOST_TEST_CONTEXT(size << " bytes of " << text)
            {
                response_reader reader{{}};
                const auto result = read_pieces(reader, {text.substr(0, size)}, afterwards::closes);
                BOOST_TEST(!result.complete);
                BOOST_TEST((result.error == errc::connection_lost));
                BOOST_TEST((reader.end_of_stream() == errc::connection_lost));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(cut_short_tell_where)
{
    struct row {
        std::string sent, problem;
    };
    const std::vector<row> rows{
        {"", "the connection was closed before a response came"},
        {"HTTP/1.1 200 OK\r\n", "the connection was closed before the response's head was complete"},
        {simple.substr(0, simple.size() - 2), "the connection was closed after 3 of 5 bytes of the body"},
        {reply("Transfer-Encoding: chunked\r\n", "5\r\nhe"), "the connection was closed after 2 bytes of the body"},
    };
    for (const auto& row : rows) {
        BOOST_TEST(read_at_every_split(row.sent, afterwards::closes).problem == row.problem);
        response_reader reader{{}};
        (void)read_pieces(reader, {row.sent}, afterwards::stays);
        BOOST_TEST("the connection was closed " + reader.place() == row.problem);
    }
}

BOOST_AUTO_TEST_CASE(leave_what_follows_them)
{
    const std::string next = "HTTP/1.1 500 Oops\r\n\r\n";
    for (const auto& text : {simple, reply("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
                             reply("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nX: y\r\n\r\n")}) {
        const auto result = read_at_every_split(text + next);
        BOOST_TEST(result.complete);
        BOOST_TEST(result.body == "hello");
        BOOST_TEST(result.left == next.size());
        BOOST_TEST(result.heads.size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(let_the_caller_look_at_the_time_when_they_are_many_and_small)
{
    std::string small;
    for (int i = 0; i < 100'000; ++i)
        small += "1\r\n \r\n";
    protocol::recording_consumer consumer;
    response_reader reader{{}};
    reader.begin(consumer);

    const auto taken = reader.put(reply("Transfer-Encoding: chunked\r\n", small)).consumed;

    BOOST_TEST(taken > 0U);
    BOOST_TEST(taken < 10'000U);
}

BOOST_AUTO_TEST_CASE(let_the_caller_look_at_the_time_when_much_that_is_compressed_comes_to_nothing)
{
    static constexpr std::string_view gzip_start{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};
    static constexpr std::string_view empty_block{"\0\0\0\xff\xff", 5};
    std::string blocks{gzip_start};
    for (int i = 0; i < 100'000; ++i)
        blocks += empty_block;
    protocol::recording_consumer consumer;
    response_reader reader{{}};
    reader.begin(consumer);

    const auto taken = reader.put(reply("Content-Encoding: gzip\r\nContent-Length: 1000000\r\n", blocks)).consumed;

    BOOST_TEST(taken > 0U);
    BOOST_TEST(taken < 32'000U);
}

BOOST_AUTO_TEST_CASE(reach_the_consumer_as_they_come)
{
    protocol::recording_consumer consumer;
    response_reader reader{{}};
    reader.begin(consumer);
    const auto text = reply("Transfer-Encoding: chunked\r\n", "fffff\r\nabc");

    BOOST_TEST(reader.put(text).consumed == text.size());

    BOOST_TEST(consumer.body == "abc");
    BOOST_TEST(reader.body_bytes() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(compressed_bodies)

BOOST_AUTO_TEST_CASE(are_decoded)
{
    const auto text = long_text(3000);
    const auto encoded = protocol::gzip_text(text);
    const auto half = encoded.size() / 2;
    const std::vector<std::string> replies{
        gzip_reply(encoded),
        reply("Content-Encoding: X-GZip\r\nTransfer-Encoding: chunked\r\n",
              chunk(encoded.substr(0, half)) + chunk(encoded.substr(half)) + "0\r\n\r\n"),
    };
    for (const auto& sent : replies) {
        const auto result = read_at_every_split(sent);
        BOOST_TEST(is_complete(result, text), result);
        BOOST_TEST(result.body_bytes == encoded.size());
    }
    BOOST_TEST(
        is_complete(read_at_every_split(reply("Content-Encoding: gzip\r\n", encoded), afterwards::closes), text));
}

BOOST_AUTO_TEST_CASE(may_be_empty)
{
    BOOST_TEST(is_complete(read_at_every_split(gzip_reply("")), ""));
    BOOST_TEST(is_complete(read_at_every_split(gzip_reply(protocol::gzip_text(""))), ""));
    BOOST_TEST(is_complete(
        read_at_every_split(reply("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")), ""));
}

BOOST_AUTO_TEST_CASE(that_stop_inside_the_stream_are_no_success)
{
    const auto encoded = protocol::gzip_text("hello, hello");
    for (std::size_t size = 1; size < encoded.size(); ++size) {
        const auto cut = encoded.substr(0, size);
        response_reader reader{{}};
        const auto framed = read_pieces(reader, {gzip_reply(cut)}, afterwards::stays);
        BOOST_TEST(!framed.complete);
        BOOST_TEST((framed.error == errc::bad_content_coding));
        BOOST_TEST(framed.problem == "the body ends inside the gzip stream");
        const auto lost = read_pieces(reader, {reply("Content-Encoding: gzip\r\n", cut)}, afterwards::closes);
        BOOST_TEST(!lost.complete);
        BOOST_TEST((lost.error == errc::connection_lost));
    }
    const auto chunked = reply("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
                               chunk(encoded.substr(0, encoded.size() - 1)) + "0\r\n\r\n");
    BOOST_TEST((read_at_every_split(chunked).error == errc::bad_content_coding));
}

BOOST_AUTO_TEST_CASE(that_are_broken_are_refused_behind_what_is_sound)
{
    const auto result = read_at_every_split(gzip_reply(protocol::gzip_text("hello") + "garbage"));

    BOOST_TEST((result.error == errc::bad_content_coding));
    BOOST_TEST(result.body == "hello");
    BOOST_TEST(result.problem == "the gzip stream is broken after 5 decoded bytes");
}

BOOST_AUTO_TEST_CASE(in_a_coding_that_was_not_offered_are_refused_behind_the_head)
{
    for (const std::string coding :
         {"br", "deflate", "gzip, gzip", "gzip\r\nContent-Encoding: gzip", "gzip;q=1", "gz ip"}) {
        const auto result =
            read_at_every_split(reply("Content-Encoding: " + coding + "\r\nContent-Length: 5\r\n", "hello"));
        BOOST_TEST((result.error == errc::bad_content_coding), coding);
        BOOST_TEST(result.heads.size() == 1u);
        BOOST_TEST(result.body == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(response_consumers)

BOOST_AUTO_TEST_CASE(end_the_reading_with_their_error)
{
    failing_consumer consumer;
    response_reader reader{{}};
    reader.begin(consumer);

    BOOST_TEST((reader.put(simple).error == errc::sink_failed));

    BOOST_TEST(reader.problem() == "");
    BOOST_TEST(!reader.complete());
    BOOST_TEST((reader.put("more").error == errc::sink_failed));
    BOOST_TEST(reader.put("more").consumed == 0u);
    BOOST_TEST((reader.end_of_stream() == errc::sink_failed));
    BOOST_TEST(consumer.bodies == 1);
}

BOOST_AUTO_TEST_CASE(may_throw_and_lose_the_response_but_not_the_next)
{
    response_reader reader{{}};
    for (const bool at_head : {true, false}) {
        for (const auto& text : {simple, reply("Transfer-Encoding: chunked\r\n", chunk("hello") + "0\r\n\r\n"),
                                 gzip_reply(protocol::gzip_text("hello"))}) {
            failing_consumer consumer;
            consumer.throws_at_head = at_head;
            consumer.throws_at_body = true;
            reader.begin(consumer);

            BOOST_CHECK_THROW((void)reader.put(text), std::runtime_error);

            BOOST_TEST(reader.put(text).error.failed());
            BOOST_TEST(reader.end_of_stream().failed());
            BOOST_TEST(!reader.complete());
            BOOST_TEST(is_complete(read_pieces(reader, {simple}, afterwards::stays), "hello"));
        }
    }
}

BOOST_AUTO_TEST_CASE(get_each_response_alone_from_a_reader_that_is_used_again)
{
    const std::vector<std::string> earlier{
        "HTTP/1.1 2",
        reply("Retry-After: 1\r\nDate: x\r\nContent-Type: y\r\nLocation: z\r\nContent-Encoding: gzip\r\n", "\x1f"),
        reply("Transfer-Encoding: chunked\r\n", "5\r\nhe"),
        reply("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nX: "),
        "garbage",
        "HTTP/1.1 100 Continue\r\n\r\n",
    };
    const std::vector<std::string> later{
        simple,
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\n" + reply("", "", "204 No Content"),
        reply("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
    };
    response_reader reader{{}};
    for (const auto& next : later) {
        response_reader fresh{{}};
        const auto expected = read_pieces(fresh, {next}, afterwards::stays);
        BOOST_TEST(expected.complete);
        for (const auto& before : earlier) {
            (void)read_pieces(reader, {before}, afterwards::stays);
            const auto result = read_pieces(reader, {next}, afterwards::stays);
            BOOST_TEST(result == expected, before << " leaves its mark: " << result);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
