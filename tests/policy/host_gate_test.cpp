#include "virtual_time.hpp"

#include "policy/host_gate.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace jobaudit::policy {

namespace {

struct gate_and_time {
    held_time held;
    host_gate gate{held, 1};

    /// How long an event without a hint closes the gate.
    duration unhinted_event(time_point now)
    {
        gate.throttled(now, gate.epoch(), {});
        return gate.open_at() - now;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(gate)

BOOST_FIXTURE_TEST_CASE(is_open_at_first, gate_and_time)
{
    BOOST_TEST(!gate.closed(at(0s)));
    BOOST_TEST(gate.epoch() == 0u);
}

BOOST_FIXTURE_TEST_CASE(stays_closed_for_what_the_server_asked_and_little_more, gate_and_time)
{
    BOOST_TEST(gate.throttled(at(1s), 0, 2s));

    BOOST_TEST(gate.closed(at(3s)));
    BOOST_TEST(!gate.closed(at(3106ms)));
    BOOST_TEST(gate.epoch() == 1u);
    BOOST_TEST(held.total(at(1h)) == gate.open_at() - at(1s));
}

BOOST_FIXTURE_TEST_CASE(is_not_closed_by_a_wait_of_zero, gate_and_time)
{
    BOOST_TEST(!gate.throttled(at(1s), 0, 0s));

    BOOST_TEST(!gate.closed(at(1s)));
    BOOST_TEST(gate.epoch() == 0u);
}

BOOST_FIXTURE_TEST_CASE(doubles_its_pause_with_each_event_without_a_hint, gate_and_time)
{
    duration expected = 1s;
    for (int event = 0; event < 12; ++event) {
        const duration pause = unhinted_event(at(event * 2min));
        BOOST_TEST(pause >= expected);
        BOOST_TEST(pause <= expected * 5 / 4);
        expected = std::min(2 * expected, duration{60s});
    }
}

BOOST_FIXTURE_TEST_CASE(takes_echoes_of_an_event_for_the_same_event, gate_and_time)
{
    (void)unhinted_event(at(0s));
    const time_point opens = gate.open_at();

    for (int echo = 0; echo < 50; ++echo)
        BOOST_TEST(!gate.throttled(at(10ms), 0, {}));

    BOOST_TEST(gate.open_at() == opens);
    BOOST_TEST(gate.epoch() == 1u);
    BOOST_TEST(unhinted_event(at(5s)) <= 2500ms);
}

BOOST_FIXTURE_TEST_CASE(opens_later_when_an_echo_names_a_later_time, gate_and_time)
{
    (void)unhinted_event(at(0s));

    BOOST_TEST(!gate.throttled(at(10ms), 0, 30s));

    BOOST_TEST(gate.closed(at(30s)));
    BOOST_TEST(gate.epoch() == 1u);
}

BOOST_FIXTURE_TEST_CASE(never_opens_earlier_than_it_said, gate_and_time)
{
    gate.throttled(at(0s), 0, 30s);
    gate.throttled(at(1s), 1, 1s);

    BOOST_TEST(gate.closed(at(30s)));
}

BOOST_FIXTURE_TEST_CASE(forgets_the_doubling_once_requests_flow_again, gate_and_time)
{
    (void)unhinted_event(at(0s));
    (void)unhinted_event(at(10s));
    gate.recovered(1);
    BOOST_TEST(unhinted_event(at(20s)) >= 4s);

    gate.recovered(gate.epoch());

    BOOST_TEST(unhinted_event(at(60s)) <= 1250ms);
}

BOOST_FIXTURE_TEST_CASE(stays_open_without_a_time_for_who_slows_down_by_other_means, gate_and_time)
{
    BOOST_TEST(gate.throttled(at(1s), 0, {}, 0s));
    BOOST_TEST(!gate.closed(at(1s)));
    BOOST_TEST(gate.epoch() == 1u);
    BOOST_TEST(!gate.throttled(at(1s), 0, {}, 0s));

    BOOST_TEST(gate.throttled(at(2s), 1, 3s, 0s));
    BOOST_TEST(gate.closed(at(5s)));
}

BOOST_FIXTURE_TEST_CASE(closes_without_a_time_for_about_as_long_as_who_asks_wants_to_wait, gate_and_time)
{
    for (const duration pause : {400ms, 300ms, 5000ms}) {
        const time_point now = std::max(at(0s), gate.open_at() + 1s);
        BOOST_TEST(gate.throttled(now, gate.epoch(), {}, pause));
        BOOST_TEST(gate.open_at() >= now + pause);
        BOOST_TEST(gate.open_at() <= now + pause + pause / 4);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
