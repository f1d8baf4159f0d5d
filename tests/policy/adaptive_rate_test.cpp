#include "virtual_time.hpp"

#include "policy/adaptive_rate.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace jobaudit::policy {

namespace {

struct steered_limiter {
    steered_limiter() { adaptive.begin(at(0s)); }

    rate_limiter limiter{0, 1};
    adaptive_rate adaptive{limiter, 0, at(0s)};

    /// Requests at the rate that is allowed, but no more than `most` a second, each with success, from one moment to
    /// another.
    void flow(duration from, duration until, double most = 1e6)
    {
        for (duration now = from; now < until;) {
            adaptive.note_sent();
            adaptive.note_success(at(now), at(now));
            now += duration{static_cast<duration::rep>(1e9 / std::min(adaptive.rate(), most))};
        }
    }

    /// A request that is sent just now gets through a little later.
    void pass(duration now) { adaptive.note_success(at(now + 1ms), at(now)); }

    /// A request sent just now is refused; the server asks for `pause`.
    void refuse(duration now, duration pause = 0s) { adaptive.note_throttle(at(now), at(now), at(now + pause)); }
};

[[nodiscard]] auto within(double low, double high)
{
    return [low, high](double value) { return low <= value && value <= high; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rate_found_by_itself)

BOOST_FIXTURE_TEST_CASE(begins_low_and_grows_by_half_every_200_ms_until_the_first_throttle, steered_limiter)
{
    BOOST_TEST(adaptive.rate() == adaptive_rate::first_rate);
    BOOST_TEST(!limiter.unlimited());

    flow(0s, 1s);

    BOOST_TEST(within(300, 380)(adaptive.rate()));
}

BOOST_FIXTURE_TEST_CASE(grows_to_no_more_than_twice_what_is_measured, steered_limiter)
{
    flow(0s, 5s, 100);

    BOOST_TEST(within(95, 105)(adaptive.measured()));
    BOOST_TEST(within(150, 210)(adaptive.rate()));
}

BOOST_FIXTURE_TEST_CASE(grows_where_what_is_sent_is_little_because_slots_are_lost, steered_limiter)
{
    refuse(0s);
    BOOST_TEST(adaptive.rate() == 25);

    for (duration now = 0s; now < 60s; now += 40ms) {
        adaptive.note_lost();
        if (now % 200ms != 0s)
            continue;
        adaptive.note_sent();
        adaptive.note_success(at(now), at(now));
    }

    BOOST_TEST(within(4.9, 5.1)(adaptive.measured()));
    BOOST_TEST(within(58, 63)(adaptive.rate()));
}

BOOST_FIXTURE_TEST_CASE(falls_to_half_of_what_was_refused_first, steered_limiter)
{
    flow(0s, 1s);
    const double reached = adaptive.rate();
    refuse(1s);

    BOOST_TEST(within(0.49 * reached, 0.51 * reached)(adaptive.rate()));
}

BOOST_FIXTURE_TEST_CASE(falls_to_half_of_what_really_left_when_more_was_allowed, steered_limiter)
{
    flow(0s, 1500ms, 300);
    BOOST_TEST(within(550, 650)(adaptive.rate()));
    refuse(1500ms);

    BOOST_TEST(within(140, 200)(adaptive.rate()));
}

BOOST_FIXTURE_TEST_CASE(takes_nothing_from_a_count_that_began_after_the_throttle, steered_limiter)
{
    flow(0s, 1s);

    // The thread that was refused read its clock, and others have gone on since.
    refuse(500ms);

    BOOST_TEST(within(60, 70)(adaptive.rate()));
}

BOOST_FIXTURE_TEST_CASE(counts_from_the_rate_at_which_the_refused_request_was_sent, steered_limiter)
{
    flow(0s, 1s);
    adaptive.note_throttle(at(1s), at(600ms), at(1s));

    // 50·1.5³ at 600 ms
    BOOST_TEST(within(0.49 * 169, 0.51 * 169)(adaptive.rate()));
}

BOOST_FIXTURE_TEST_CASE(comes_back_to_the_old_rate_at_the_plateau_of_the_cubic, steered_limiter)
{
    flow(0s, 1s);
    const double reached = adaptive.rate();
    refuse(1s);
    flow(1s, 2200ms);

    BOOST_TEST(within(0.98 * reached, 1.02 * reached)(adaptive.rate()));
}

BOOST_FIXTURE_TEST_CASE(falls_less_and_stays_longer_just_below_a_limit_that_it_knows, steered_limiter)
{
    flow(0s, 1s);
    refuse(1s);
    flow(1s, 3s);
    refuse(3s);
    flow(3s, 9s);
    const double limit = adaptive.rate();
    refuse(9s);

    BOOST_TEST(within(0.91 * limit, 0.93 * limit)(adaptive.rate()));
    flow(9s, 15s);
    BOOST_TEST(within(0.97 * limit, 1.01 * limit)(adaptive.rate()));
    flow(15s, 60s);
    BOOST_TEST(adaptive.rate() > 1.5 * limit);
}

BOOST_FIXTURE_TEST_CASE(takes_no_notice_of_what_was_sent_before_it_slowed_down, steered_limiter)
{
    flow(0s, 1s);
    refuse(1s);
    const double slower = adaptive.rate();
    adaptive.note_throttle(at(1050ms), at(990ms), at(1050ms));
    adaptive.note_throttle(at(1060ms), at(1s) + limiter.interval() / 2, at(1060ms));
    BOOST_TEST(adaptive.rate() == slower);

    pass(1010ms);
    adaptive.note_throttle(at(1070ms), at(1s) + 2 * limiter.interval(), at(1070ms));
    BOOST_TEST(adaptive.rate() < slower);
}

BOOST_FIXTURE_TEST_CASE(lowers_nothing_more_before_any_request_at_the_lower_rate_got_through, steered_limiter)
{
    flow(0s, 1s);
    refuse(1s);
    const double slower = adaptive.rate();
    adaptive.note_success(at(1010ms), at(990ms));
    refuse(1100ms);
    BOOST_TEST(adaptive.rate() == slower);

    pass(1110ms);
    refuse(1120ms);
    BOOST_TEST(adaptive.rate() < slower);
}

BOOST_FIXTURE_TEST_CASE(does_not_fall_while_nothing_gets_through, steered_limiter)
{
    flow(0s, 1s);
    refuse(1s);
    const double slower = adaptive.rate();

    for (const duration again : {1300ms, 2000ms, 4000ms, 8000ms})
        refuse(again, 1s);

    BOOST_TEST(adaptive.rate() == slower);
}

BOOST_FIXTURE_TEST_CASE(is_led_by_what_passed_before_a_silence_over_the_time_until_then, steered_limiter)
{
    for (int i = 0; i < 1000; ++i)
        pass(10ms);
    refuse(20ms);
    BOOST_TEST(within(20, 30)(adaptive.rate()));

    refuse(2s);
    BOOST_TEST(within(399, 401)(adaptive.rate()));
    refuse(5s);
    BOOST_TEST(within(159, 161)(adaptive.rate()));
    flow(5s, 8s);
    BOOST_TEST(within(195, 205)(adaptive.rate()));
    BOOST_TEST(adaptive.found() == 0);
}

BOOST_FIXTURE_TEST_CASE(takes_no_mean_of_a_slow_start_for_the_limit, steered_limiter)
{
    refuse(0s);
    flow(0s, 5s, 150);
    BOOST_TEST(adaptive.rate() > 200);

    adaptive.note_throttle(at(5s), at(5s), at(5s), 40);

    BOOST_TEST(within(0.75 * 150, 150)(adaptive.rate()));
}

BOOST_FIXTURE_TEST_CASE(lowers_what_it_aims_at_when_it_is_refused_at_once_again, steered_limiter)
{
    flow(0s, 1s);
    refuse(1s);
    const double refused_again = adaptive.rate();
    pass(1005ms);
    refuse(1015ms);
    flow(1015ms, 2900ms);

    BOOST_TEST(adaptive.rate() < 0.85 * refused_again);
}

BOOST_FIXTURE_TEST_CASE(probes_more_rarely_where_each_throttle_costs_a_pause, steered_limiter)
{
    flow(0s, 1s);
    refuse(1s, 1s);
    flow(2s, 10s);
    refuse(10s, 1s);
    flow(11s, 20s);
    const double limit = adaptive.rate();
    refuse(20s, 1s);

    flow(21s, 40s);
    BOOST_TEST(adaptive.rate() < limit);
}

BOOST_FIXTURE_TEST_CASE(knows_whether_anything_gets_through, steered_limiter)
{
    BOOST_TEST(!adaptive.gets_through());
    flow(0s, 100ms);
    BOOST_TEST(adaptive.gets_through());
    refuse(100ms);
    BOOST_TEST(!adaptive.gets_through());
}

BOOST_FIXTURE_TEST_CASE(pauses_for_a_part_of_the_time_for_which_nothing_got_through, steered_limiter)
{
    flow(0s, 1s);
    BOOST_TEST(adaptive.pause(at(1s)) == duration::zero());
    refuse(1s);
    BOOST_TEST(adaptive.pause(at(1010ms)) == 250ms);
    refuse(1300ms);
    BOOST_TEST(adaptive.pause(at(7s)) == 2s);
    refuse(7s);
    BOOST_TEST(adaptive.pause(at(16s)) == 5s);
    BOOST_TEST(adaptive.pause(at(1h)) == 1min);

    pass(16s);
    BOOST_TEST(adaptive.pause(at(16s)) == duration::zero());
}

BOOST_FIXTURE_TEST_CASE(is_found_once_throttles_come_near_each_other, steered_limiter)
{
    flow(0s, 1s);
    BOOST_TEST(adaptive.found() == 0);
    refuse(1s);
    BOOST_TEST(adaptive.found() == 0);
    flow(1s, 4s);
    refuse(4s);
    BOOST_TEST(adaptive.found() > 0);
    BOOST_TEST(adaptive.found() <= adaptive.rate() * 1.25);
}

BOOST_AUTO_TEST_CASE(stays_below_the_rate_that_was_set)
{
    rate_limiter limited{80, 1};
    adaptive_rate below{limited, 80, at(0s)};
    below.begin(at(0s));
    for (duration now = 0s; now < 5s; now += 12500us) {
        below.note_sent();
        below.note_success(at(now), at(now));
    }
    BOOST_TEST(below.rate() == 80);

    below.set_ceiling(20, at(60s));
    BOOST_TEST(below.rate() == 20);
}

BOOST_FIXTURE_TEST_CASE(never_stops_altogether, steered_limiter)
{
    for (int i = 1; i < 100; ++i) {
        refuse(i * 3s);
        pass(i * 3s + 1ms);
    }
    BOOST_TEST(adaptive.rate() == 0.5);
}

BOOST_FIXTURE_TEST_CASE(grows_from_its_lowest_however_often_it_was_refused_there, steered_limiter)
{
    for (int i = 1; i < 300; ++i) {
        refuse(i * 3s);
        pass(i * 3s + 1ms);
    }

    flow(900s, 960s);

    BOOST_TEST(adaptive.rate() > 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
