#include "net/one_origin.hpp"
#include "net/open_descriptors.hpp"

#include "net/connection.hpp"

#include <boost/test/unit_test.hpp>
#include <zlib.h>

#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <vector>

using namespace jobaudit;
using namespace std::chrono_literals;
using test::kept_response;
using test::ok_reply;
using test::one_origin;
using test::peer_connection;

namespace {

constexpr const char* wires[] = {"in clear", "in TLS"};

enum class ending { stays, closes, cuts, resets };

// One reply, in pieces that the client takes up one by one, and what is to become of it.
struct reply_case {
    const char* name;
    std::vector<std::string> pieces;
    ending then = ending::stays;
    error_code error{};
    std::string body{};
    bool reusable = false;
};

void end(peer_connection& connection, ending how)
{
    switch (how) {
    case ending::stays:
        connection.receive_all();
        break;
    case ending::closes:
        connection.close();
        break;
    case ending::cuts:
        connection.cut();
        break;
    case ending::resets:
        connection.reset();
        break;
    }
}

test::scripted_peer::behaviour replying(const std::vector<std::string>& pieces, ending how)
{
    return [pieces, how](peer_connection& connection) {
        connection.receive_head();
        for (const auto& piece : pieces)
            connection.send(piece);
        end(connection, how);
    };
}

// Takes its time over each piece, so that there is always more to read.
class slow_consumer final : public net::response_reader_source, public protocol::response_consumer {
public:
    protocol::response_reader& begin_response() override
    {
        reader_.begin(*this);
        return reader_;
    }
    bool end_response() override { return true; }
    void on_head(const protocol::response_head&) override {}
    error_code on_body(std::string_view bytes) override
    {
        taken += bytes.size();
        for (int i = 0; i < 4; ++i)
            work_ = work_ + std::hash<std::string>{}(ballast_);
        return {};
    }

    std::size_t taken = 0;

private:
    protocol::response_reader reader_{{.body = std::uint64_t{1} << 40U}};
    const std::string ballast_ = std::string(32 * 1024, 'x');
    volatile std::size_t work_ = 0;
};

// Counts how often the deadlines of others are looked at, and what had come of a body before.
class counting_watch final : public net::deadline_watch {
public:
    explicit counting_watch(const std::size_t& taken) : taken_{taken} {}

    void note_standstill(net::clock::time_point) override {}
    void look_in_passing(net::clock::time_point) override
    {
        if (looks++ == 0)
            taken_before = taken_;
    }

    int looks = 0;
    std::size_t taken_before = 0;

private:
    const std::size_t& taken_;
};

// A gzip stream of blanks, a thousand times as long as it is here.
std::string compressed_blanks(std::size_t size)
{
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY);
    const std::string piece(1024 * 1024, ' ');
    std::string out(size, '\0');
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(size);
    while (stream.avail_out != 0) {
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
        stream.avail_in = static_cast<uInt>(piece.size());
        deflate(&stream, Z_NO_FLUSH);
    }
    deflateEnd(&stream);
    return out;
}

const std::string until_end = "HTTP/1.1 200 OK\r\n\r\n";

