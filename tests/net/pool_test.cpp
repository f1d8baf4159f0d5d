#include "net/listeners.hpp"
#include "net/one_origin.hpp"
#include "net/one_pool.hpp"
#include "net/open_descriptors.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <future>
#include <memory>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace jobaudit;
using namespace std::chrono_literals;
using net::operation;
using net::pool;
using test::answering;
using test::ok_reply;
using test::one_pool;
using test::origin_at;
using test::peer_connection;
using test::scripted_peer;

namespace {

// One who waits in line.
struct in_line {
    explicit in_line(one_pool& at) : waiting{at.loop.start(at.pool.async_acquire(at.share, op))} {}
    in_line(one_pool& at, pool::lease& lost) : waiting{at.loop.start(at.pool.async_replace(at.share, lost, op))} {}

    operation op;
    test::task<pool::result> waiting;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pools)

BOOST_AUTO_TEST_CASE(gives_out_the_connection_that_came_back_last)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 3};
    auto first = one.acquire();
    auto second = one.acquire();
    auto third = one.acquire();
    BOOST_TEST(one.pool.in_use() == 3U);
    BOOST_TEST(one.pool.leased() == 3U);
    const auto numbers = std::vector{first->number(), second->number(), third->number()};
    second.release(net::clock::now());
    third.release(net::clock::now());
    first.release(net::clock::now());
    BOOST_TEST(one.pool.idle() == 3U);
    BOOST_TEST(one.pool.in_use() == 0U);
    BOOST_TEST(one.pool.leased() == 0U);
    BOOST_TEST(one.pool.released() == 3U);

    for (const auto expected : {numbers[0], numbers[2], numbers[1]}) {
        auto lease = one.pool.try_acquire(one.share, net::clock::now());
        BOOST_TEST_REQUIRE(static_cast<bool>(lease));
        BOOST_TEST(lease->number() == expected);
        lease.close();
    }
    BOOST_TEST(!one.pool.try_acquire(one.share, net::clock::now()));
    BOOST_TEST(one.pool.leased() == 0U);
    BOOST_TEST(one.pool.released() == 3U);
    BOOST_TEST(one.pool.opened() == 3U);
    BOOST_TEST(one.seen.opened == 3U);
    BOOST_TEST(one.seen.closed == 3U);
}

BOOST_AUTO_TEST_CASE(opens_no_more_connections_than_its_limit_and_serves_who_waits_in_order)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 2};
    auto first = one.acquire();
    auto second = one.acquire();
    in_line third{one};
    in_line fourth{one};
    const auto number = second->number();

    second.release(net::clock::now());
    auto given = one.loop.finish(third.waiting);
    BOOST_TEST(given.lease->number() == number);
    BOOST_TEST(!fourth.waiting.done());

    given.lease.release(net::clock::now());
    BOOST_TEST(one.loop.finish(fourth.waiting).lease->number() == number);
    BOOST_TEST(one.pool.opened() == 2U);
    BOOST_TEST(one.pool.idle() == 0U);
}

BOOST_AUTO_TEST_CASE(gives_the_place_of_a_connection_that_closed_to_who_waits)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 1};
    auto first = one.acquire();
    const auto number = first->number();
    in_line second{one};

    first.close();

    auto result = one.loop.finish(second.waiting);
    BOOST_TEST_REQUIRE(static_cast<bool>(result.lease));
    BOOST_TEST(result.lease->number() != number);
    BOOST_TEST(one.seen.last_closed == number);
    BOOST_TEST(one.pool.in_use() == 1U);
}

BOOST_AUTO_TEST_CASE(lets_who_waits_leave_and_serves_the_next)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 1};
    auto first = one.acquire();
    in_line leaves{one};
    in_line stays{one};

    leaves.op.interrupt(errc::attempt_timed_out);

    const auto left = one.loop.finish(leaves.waiting);
    BOOST_TEST(!left.lease);
    BOOST_TEST(left.failure.error == errc::attempt_timed_out);
    BOOST_TEST(left.failure.message == "no connection came free in time");
    BOOST_TEST(!stays.waiting.done());
    first.release(net::clock::now());
    BOOST_TEST(static_cast<bool>(one.loop.finish(stays.waiting).lease));
}

