#include "net/listeners.hpp"
#include "net/one_origin.hpp"
#include "net/one_pool.hpp"
#include "net/open_descriptors.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <future>
#include <iterator>
#include <vector>

using namespace jobaudit;
using namespace std::chrono_literals;
using net::pool;
using test::answering;
using test::kept_response;
using test::ok_reply;
using test::one_pool;
using test::origin_at;
using test::peer_connection;
using test::scripted_peer;

BOOST_AUTO_TEST_SUITE(idle_connections)

BOOST_AUTO_TEST_CASE(keeps_a_connection_only_after_a_clean_exchange)
{
    struct {
        std::string reply;
        bool kept;
    } const cases[] = {
        {ok_reply("hello"), true},
        {ok_reply("hello", "Connection: close\r\n"), false},
        {ok_reply("hello") + "x", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", false},
    };
    for (const auto& each : cases) {
        const scripted_peer peer{{answering(each.reply)}};
        one_pool one{origin_at(peer.port()), 1};
        auto lease = one.acquire();
        kept_response response;
        (void)one.exchange(*lease, response);

        lease.release(net::clock::now());

        BOOST_TEST(!lease);
        BOOST_TEST(one.pool.idle() == (each.kept ? 1U : 0U));
        BOOST_TEST(one.pool.in_use() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(does_not_keep_a_connection_on_which_tls_holds_more_than_the_response)
{
    const test::server_identity identity;
    const auto reply = ok_reply("hello");
    const scripted_peer peer{{[&reply](peer_connection& connection) {
                                 connection.receive_head();
                                 connection.send_together({reply, "HTTP/1.1 408 Request Timeout\r\n\r\n"});
                                 connection.receive_all();
                             }},
                             {.tls = identity.get()}};
    one_pool one{origin_at(peer.port(), true), 1, identity.trust()};
    auto lease = one.acquire();
    kept_response response;
    BOOST_TEST(!one.exchange(*lease, response).error);

    lease.release(net::clock::now());

    BOOST_TEST(one.pool.idle() == 0U);
}

BOOST_AUTO_TEST_CASE(hears_what_tls_has_to_say_for_itself_without_giving_the_connection_up)
{
    const test::server_identity identity;
    const scripted_peer peer{{[](peer_connection& connection) {
                                 connection.receive_head();
                                 connection.send(ok_reply("hello"));
                                 SSL_new_session_ticket(connection.tls());
                                 SSL_do_handshake(connection.tls());
                                 connection.receive_all();
                             }},
                             {.tls = identity.get()}};
    one_pool one{origin_at(peer.port(), true), 1, identity.trust()};
    auto lease = one.acquire();
    kept_response response;
    BOOST_TEST(!one.exchange(*lease, response).error);
    auto& connection = *lease;
    one.loop.run_until([&connection] { return connection.channel().may_read(); });

    lease.release(net::clock::now());

    BOOST_TEST(one.pool.idle() == 1U);
    BOOST_TEST(static_cast<bool>(one.pool.try_acquire(one.share, net::clock::now())));
}

BOOST_AUTO_TEST_CASE(never_uses_an_idle_connection_that_the_peer_has_closed_or_spoken_on)
{
    const scripted_peer::behaviour disturbances[] = {
        [](peer_connection& connection) { connection.close(); },
        [](peer_connection& connection) { connection.cut(); },
        [](peer_connection& connection) { connection.reset(); },
        [](peer_connection& connection) { connection.send("HTTP/1.1 408 Request Timeout\r\n\r\n"); },
    };
    for (const bool tls : {false, true}) {
        for (const auto& disturb : disturbances) {
            for (const bool reaped : {false, true}) {
                std::promise<void> idle;
                const test::server_identity identity;
                const scripted_peer peer{{[&](peer_connection& connection) {
                                              connection.receive_head();
                                              connection.send(ok_reply("hello"));
                                              idle.get_future().wait_for(20s);
                                              disturb(connection);
                                              if (connection.descriptor() >= 0)
                                                  connection.receive_all();
                                          },
                                          answering(ok_reply("again"))},
                                         {.tls = tls ? identity.get() : nullptr}};
                one_pool one{origin_at(peer.port(), tls), 1, identity.trust()};
                auto lease = one.acquire();
                kept_response response;
                BOOST_TEST(!one.exchange(*lease, response).error);
                auto& watched = lease->channel().watch();
                lease.release(net::clock::now());
                BOOST_TEST(one.pool.idle() == 1U);

                idle.set_value();
                one.loop.run_until([&watched] { return watched.readable; });

                if (reaped)
                    one.pool.reap(net::clock::now());
                else
                    BOOST_TEST(!one.pool.try_acquire(one.share, net::clock::now()));
                BOOST_TEST(one.pool.idle() == 0U);
                BOOST_TEST(one.seen.closed == 1U);
                auto next = one.acquire();
                kept_response again;
                BOOST_TEST(!one.exchange(*next, again).error);
                BOOST_TEST(again.body == "again");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(closes_what_has_been_idle_for_too_long)
{
    const scripted_peer peer{{test::silent()}};
    one_pool one{origin_at(peer.port()), 3, {}, 10s};
    auto first = one.acquire();
    auto second = one.acquire();
    const auto now = net::clock::now();
    first.release(now);
    second.release(now + 5s);

    one.pool.reap(now + 9s);
    BOOST_TEST(one.pool.idle() == 2U);
    one.pool.reap(now + 10s);
    BOOST_TEST(one.pool.idle() == 1U);
    BOOST_TEST(!one.pool.try_acquire(one.share, now + 15s));
    BOOST_TEST(one.pool.idle() == 0U);
    BOOST_TEST(one.seen.closed == 2U);
}

BOOST_AUTO_TEST_CASE(uses_none_that_has_been_idle_for_almost_as_long_as_the_peer_says_that_it_may_be)
{
    const scripted_peer::behaviour announcing = answering(ok_reply("hello", "Keep-Alive: timeout=5, max=99\r\n"));
    const scripted_peer peer{{announcing, announcing, announcing}};
    one_pool one{origin_at(peer.port()), 3};
    const auto now = net::clock::now();
    std::vector<pool::lease> leases;
    std::generate_n(std::back_inserter(leases), 3, [&one] { return one.acquire(); });
    for (auto& lease : leases) {
        kept_response response;
        BOOST_TEST(!one.exchange(*lease, response).error);
    }
    leases[0].release(now);
    leases[1].release(now + 1s);
    leases[2].release(now + 1s);

    one.pool.reap(now + 3999ms);
    BOOST_TEST(one.pool.idle() == 3U);
    one.pool.reap(now + 4s);
    BOOST_TEST(one.pool.idle() == 2U);
    // Nothing goes over it: it is as idle as before.
    one.pool.try_acquire(one.share, now + 4999ms).release(now + 4999ms);
    BOOST_TEST(one.pool.idle() == 2U);
    BOOST_TEST(!one.pool.try_acquire(one.share, now + 5s));
    BOOST_TEST(one.seen.closed == 3U);
}

BOOST_AUTO_TEST_CASE(uses_no_connection_beyond_its_age_give_or_take_a_tenth)
{
    const scripted_peer peer{{test::silent()}};
    one_pool one{origin_at(peer.port()), 40, {}, 1h, 100s};
    const auto start = net::clock::now();
    std::vector<pool::lease> leases;
    std::generate_n(std::back_inserter(leases), 40, [&one] { return one.acquire(); });
    const auto opened = net::clock::now();
    std::vector<net::clock::time_point> ends;
    for (auto& lease : leases) {
        BOOST_TEST((lease->retire_at >= start + 90s));
        BOOST_TEST((lease->retire_at <= opened + 110s));
        ends.push_back(lease->retire_at);
    }
    // Jittered: those that were opened together don't end together.
    const auto [earliest, latest] = std::ranges::minmax(ends);
    BOOST_TEST((latest - earliest > 2 * (opened - start)));

    leases.back().release(latest);
    BOOST_TEST(one.pool.idle() == 0U);
    leases.pop_back();
    const auto age_of_one = leases.front()->retire_at;
    leases.front().release(start);
    BOOST_TEST(one.pool.idle() == 1U);
    BOOST_TEST(!one.pool.try_acquire(one.share, age_of_one));
    BOOST_TEST(one.pool.idle() == 0U);
}

BOOST_AUTO_TEST_CASE(uses_none_that_has_been_idle_for_as_long_as_one_that_was_dead)
{
    const scripted_peer peer{{test::silent()}};
    one_pool one{origin_at(peer.port()), 3};
    const auto now = net::clock::now();
    {
        auto first = one.acquire();
        auto second = one.acquire();
        auto third = one.acquire();
        first.release(now);
        second.release(now + 2s);
        third.release(now + 1s);
    }

    one.pool.distrust_idle_since(now + 1s, now + 31s);

    BOOST_TEST(one.pool.idle() == 1U);
    BOOST_TEST(one.seen.closed == 2U);
    BOOST_TEST(static_cast<bool>(one.pool.try_acquire(one.share, now + 31s)));
}

BOOST_AUTO_TEST_CASE(uses_none_that_has_been_idle_for_about_as_long_as_one_that_the_peer_closed)
{
    const auto closing = [](peer_connection& connection) { connection.close(); };
    const scripted_peer peer{{closing, test::silent(), test::silent()}};
    one_pool one{origin_at(peer.port()), 3};
    const auto now = net::clock::now();
    auto closed = one.acquire();
    auto& watched = closed->channel().watch();
    closed.release(now);
    one.loop.run_until([&watched] { return watched.readable; });
    one.pool.reap(now + 10s);
    BOOST_TEST(one.seen.closed == 1U);

    auto early = one.acquire();
    early.release(now + 20s);
    early = one.pool.try_acquire(one.share, now + 27s);
    BOOST_TEST(static_cast<bool>(early));
    // Nothing went over it meanwhile: it is as idle as before.
    early.release(now + 27s);
    const auto late = one.pool.try_acquire(one.share, now + 28s);

    BOOST_TEST(!late);
    BOOST_TEST(one.seen.closed == 2U);
}

BOOST_AUTO_TEST_CASE(closes_all_that_is_idle)
{
    const scripted_peer peer{{test::silent()}};
    one_pool one{origin_at(peer.port()), 3};
    const auto before = test::open_descriptors();
    auto kept = one.acquire();
    {
        auto first = one.acquire();
        auto second = one.acquire();
        first.release(net::clock::now());
        second.release(net::clock::now());
    }

    one.pool.close_idle();

    BOOST_TEST(one.pool.idle() == 0U);
    BOOST_TEST(one.pool.in_use() == 1U);
    BOOST_TEST(one.seen.closed == 2U);
    kept.close();
    // The peer's side goes too.
    one.loop.run_until([before] { return test::open_descriptors() <= before; });
}

BOOST_AUTO_TEST_SUITE_END()
