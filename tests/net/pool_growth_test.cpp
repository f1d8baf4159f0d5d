#include "net/listeners.hpp"
#include "net/one_origin.hpp"
#include "net/one_pool.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace jobaudit;
using namespace std::chrono_literals;
using net::operation;
using net::pool;
using test::ok_reply;
using test::one_pool;
using test::origin_at;
using test::peer_connection;
using test::scripted_peer;

namespace {

/// A server that speaks TLS on its first connections, and does with each later one what a test says.
struct full_server {
    full_server(std::size_t taken, scripted_peer::behaviour then)
        : peer{behaviours(taken, std::move(then))}, one{origin_at(peer.port(), true), 8, identity.trust()}
    {}

    std::vector<scripted_peer::behaviour> behaviours(std::size_t taken, scripted_peer::behaviour then)
    {
        std::vector<scripted_peer::behaviour> all(taken, [this](peer_connection& connection) {
            if (connection.start_tls(identity.get()))
                connection.receive_all();
        });
        all.push_back(std::move(then));
        return all;
    }

    test::server_identity identity;
    scripted_peer peer;
    one_pool one;
};

/// One who needs a connection.
struct asker {
    explicit asker(one_pool& at) : asking{at.loop.start(at.pool.async_acquire(at.share, op))} {}

    operation op;
    test::task<pool::result> asking;
};

void refuse(peer_connection&) {}

}  // namespace

BOOST_AUTO_TEST_SUITE(pools_that_may_not_grow)

BOOST_AUTO_TEST_CASE(let_wait_for_a_connection_that_works_who_was_refused_one_more)
{
    full_server at{1, refuse};
    auto working = at.one.acquire();
    const auto number = working->number();
    asker refused{at.one};
    at.one.loop.run_until([&] { return at.one.seen.failed == 1; });
    at.one.loop.settle();
    BOOST_TEST(!refused.asking.done());

    working.release(net::clock::now());
    const auto got = at.one.loop.finish(refused.asking);
    BOOST_TEST(!got.failure);
    BOOST_TEST(got.lease->number() == number);
    BOOST_TEST(!got.is_new);
}

BOOST_AUTO_TEST_CASE(open_no_more_for_a_while_after_that)
{
    full_server at{1, refuse};
    auto working = at.one.acquire();
    asker refused{at.one};
    at.one.loop.run_until([&] { return at.one.seen.failed == 1; });
    asker second{at.one};
    asker third{at.one};
    at.one.loop.settle();
    BOOST_TEST(at.one.seen.failed == 1U);
    BOOST_TEST(at.peer.accepted() == 2U);

    for (auto* each : {&refused, &second, &third}) {
        working.release(net::clock::now());
        working = at.one.loop.finish(each->asking).lease;
        BOOST_TEST_REQUIRE(static_cast<bool>(working));
    }
}

BOOST_AUTO_TEST_CASE(open_another_for_those_who_wait_after_that_while)
{
    test::server_identity identity;
    const auto serve = [&identity](peer_connection& connection) {
        if (connection.start_tls(identity.get()))
            connection.receive_all();
    };
    const scripted_peer peer{{serve, refuse, serve}};
    one_pool one{origin_at(peer.port(), true), 8, identity.trust()};
    const auto working = one.acquire();
    asker refused{one};
    one.loop.run_until([&] {
        one.pool.reap(net::clock::now());
        return refused.asking.done();
    });
    const auto got = refused.asking.take();
    BOOST_TEST(!got.failure);
    BOOST_TEST(got.is_new);
    BOOST_TEST(one.seen.failed == 1U);
}

BOOST_AUTO_TEST_CASE(tell_of_the_failure_when_no_other_works)
{
    full_server at{0, refuse};
    asker refused{at.one};
    BOOST_TEST(at.one.loop.finish(refused.asking).failure.error == errc::tls_handshake_failed);
}

BOOST_AUTO_TEST_CASE(tell_those_who_wait_of_it_when_the_last_that_worked_is_gone)
{
    full_server at{1, refuse};
    auto working = at.one.acquire();
    asker refused{at.one};
    at.one.loop.run_until([&] { return at.one.seen.failed == 1; });
    at.one.loop.settle();

    working.close();
    BOOST_TEST(at.one.loop.finish(refused.asking).failure.error == errc::tls_handshake_failed);
    BOOST_TEST(at.one.seen.failed == 2U);
}

BOOST_AUTO_TEST_CASE(let_a_slow_opening_give_way_to_a_connection_that_is_idle)
{
    full_server at{1, [](peer_connection& connection) { connection.receive_all(); }};
    auto working = at.one.acquire();
    const auto number = working->number();
    asker slow{at.one};
    at.one.loop.run_until([&] { return at.peer.accepted() == 2; });
    working.release(net::clock::now());
    at.one.pool.reap(net::clock::now());
    at.one.loop.settle();
    BOOST_TEST(!slow.asking.done());

    at.one.pool.reap(net::clock::now() + 5s);
    const auto got = at.one.loop.finish(slow.asking);
    BOOST_TEST(!got.failure);
    BOOST_TEST(got.lease->number() == number);
    BOOST_TEST(!slow.op.interrupted());
}

BOOST_AUTO_TEST_CASE(end_a_slow_opening_that_was_canceled_while_it_gave_way)
{
    full_server at{1, [](peer_connection& connection) { connection.receive_all(); }};
    auto working = at.one.acquire();
    asker slow{at.one};
    at.one.loop.run_until([&] { return at.peer.accepted() == 2; });
    working.release(net::clock::now());
    at.one.pool.reap(net::clock::now() + 5s);
    slow.op.interrupt(errc::canceled);
    const auto got = at.one.loop.finish(slow.asking);
    BOOST_TEST((got.lease || got.failure.error == errc::canceled));
    BOOST_TEST(slow.op.reason() == errc::canceled);
}

BOOST_AUTO_TEST_CASE(let_wait_too_who_lost_a_connection_and_was_refused_another_in_its_place)
{
    full_server at{2, refuse};
    auto working = at.one.acquire();
    auto lost = at.one.acquire();
    const auto number = working->number();
    operation op;
    lost->give_up();
    auto replacing = at.one.loop.start(at.one.pool.async_replace(at.one.share, lost, op));
    at.one.loop.run_until([&] { return at.one.seen.failed == 1; });
    at.one.loop.settle();
    BOOST_TEST(!replacing.done());

    working.release(net::clock::now());
    const auto got = at.one.loop.finish(replacing);
    BOOST_TEST(!got.failure);
    BOOST_TEST(got.lease->number() == number);
}

BOOST_AUTO_TEST_SUITE_END()