BOOST_AUTO_TEST_CASE(lets_no_deadline_pass_for_who_waits_where_its_time_stands_still)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 1, {}, 1h, 10h, net::line_time::stands_still};
    auto first = one.acquire();
    in_line second{one};
    const auto now = net::clock::now();
    second.op.set_deadline(now + 1h, errc::attempt_timed_out);

    BOOST_TEST(!second.op.is_due(now + 2h));
    first.release(now);
    const auto result = one.loop.finish(second.waiting);
    BOOST_TEST(result.time_in_line > net::clock::duration::zero());
    BOOST_TEST(second.op.is_due(now + 2h));
    BOOST_TEST(!second.op.is_due(now + 1h));
}

BOOST_AUTO_TEST_CASE(lets_nobody_past_those_who_wait)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 1};
    auto first = one.acquire();
    in_line second{one};
    in_line third{one};

    first.release(net::clock::now());

    BOOST_TEST(!one.pool.try_acquire(one.share, net::clock::now()));
    auto result = one.loop.finish(second.waiting);
    BOOST_TEST(!third.waiting.done());
    result.lease.close();
    (void)one.loop.finish(third.waiting);
}

BOOST_AUTO_TEST_CASE(does_not_let_one_failed_connect_fail_all_who_wait)
{
    std::promise<void> refuse;
    const scripted_peer peer{{[&refuse](peer_connection& connection) {
                                  connection.receive_something();
                                  refuse.get_future().wait_for(20s);
                                  connection.reset();
                              },
                              [](peer_connection& connection) { connection.receive_all(); }}};
    // The handshake never comes to an end, or is reset: connecting fails, one after the other.
    const test::server_identity identity;
    one_pool one{origin_at(peer.port(), true), 1, identity.trust()};
    in_line first{one};
    in_line second{one};
    in_line third{one};

    refuse.set_value();

    BOOST_TEST(one.loop.finish(first.waiting).failure.error == errc::tls_handshake_failed);
    BOOST_TEST(one.seen.failed == 1U);
    one.loop.run_until([&peer] { return peer.accepted() == 2; });
    BOOST_TEST(!second.waiting.done());
    BOOST_TEST(!third.waiting.done());
    third.op.interrupt(errc::canceled);
    second.op.interrupt(errc::canceled);
    BOOST_TEST(one.loop.finish(second.waiting).failure.error == errc::canceled);
    (void)one.loop.finish(third.waiting);
    BOOST_TEST(one.pool.in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(lets_any_number_in_line_fail_at_once)
{
    constexpr std::size_t many = 20'000;
    std::optional<scripted_peer> peer{std::in_place, std::vector{answering(ok_reply(""))}};
    one_pool busy{origin_at(peer->port()), 1};
    auto first = busy.acquire();
    std::vector<std::unique_ptr<in_line>> all;
    while (all.size() < many)
        all.push_back(std::make_unique<in_line>(busy));

    // A port where nobody listens: connecting fails within the call.
    peer.reset();
    first.close();
    busy.loop.run_until(
        [&] { return std::ranges::all_of(all, [](const auto& each) { return each->waiting.done(); }); });

    BOOST_TEST(busy.seen.failed == many);
    BOOST_TEST(busy.pool.in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(lets_no_share_hold_another_one_up)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 1};
    net::pool_share other{2};
    auto first = one.acquire();
    in_line waits{one};

    operation op;
    auto others = one.loop.run(one.pool.async_acquire(other, op));
    BOOST_TEST(static_cast<bool>(others.lease));
    others.lease.release(net::clock::now());
    BOOST_TEST(one.pool.idle() == 1U);
    BOOST_TEST(!waits.waiting.done());
    BOOST_TEST(static_cast<bool>(one.pool.try_acquire(other, net::clock::now())));

    first.close();
    BOOST_TEST(static_cast<bool>(one.loop.finish(waits.waiting).lease));
}

BOOST_AUTO_TEST_CASE(gives_who_waits_a_connection_that_another_share_left)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 1};
    net::pool_share other{1};
    operation op;
    auto first = one.acquire();
    auto others = one.loop.run(one.pool.async_acquire(other, op));
    in_line waits{one};
    const auto number = others.lease->number();
    others.lease.release(net::clock::now());

    first.close();
    BOOST_TEST(one.loop.finish(waits.waiting).lease->number() == number);
    BOOST_TEST(one.pool.opened() == 2U);
}