const reply_case cases[] = {
    {"a body with a length", {ok_reply("hello")}, ending::stays, {}, "hello", true},
    {"a body of nothing", {ok_reply("")}, ending::stays, {}, "", true},
    {"pieces", {"HTTP/1.", "1 200 O", "K\r", "\nContent-Length: 5\r\n\r", "\nhe", "llo"}, {}, {}, "hello", true},
    {"chunks in pieces",
     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r", "\nhel", "lo\r\n", "0\r\n", "\r", "\n"},
     ending::stays,
     {},
     "hello",
     true},
    {"a 100 and a 103 before",
     {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", ok_reply("hello")},
     ending::stays,
     {},
     "hello",
     true},
    {"Connection: close", {ok_reply("hello", "Connection: close\r\n")}, ending::stays, {}, "hello", false},
    {"HTTP/1.0", {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"}, ending::closes, {}, "hello", false},
    {"a whole reply, then a reset", {ok_reply("hello", "Connection: close\r\n")}, ending::resets, {}, "hello", false},
    {"something behind it", {ok_reply("hello") + "HTTP/1.1 408 Request Timeout\r\n\r\n"}, {}, {}, "hello", false},
    {"a body until the end", {until_end, "hel", "lo"}, ending::closes, {}, "hello", false},
    {"no body until the end", {until_end}, ending::closes, {}, "", false},
    {"no answer", {}, ending::closes, errc::connection_lost},
    {"no answer and a reset", {}, ending::resets, errc::connection_lost},
    {"half a head", {"HTTP/1.1 200 OK\r\nContent-Le"}, ending::closes, errc::connection_lost},
    {"half a body", {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"}, ending::closes, errc::connection_lost, "hel"},
    {"half a body, cut",
     {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"},
     ending::cuts,
     errc::connection_lost,
     "hel"},
    {"a body until a reset", {until_end + "hel"}, ending::resets, errc::connection_lost, "hel"},
    {"chunks without the last",
     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"},
     ending::closes,
     errc::connection_lost,
     "hello"},
    {"half a chunk line",
     {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r"},
     ending::closes,
     errc::connection_lost,
     "hello"},
    {"a 100 alone", {"HTTP/1.1 100 Continue\r\n\r\n"}, ending::closes, errc::connection_lost},
    {"no HTTP", {"220 mail.example ESMTP\r\n"}, ending::stays, errc::bad_response},
    {"another protocol", {"HTTP/1.1 101 Switching Protocols\r\n\r\n"}, ending::stays, errc::bad_response},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(exchanges)

BOOST_AUTO_TEST_CASE(takes_what_is_a_whole_response_and_nothing_else)
{
    for (const bool tls : {false, true}) {
        for (const auto& each : cases) {
            BOOST_TEST_CONTEXT(each.name << ", " << wires[tls])
            {
                one_origin origin{tls, {replying(each.pieces, each.then)}};
                const auto connection = origin.client.connected();
                kept_response response;

                const auto failed = origin.client.exchange(*connection, response);

                BOOST_TEST(failed.error == each.error, failed.message);
                BOOST_TEST(failed.message.empty() == !each.error);
                BOOST_TEST(response.body == each.body);
                BOOST_TEST(connection->reusable() == each.reusable);
                BOOST_TEST(connection->used() ==
                           (!each.error && response.reader.head().status == 200 && each.pieces.front() != until_end));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(takes_the_end_of_a_body_without_a_length_only_with_what_tls_says_of_it)
{
    for (const bool tls : {false, true}) {
        one_origin origin{tls, {replying({until_end + "hello"}, ending::cuts)}};
        const auto connection = origin.client.connected();
        kept_response response;

        const auto failed = origin.client.exchange(*connection, response);

        BOOST_TEST(failed.error == (tls ? error_code{errc::connection_lost} : error_code{}), wires[tls]);
        if (tls)
            BOOST_TEST(failed.message == "the connection ended in the middle of the response (the connection ended "
                                         "without TLS's close_notify)");
    }
}

BOOST_AUTO_TEST_CASE(carries_one_request_after_the_other)
{
    for (const bool tls : {false, true}) {
        one_origin origin{tls, {test::answering(ok_reply("hello"))}};
        const auto connection = origin.client.connected();
        for (int i = 0; i < 20; ++i) {
            kept_response response;
            BOOST_TEST(!origin.client.exchange(*connection, response).error);
            BOOST_TEST(response.body == "hello");
            BOOST_TEST(connection->reusable());
        }
        BOOST_TEST(origin.peer.accepted() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(takes_replies_of_several_megabytes_whatever_the_size_of_the_buffer)
{
    std::string body;
    while (body.size() < 5'000'000)
        body += std::to_string(body.size()) + ' ';
    for (const bool tls : {false, true}) {
        for (const std::size_t buffer : {1024U, 16U * 1024U, 128U * 1024U}) {
            one_origin origin{tls, {test::answering(ok_reply(body))}};
            const auto connection = origin.client.connected();
            kept_response response;

            const auto failed = origin.client.exchange(*connection, response, test::a_request, buffer);

            BOOST_TEST(!failed, failed.message);
            BOOST_TEST((response.body == body));
            BOOST_TEST(connection->reusable());
        }
    }
}

BOOST_AUTO_TEST_CASE(waits_for_more_when_what_came_just_filled_the_buffer)
{
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 8192\r\n\r\n";
    for (const bool tls : {false, true}) {
        for (const std::size_t first : {4096U, 2U * 4096U}) {
            std::promise<void> taken;
            one_origin origin{tls, {[&](peer_connection& connection) {
                                  connection.receive_head();
                                  connection.send(head + std::string(first - head.size(), 'a'));
                                  taken.get_future().wait_for(20s);
                                  connection.send(std::string(8192 + head.size() - first, 'b'));
                                  connection.receive_all();
                              }}};
            const auto connection = origin.client.connected();
            kept_response response;
            net::operation op;
            std::vector<char> buffer(4096);
            auto exchange = origin.client.loop.start(connection->async_exchange(test::a_request, response, op, buffer));
            origin.client.loop.run_until([&] { return response.body.size() == first - head.size(); });
            BOOST_TEST(!exchange.done());

            taken.set_value();

            BOOST_TEST(!origin.client.loop.finish(exchange).failure.error);
            BOOST_TEST(response.body.size() == 8192U);
            BOOST_TEST(connection->reusable());
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_a_head_that_does_not_fit_into_the_buffer)
{
    for (const bool tls : {false, true}) {
        one_origin origin{tls, {test::answering(ok_reply("", "X: " + std::string(5000, 'x') + "\r\n"))}};
        const auto connection = origin.client.connected();
        kept_response response;

        const auto failed = origin.client.exchange(*connection, response, test::a_request, 4096);

        BOOST_TEST(failed.error == errc::head_too_large);
        BOOST_TEST(!connection->reusable());
    }
}

BOOST_AUTO_TEST_CASE(takes_an_answer_that_comes_before_the_request_is_sent)
{
    const std::string long_request(16 * 1024 * 1024, 'r');
    for (const bool tls : {false, true}) {
        std::promise<void> closed;
        one_origin origin{tls, {[&closed](peer_connection& connection) {
                              connection.send(ok_reply("too long", "Connection: close\r\n"));
                              connection.close();
                              closed.set_value();
                          }}};
        const auto connection = origin.client.connected();
        BOOST_TEST((closed.get_future().wait_for(20s) == std::future_status::ready));
        kept_response response;

        const auto failed = origin.client.exchange(*connection, response, long_request);

        BOOST_TEST(!failed, wires[tls] << ": " << failed.message);
        BOOST_TEST(response.body == "too long");
        BOOST_TEST(!connection->reusable());
    }
}

BOOST_AUTO_TEST_CASE(sends_requests_that_the_system_takes_only_in_parts)
{
    const std::string long_request = std::string(16 * 1024 * 1024, 'r') + "\r\n\r\n";
    for (const bool tls : {false, true}) {
        std::promise<std::size_t> arrived;
        one_origin origin{tls, {[&](peer_connection& connection) {
                              arrived.set_value(connection.receive_head().size());
                              connection.send(ok_reply("hello"));
                              connection.receive_all();
                          }}};
        const auto connection = origin.client.connected();
        kept_response response;

        BOOST_TEST(!origin.client.exchange(*connection, response, long_request).error);
        BOOST_TEST(arrived.get_future().get() == long_request.size());
        BOOST_TEST(connection->reusable());
    }
}

BOOST_AUTO_TEST_CASE(says_before_or_in_the_middle_of_what_the_connection_ended)
{
    struct {
        std::vector<std::string> pieces;
        const char* message;
    } const each_case[] = {
        {{}, "the connection ended before the response"},
        {{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"},
         "the connection was closed after 3 of 5 bytes of the body"},
    };
    for (const auto& each : each_case) {
        one_origin origin{false, {replying(each.pieces, ending::closes)}};
        const auto connection = origin.client.connected();
        kept_response response;
        BOOST_TEST(origin.client.exchange(*connection, response).message == each.message);
    }
}

BOOST_AUTO_TEST_CASE(ends_while_it_sends_or_receives_when_it_is_interrupted_or_late)
{
    const std::string long_request(16 * 1024 * 1024, 'r');
    struct {
        const char* name;
        std::string_view request;
        std::string said;  // by the peer, before it falls silent
    } const each_case[] = {
        {"while sending", long_request, ""},
        {"before the answer", test::a_request, ""},
        {"in the head", test::a_request, "HTTP/1.1 200"},
        {"in the body", test::a_request, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"},
    };
    for (const bool tls : {false, true}) {
        for (const auto& each : each_case) {
            for (const bool late : {false, true}) {
                BOOST_TEST_CONTEXT(each.name << ", " << wires[tls])
                {
                    std::promise<void> over;
                    one_origin origin{tls, {[&](peer_connection& connection) {
                                          if (each.request == test::a_request)
                                              connection.receive_head();
                                          connection.send(each.said);
                                          over.get_future().wait_for(20s);
                                      }}};
                    const auto before = test::open_descriptors();
                    auto connection = origin.client.connected();
                    kept_response response;
                    std::vector<char> buffer(4096);
                    net::operation op;
                    op.set_deadline(net::clock::now() + 1h, errc::attempt_timed_out);
                    auto exchange =
                        origin.client.loop.start(connection->async_exchange(each.request, response, op, buffer));
                    origin.client.loop.run_until([&] { return response.reader.started() == !each.said.empty(); });
                    BOOST_TEST(!exchange.done());

                    if (late)
                        op.check(net::clock::now() + 2h);
                    else
                        op.interrupt(errc::canceled);

                    BOOST_TEST(origin.client.loop.finish(exchange).failure.error ==
                               (late ? errc::attempt_timed_out : errc::canceled));
                    BOOST_TEST(!connection->reusable());
                    over.set_value();
                    connection.reset();
                    origin.client.loop.run_until([before] { return test::open_descriptors() <= before; });
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(ends_between_two_pieces_when_its_own_consumer_interrupts_it)
{
    for (const bool tls : {false, true}) {
        one_origin origin{tls, {replying({until_end, "hello"}, ending::stays)}};
        const auto connection = origin.client.connected();
        kept_response response;
        net::operation op;
        response.interrupts_at_body = &op;
        std::vector<char> buffer(4096);

        const auto failed = origin.client.loop.run(connection->async_exchange(test::a_request, response, op, buffer));

        BOOST_TEST(failed.failure.error == errc::canceled);
        BOOST_TEST(!connection->reusable());
    }
}

BOOST_AUTO_TEST_CASE(leaves_the_loop_time_for_others_while_a_response_comes_without_end)
{
    for (const bool tls : {false, true}) {
        one_origin origin{tls, {[](peer_connection& connection) {
                              std::string chunks;
                              while (chunks.size() < 1024 * 1024)
                                  chunks += "1;" + std::string(4000, 'x') + "\r\na\r\n";
                              connection.receive_head();
                              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                              // Far more than the client takes before it is interrupted.
                              for (int i = 0; i < 5000; ++i)
                                  connection.send(chunks);
                          }}};
        const auto connection = origin.client.connected();
        slow_consumer consumer;
        net::operation op;
        std::vector<char> buffer(128 * 1024);
        auto exchange = origin.client.loop.start(connection->async_exchange(test::a_request, consumer, op, buffer));
        origin.client.loop.run_until([&consumer] { return consumer.taken > 2000; });

        op.interrupt(errc::attempt_timed_out);

        BOOST_TEST(origin.client.loop.finish(exchange).failure.error == errc::attempt_timed_out, wires[tls]);
    }
}

BOOST_AUTO_TEST_CASE(has_the_deadlines_of_others_looked_at_while_few_bytes_become_a_great_many)
{
    const auto blanks = compressed_blanks(400'000);
    one_origin origin{false, {[&blanks](peer_connection& connection) {
                          connection.receive_head();
                          connection.send(
                              "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 400000\r\n\r\n" + blanks);
                          connection.receive_all();
                      }}};
    const auto connection = origin.client.connected();
    slow_consumer consumer;
    counting_watch others{consumer.taken};
    net::operation op;
    op.watched_by(others);
    std::vector<char> buffer(128 * 1024);

    const auto result = origin.client.loop.run(connection->async_exchange(test::a_request, consumer, op, buffer));

    BOOST_TEST(result.failure.error == errc::bad_content_coding, "its end is missing");
    BOOST_TEST(others.looks > 3);
    BOOST_TEST(others.taken_before < 64U * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(does_not_take_an_alert_in_the_middle_for_one_of_the_handshake)
{
    one_origin origin{true, {[](peer_connection& connection) {
                          connection.receive_head();
                          connection.send(ok_reply("hello"));
                          connection.receive_head();
                          connection.send_alert();
                          connection.cut();
                      }}};
    const auto connection = origin.client.connected();
    kept_response first;
    BOOST_TEST(!origin.client.exchange(*connection, first).error);
    kept_response second;

    const auto failed = origin.client.exchange(*connection, second);

    BOOST_TEST(failed.error == errc::connection_lost, failed.message);
}

BOOST_AUTO_TEST_SUITE_END()
