#include "net/one_origin.hpp"
#include "net/one_pool.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>
#include <future>
#include <string>
#include <sys/socket.h>
#include <vector>

using namespace jobaudit;
using namespace std::chrono_literals;
using test::kept_response;
using test::ok_reply;
using test::one_origin;
using test::peer_connection;

namespace {

std::string numbered_request(int number) { return "GET /" + std::to_string(number) + " HTTP/1.1\r\nHost: o\r\n\r\n"; }

std::string target_of(const std::string& head) { return head.substr(5, head.find(' ', 5) - 5); }

// Several exchanges in the line of one connection.
struct line {
    struct place {
        kept_response response;
        net::operation op;
        test::task<net::exchange_result> work;
    };

    line(test::one_client& of, net::connection& over) : client{of}, connection{over} {}

    place& add(int number)
    {
        requests.push_back(numbered_request(number));
        auto& added = places.emplace_back();
        added.work = client.loop.start(connection.async_exchange(requests.back(), added.response, added.op, buffer));
        return added;
    }

    net::exchange_result finish(place& of) { return client.loop.finish(of.work); }

    test::one_client& client;
    net::connection& connection;
    std::vector<char> buffer = std::vector<char>(128 * 1024);
    std::deque<std::string> requests;
    std::deque<place> places;
};

// So that all of them stand in line when an answer comes.
void receive_requests(peer_connection& connection, int count)
{
    for (int i = 0; i < count; ++i)
        connection.receive_head();
}

// Answers only the first of the requests that it takes, then closes.
test::scripted_peer::behaviour answering_some(int requests, int answers)
{
    return [requests, answers](peer_connection& connection) {
        std::string replies;
        for (int i = 0; i < requests; ++i)
            if (const auto head = connection.receive_head(); i < answers)
                replies += ok_reply(target_of(head));
        connection.send(replies);
        connection.close();
    };
}

/// A new connection that has answered once, and is offered to others since.
net::pool::lease proven_lease(test::one_pool& at, net::pool& shared)
{
    net::operation op;
    auto acquired = at.loop.run(shared.async_acquire(at.share, op));
    BOOST_TEST_REQUIRE(!acquired.failure, acquired.failure.message);
    kept_response response;
    BOOST_TEST(!at.exchange(*acquired.lease, response).error);
    const auto number = acquired.lease->number();
    acquired.lease.release(net::clock::now());
    auto again = shared.try_acquire(at.share, net::clock::now());
    BOOST_TEST_REQUIRE(again->number() == number);
    return again;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pipelining)

BOOST_AUTO_TEST_CASE(reads_responses_in_the_order_of_their_requests_wherever_the_bytes_are_cut)
{
    for (const bool tls : {false, true})
        for (const std::size_t piece : {1U, 7U, 100U, 100'000U}) {
            one_origin origin{tls, {[piece](peer_connection& connection) {
                                  std::string replies;
                                  for (int i = 0; i < 5; ++i)
                                      replies += ok_reply(target_of(connection.receive_head()));
                                  for (std::size_t at = 0; at < replies.size(); at += piece)
                                      connection.send(replies.substr(at, piece));
                                  connection.receive_all();
                              }}};
            const auto connection = origin.client.connected();
            line five{origin.client, *connection};
            for (int i = 0; i < 5; ++i)
                five.add(i);
            for (int i = 0; i < 5; ++i) {
                BOOST_TEST(!five.finish(five.places[static_cast<std::size_t>(i)]).failure);
                BOOST_TEST(five.places[static_cast<std::size_t>(i)].response.body == std::to_string(i));
            }
            BOOST_TEST(connection->reusable());
            BOOST_TEST(connection->answered() == 5U);
        }
}

BOOST_AUTO_TEST_CASE(reads_small_responses_behind_large_ones_though_nothing_follows_them)
{
    constexpr int count = 24;
    const auto body_of = [](int number) {
        return std::string(number % 4 == 0 ? 1'100'000U : 20U, static_cast<char>('a' + number));
    };
    for (const bool tls : {false, true}) {
        one_origin origin{tls, {[&](peer_connection& connection) {
                              std::string replies;
                              for (int i = 0; i < count; ++i) {
                                  connection.receive_head();
                                  replies += ok_reply(body_of(i));
                              }
                              connection.send(replies);
                              connection.receive_all();
                          }}};
        const auto connection = origin.client.connected();
        line many{origin.client, *connection};
        for (int i = 0; i < count; ++i)
            many.add(i);
        for (int i = 0; i < count; ++i) {
            BOOST_TEST(!many.finish(many.places[static_cast<std::size_t>(i)]).failure);
            BOOST_TEST((many.places[static_cast<std::size_t>(i)].response.body == body_of(i)));
        }
        BOOST_TEST(connection->reusable());
    }
}

BOOST_AUTO_TEST_CASE(tells_those_in_line_that_the_server_never_began_with_them_when_it_closes)
{
    for (const bool tls : {false, true}) {
        one_origin origin{tls, {answering_some(4, 2)}};
        const auto connection = origin.client.connected();
        line four{origin.client, *connection};
        for (int i = 0; i < 4; ++i)
            four.add(i);

        BOOST_TEST(!four.finish(four.places[0]).failure);
        BOOST_TEST(!four.finish(four.places[1]).failure);
        const auto third = four.finish(four.places[2]);
        BOOST_TEST(third.failure.error == errc::connection_lost);
        BOOST_TEST(!third.stood_in_line);
        const auto fourth = four.finish(four.places[3]);
        BOOST_TEST(fourth.failure.error == errc::connection_lost);
        BOOST_TEST(fourth.stood_in_line);
        BOOST_TEST(!connection->reusable());
        BOOST_TEST(connection->broke_a_line());
    }
}

BOOST_AUTO_TEST_CASE(takes_an_announced_end_for_one_of_all_that_stand_in_line)
{
    one_origin origin{false, {[](peer_connection& connection) {
                          receive_requests(connection, 3);
                          connection.send(ok_reply("0", "Connection: close\r\n"));
                          connection.receive_all();
                      }}};
    const auto connection = origin.client.connected();
    line three{origin.client, *connection};
    for (int i = 0; i < 3; ++i)
        three.add(i);

    BOOST_TEST(!three.finish(three.places[0]).failure);
    for (const std::size_t i : {1U, 2U})
        BOOST_TEST(three.finish(three.places[i]).stood_in_line);
    BOOST_TEST(!connection->reusable());
}

BOOST_AUTO_TEST_CASE(fails_one_alone_for_its_own_response_and_lets_the_others_go_elsewhere)
{
    one_origin origin{false, {[](peer_connection& connection) {
                          receive_requests(connection, 2);
                          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
                          connection.receive_all();
                      }}};
    const auto connection = origin.client.connected();
    line two{origin.client, *connection};
    two.add(0);
    two.add(1);

    BOOST_TEST(two.finish(two.places[0]).failure.error == errc::bad_response);
    const auto second = two.finish(two.places[1]);
    BOOST_TEST(second.failure.error == errc::connection_lost);
    BOOST_TEST(second.stood_in_line);
}

BOOST_AUTO_TEST_CASE(lets_those_in_front_end_when_one_in_the_middle_is_canceled)
{
    std::promise<void> canceled;
    auto after_cancellation = canceled.get_future().share();
    one_origin origin{false, {[after_cancellation](peer_connection& connection) {
                          connection.receive_head();
                          after_cancellation.wait();
                          connection.send(ok_reply("0"));
                          connection.receive_all();
                      }}};
    const auto connection = origin.client.connected();
    line three{origin.client, *connection};
    for (int i = 0; i < 3; ++i)
        three.add(i);

    three.places[1].op.interrupt(errc::canceled);
    BOOST_TEST(three.finish(three.places[1]).failure.error == errc::canceled);
    BOOST_TEST(three.finish(three.places[2]).stood_in_line);
    canceled.set_value();
    BOOST_TEST(!three.finish(three.places[0]).failure);
    BOOST_TEST(three.places[0].response.body == "0");
    BOOST_TEST(!connection->reusable());
    BOOST_TEST(!connection->broke_a_line());
}

BOOST_AUTO_TEST_CASE(counts_the_time_of_an_exchange_from_when_it_is_the_first_in_line)
{
    std::promise<void> checked;
    auto after_check = checked.get_future().share();
    one_origin origin{false, {[after_check](peer_connection& connection) {
                          connection.receive_head();
                          after_check.wait();
                          connection.send(ok_reply("0"));
                          connection.receive_all();
                      }}};
    const auto connection = origin.client.connected();
    line two{origin.client, *connection};
    const auto now = net::clock::now();
    auto& first = two.add(0);
    first.op.set_deadline(now + 1h, errc::attempt_timed_out);
    auto& second = two.add(1);
    second.op.set_deadline(now + 1h, errc::attempt_timed_out);

    BOOST_TEST(first.op.is_due(now + 2h));
    BOOST_TEST(!second.op.is_due(now + 2h));
    checked.set_value();
    BOOST_TEST(!two.finish(first).failure);
    BOOST_TEST(second.op.is_due(now + 2h));
    BOOST_TEST(!second.op.is_due(now + 1h));
    second.op.interrupt(errc::canceled);
    BOOST_TEST(two.finish(second).time_in_line > net::clock::duration::zero());
}

BOOST_AUTO_TEST_CASE(begins_on_a_connection_only_once_it_has_answered)
{
    one_origin origin{false, {test::answering(ok_reply("x"))}};
    test::one_pool pool{test::origin_at(origin.peer.port()), 1, {}};
    policy::pipelining lines{3};
    net::pool shared{pool.maker, {1h, 10h}, lines, pool.numbers, nullptr};

    net::operation op;
    auto first = pool.loop.run(shared.async_acquire(pool.share, op));
    BOOST_TEST_REQUIRE(!first.failure);
    BOOST_TEST(!shared.try_acquire(pool.share, net::clock::now()));

    kept_response response;
    BOOST_TEST(!pool.exchange(*first.lease, response).error);
    first.lease.release(net::clock::now());
    std::vector<net::pool::lease> leases;
    while (auto next = shared.try_acquire(pool.share, net::clock::now()))
        leases.push_back(std::move(next));
    BOOST_TEST(leases.size() == 3U);
    for (auto& each : leases)
        each.release(net::clock::now());
    BOOST_TEST(shared.idle() == 1U);
}

BOOST_AUTO_TEST_CASE(replaces_a_lost_connection_that_others_hold_when_the_last_of_them_is_gone)
{
    one_origin origin{false, {test::answering(ok_reply("x"))}};
    test::one_pool pool{test::origin_at(origin.peer.port()), 1, {}};
    policy::pipelining lines{2};
    net::pool shared{pool.maker, {1h, 10h}, lines, pool.numbers, nullptr};
    auto lost = proven_lease(pool, shared);
    auto other = shared.try_acquire(pool.share, net::clock::now());
    BOOST_TEST_REQUIRE(other->number() == lost->number());
    const auto number = lost->number();

    lost->give_up();
    net::operation op;
    auto waiting = pool.loop.start(shared.async_replace(pool.share, lost, op));
    pool.loop.settle();
    BOOST_TEST(!waiting.done());
    other.release(net::clock::now());
    const auto replacement = pool.loop.finish(waiting);
    BOOST_TEST(replacement.is_new);
    BOOST_TEST(replacement.lease->number() == number + 1);
    BOOST_TEST(shared.in_use() == 1U);
}

BOOST_AUTO_TEST_CASE(gives_up_an_idle_connection_for_a_replacement_while_others_hold_the_lost_one)
{
    one_origin origin{false, {test::answering(ok_reply("x"))}};
    test::one_pool pool{test::origin_at(origin.peer.port()), 2, {}};
    policy::pipelining lines{2};
    net::pool shared{pool.maker, {1h, 10h}, lines, pool.numbers, nullptr};
    auto idle = proven_lease(pool, shared);
    auto lost = proven_lease(pool, shared);
    auto other = shared.try_acquire(pool.share, net::clock::now());
    BOOST_TEST_REQUIRE(other->number() == lost->number());
    idle.release(net::clock::now());
    BOOST_TEST_REQUIRE(shared.idle() == 1U);

    lost->give_up();
    net::operation op;
    const auto replacement = pool.loop.run(shared.async_replace(pool.share, lost, op));
    BOOST_TEST(replacement.is_new);
    BOOST_TEST(shared.idle() == 0U);
    BOOST_TEST(shared.in_use() == 2U);
}

BOOST_AUTO_TEST_CASE(ends_with_a_server_that_breaks_two_lines_early)
{
    policy::pipelining lines{8};
    lines.note_break(policy::pipelining::early);
    lines.note_break(2);
    BOOST_TEST(lines.depth() == 8U);
    lines.note_break(99);
    BOOST_TEST(lines.depth() == 1U);
}

BOOST_AUTO_TEST_CASE(is_as_deep_as_responses_are_small)
{
    struct expectation {
        std::uint64_t body;
        unsigned depth;
    };
    for (const auto& [body, depth] : {expectation{0, 8}, expectation{15'000, 8}, expectation{100'000, 5},
                                      expectation{200'000, 2}, expectation{751'000, 1}, expectation{1ULL << 40U, 1}}) {
        policy::pipelining lines{8};
        BOOST_TEST(lines.depth() == 8U);
        for (int i = 0; i < 100; ++i)
            lines.note_response(body);
        BOOST_TEST(lines.depth() == depth, body << " bytes: " << lines.depth());
        for (int i = 0; i < 100; ++i)
            lines.note_response(473);
        BOOST_TEST(lines.depth() == 8U);
    }
}

BOOST_AUTO_TEST_CASE(stays_deep_for_one_large_response_among_small_ones)
{
    policy::pipelining lines{8};
    for (int i = 0; i < 3; ++i) {
        for (int small = 0; small < 20; ++small)
            lines.note_response(473);
        lines.note_response(500'000'000);
        BOOST_TEST(lines.depth() >= 7U);
    }
}

BOOST_AUTO_TEST_CASE(never_begins_where_it_was_not_asked_for)
{
    policy::pipelining lines{1};
    for (int i = 0; i < 100; ++i)
        lines.note_response(1);
    BOOST_TEST(lines.depth() == 1U);
}

BOOST_AUTO_TEST_CASE(sends_what_was_begun_in_one_turn_together)
{
    std::promise<std::string> first_bytes;
    one_origin origin{false, {[&first_bytes](peer_connection& connection) {
                          std::string bytes(64 * 1024, '\0');
                          const auto size = ::recv(connection.descriptor(), bytes.data(), bytes.size(), 0);
                          bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
                          first_bytes.set_value(bytes);
                          for (int i = 0; i < 8; ++i)
                              connection.send(ok_reply("x"));
                          connection.receive_all();
                      }}};
    const auto connection = origin.client.connected();
    connection->depth = 8;
    line eight{origin.client, *connection};
    std::string expected;
    std::size_t answered = 0;
    for (int i = 0; i < 8; ++i) {
        expected += eight.requests.emplace_back(numbered_request(i));
        auto& added = eight.places.emplace_back();
        boost::asio::co_spawn(origin.client.loop.executor(),
                              connection->async_exchange(eight.requests.back(), added.response, added.op, eight.buffer),
                              [&answered](const std::exception_ptr&, const net::exchange_result& ended) {
                                  answered += ended.failure ? 0 : 1;
                              });
    }

    origin.client.loop.run_until([&answered] { return answered == 8; });
    BOOST_TEST(first_bytes.get_future().get() == expected);
}

BOOST_AUTO_TEST_SUITE_END()