BOOST_AUTO_TEST_CASE(opens_a_replacement_in_the_place_of_the_lost_connection)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 2};
    auto lost = one.acquire();
    auto healthy = one.acquire();
    const auto numbers = std::vector{lost->number(), healthy->number()};
    in_line waits{one};

    lost->give_up();
    in_line replaces{one, lost};
    const auto replacement = one.loop.finish(replaces.waiting);
    BOOST_TEST_REQUIRE(static_cast<bool>(replacement.lease));
    BOOST_TEST(replacement.is_new);
    BOOST_TEST(replacement.lease->number() == numbers[1] + 1);
    BOOST_TEST(one.seen.last_closed == numbers[0]);
    BOOST_TEST(!waits.waiting.done());

    healthy.release(net::clock::now());
    const auto served = one.loop.finish(waits.waiting);
    BOOST_TEST(served.lease->number() == numbers[1]);
    BOOST_TEST(one.seen.opened == 3U);
    BOOST_TEST(one.seen.closed == 1U);
}

BOOST_AUTO_TEST_CASE(leaves_a_lost_connection_with_its_owner_when_its_replacement_comes_too_late)
{
    const scripted_peer peer{{answering(ok_reply(""))}};
    one_pool one{origin_at(peer.port()), 1};
    auto lost = one.acquire();
    net::operation over;
    over.interrupt(errc::canceled);
    const auto none = one.loop.run(one.pool.async_replace(one.share, lost, over));
    BOOST_TEST(none.failure.error == errc::canceled);
    BOOST_TEST(one.pool.in_use() == 1U);
    lost.close();
    BOOST_TEST(one.pool.in_use() == 0U);
}

BOOST_AUTO_TEST_CASE(leaves_no_descriptor_open_when_connecting_or_waiting_is_interrupted)
{
    const scripted_peer peer{{test::silent()}};
    const test::server_identity identity;
    one_pool one{origin_at(peer.port(), true), 2, identity.trust()};
    const auto before = test::open_descriptors();
    std::vector<std::unique_ptr<in_line>> all;
    for (int i = 0; i < 6; ++i)
        all.push_back(std::make_unique<in_line>(one));
    one.loop.run_until([&peer] { return peer.accepted() == 2; });

    // From the last to the first, so that nobody takes the place of another.
    for (auto each = all.rbegin(); each != all.rend(); ++each) {
        (*each)->op.interrupt(errc::canceled);
        BOOST_TEST(one.loop.finish((*each)->waiting).failure.error == errc::canceled);
    }

    BOOST_TEST(one.pool.in_use() == 0U);
    one.loop.run_until([before] { return test::open_descriptors() <= before; });
}

BOOST_AUTO_TEST_CASE(opens_nothing_for_an_operation_that_was_interrupted_before)
{
    const scripted_peer peer{{test::silent()}};
    for (const std::size_t limit : {0U, 1U}) {
        one_pool one{origin_at(peer.port()), limit};
        operation op;
        op.interrupt(errc::canceled);

        const auto result = one.loop.run(one.pool.async_acquire(one.share, op));

        BOOST_TEST(result.failure.error == errc::canceled);
        BOOST_TEST(one.pool.in_use() == 0U);
        BOOST_TEST(one.numbers == 0U);
    }
}

#ifndef NDEBUG
BOOST_AUTO_TEST_CASE(does_not_go_quietly_while_a_connection_is_out)
{
    const scripted_peer peer{{test::silent()}};
    auto one = std::make_unique<one_pool>(origin_at(peer.port()), 1);
    auto lease = one->acquire();

    const auto child = ::fork();
    if (child == 0) {
        ::signal(SIGABRT, SIG_DFL);
        ::close(STDERR_FILENO);
        one.reset();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);

    BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
}
#endif

BOOST_AUTO_TEST_SUITE_END()
