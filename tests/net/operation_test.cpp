#include "net/event_loop.hpp"
#include "net/readable_errors.hpp"

#include "net/operation.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <memory>

using namespace jobaudit;
using namespace std::chrono_literals;
using net::operation;
using net::wait_point;
using net::wake;

namespace {

const net::clock::time_point start{1h};

boost::asio::awaitable<wake> wait_at(wait_point& point, operation& op)
{
    const auto why = co_await op.wait(point);
    op.resumed();
    co_return why;
}

// As big as no awaitable's handler is.
struct big_handler {
    std::array<std::shared_ptr<int>, 8> ballast{};
    wake* seen = nullptr;

    void operator()(wake why) const { *seen = why; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(operations)

BOOST_AUTO_TEST_CASE(is_woken_by_its_wait_point)
{
    test::event_loop loop;
    operation op;
    wait_point point;
    auto waiting = loop.start(wait_at(point, op));
    BOOST_TEST(point.has_waiter());

    point.notify(wake::ready);

    BOOST_TEST(!point.has_waiter());
    loop.settle();
    BOOST_TEST_REQUIRE(waiting.done());
    BOOST_TEST((waiting.take() == wake::ready));
    BOOST_TEST(!op.interrupted());
}

BOOST_AUTO_TEST_CASE(ends_its_wait_when_it_is_interrupted)
{
    test::event_loop loop;
    operation op;
    wait_point point;
    auto waiting = loop.start(wait_at(point, op));

    op.interrupt(errc::canceled);

    BOOST_TEST((loop.finish(waiting) == wake::interrupted));
    BOOST_TEST(op.reason() == errc::canceled);
}

BOOST_AUTO_TEST_CASE(keeps_the_first_reason_until_it_is_reset)
{
    operation op;
    op.interrupt(errc::client_closed);
    op.interrupt(errc::canceled);
    BOOST_TEST(op.reason() == errc::client_closed);

    op.reset();

    BOOST_TEST(!op.interrupted());
    op.interrupt(errc::canceled);
    BOOST_TEST(op.reason() == errc::canceled);
}

BOOST_AUTO_TEST_CASE(touches_no_wait_point_that_it_has_left)
{
    test::event_loop loop;
    operation op;
    auto point = std::make_unique<wait_point>();
    auto waiting = loop.start(wait_at(*point, op));
    point->notify(wake::ready);
    loop.settle();
    BOOST_TEST_REQUIRE(waiting.done());
    wait_point other;
    operation somebody;
    auto still_waiting = loop.start(wait_at(other, somebody));
    point.reset();

    op.interrupt(errc::canceled);

    BOOST_TEST(op.reason() == errc::canceled);
    BOOST_TEST(!still_waiting.done());
    somebody.interrupt(errc::canceled);
    loop.finish(still_waiting);
}

BOOST_AUTO_TEST_CASE(is_interrupted_by_the_deadline_that_has_passed)
{
    struct {
        net::clock::duration whole;
        net::clock::duration phase;
        net::clock::duration now;
        error_code reason;
    } const cases[] = {
        {10s, 5s, 4s, {}},
        {10s, 5s, 5s, errc::connect_timed_out},
        {5s, 10s, 5s, errc::job_timed_out},
        {5s, 5s, 9s, errc::job_timed_out},
        {net::clock::duration::max() / 2, 5s, 4s, {}},
    };
    for (const auto& each : cases) {
        operation op;
        op.set_deadline(start + each.whole, errc::job_timed_out);
        op.set_phase_deadline(start + each.phase, errc::connect_timed_out);

        BOOST_TEST(op.is_due(start + each.now) == static_cast<bool>(each.reason));
        op.check(start + each.now);

        BOOST_TEST(op.reason() == each.reason);
        BOOST_TEST(!op.is_due(start + each.now));
    }
}

BOOST_AUTO_TEST_CASE(has_a_phase_whose_reason_changes_and_whose_end_lifts_its_deadline)
{
    operation op;
    op.set_phase_deadline(start, errc::connect_timed_out);
    op.set_phase_reason(errc::tls_handshake_timed_out);
    op.check(start);
    BOOST_TEST(op.reason() == errc::tls_handshake_timed_out);

    op.reset();
    op.set_phase_deadline(start, errc::connect_timed_out);
    op.clear_phase_deadline();
    BOOST_TEST(!op.is_due(start + 1h));
}

BOOST_AUTO_TEST_CASE(postpones_both_deadlines_but_none_that_is_not_set)
{
    operation op;
    op.set_deadline(start + 10s, errc::job_timed_out);
    op.postpone(5s);
    BOOST_TEST(!op.is_due(start + 14s));
    BOOST_TEST(op.is_due(start + 15s));

    op.set_phase_deadline(start + 1s, errc::connect_timed_out);
    op.postpone(1s);
    BOOST_TEST(!op.is_due(start + 1s));
    BOOST_TEST(op.is_due(start + 2s));

    operation endless;
    endless.postpone(1h);
    BOOST_TEST(!endless.is_due(net::clock::time_point::max() - 1ns));
}

BOOST_AUTO_TEST_CASE(leaves_the_list_of_its_watcher_when_it_ends)
{
    net::operation_list watched;
    {
        operation op;
        watched.push_back(op);
        BOOST_TEST(op.is_linked());
    }
    BOOST_TEST(watched.empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(wait_points)

BOOST_AUTO_TEST_CASE(does_nothing_when_nobody_waits)
{
    wait_point point;
    point.notify(wake::ready);
    BOOST_TEST(!point.has_waiter());
}

BOOST_AUTO_TEST_CASE(takes_handlers_of_any_size)
{
    const auto ballast = std::make_shared<int>(7);
    wake seen{};
    wait_point point;
    point.async_wait(big_handler{{ballast, ballast}, &seen});
    BOOST_TEST(ballast.use_count() == 3);

    point.notify(wake::interrupted);

    BOOST_TEST((seen == wake::interrupted));
    BOOST_TEST(ballast.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(drops_the_handler_that_waits_when_it_goes)
{
    const auto ballast = std::make_shared<int>(7);
    wake seen = wake::ready;
    {
        wait_point small;
        small.async_wait([ballast](wake) {});
        wait_point big;
        big.async_wait(big_handler{{ballast}, &seen});
        BOOST_TEST(ballast.use_count() == 3);
    }
    BOOST_TEST(ballast.use_count() == 1);
    BOOST_TEST((seen == wake::ready));
}

BOOST_AUTO_TEST_CASE(can_be_waited_at_anew_from_within_the_waking)
{
    wait_point point;
    int woken = 0;
    point.async_wait([&](wake) {
        ++woken;
        point.async_wait([&](wake) { ++woken; });
    });

    point.notify(wake::ready);
    BOOST_TEST(woken == 1);
    BOOST_TEST(point.has_waiter());
    point.notify(wake::ready);
    BOOST_TEST(woken == 2);
}

BOOST_AUTO_TEST_CASE(may_be_gone_when_the_waking_returns)
{
    auto point = std::make_unique<wait_point>();
    auto* raw = point.get();
    point->async_wait([&point](wake) { point.reset(); });

    raw->notify(wake::ready);

    BOOST_TEST(!point);
}

BOOST_AUTO_TEST_SUITE_END()
