#include "virtual_time.hpp"

#include "policy/adaptive_rate.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

struct steered_limiter {
    rate_limiter limiter{0, 1};
    adaptive_rate adaptive{limiter, 0, at(0s)};

    /// Requests at an even rate, each with success, from one moment to another.
    void flow(adaptive_rate& through, double per_second, duration from, duration until)
    {
        const duration interval{static_cast<duration::rep>(1e9 / per_second)};
        for (duration now = from; now < until; now += interval) {
            through.note_sent();
            through.note_success(at(now));
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(rate_found_by_itself)

BOOST_FIXTURE_TEST_CASE(limits_nothing_before_the_first_throttle, steered_limiter)
{
    flow(adaptive, 500, 0s, 5s);

    BOOST_TEST(limiter.unlimited());
    BOOST_TEST(adaptive.measured() > 480);
    BOOST_TEST(adaptive.measured() < 520);
}

BOOST_FIXTURE_TEST_CASE(falls_to_seven_tenths_of_what_was_measured, steered_limiter)
{
    flow(adaptive, 500, 0s, 5s);
    adaptive.note_throttle(at(5s));

    BOOST_TEST(!limiter.unlimited());
    BOOST_TEST(adaptive.rate() > 0.69 * 490);
    BOOST_TEST(adaptive.rate() < 0.71 * 510);
}

BOOST_FIXTURE_TEST_CASE(comes_back_to_the_old_rate_at_the_plateau_of_the_cubic, steered_limiter)
{
    flow(adaptive, 100, 0s, 5s);
    adaptive.note_throttle(at(5s));

    // ∛(0.3·100/0.4) = 4.2 s
    flow(adaptive, 75, 5s, 9200ms);

    BOOST_TEST(adaptive.rate() > 97);
    BOOST_TEST(adaptive.rate() < 103);
}

BOOST_FIXTURE_TEST_CASE(grows_to_no_more_than_twice_what_is_measured, steered_limiter)
{
    flow(adaptive, 100, 0s, 5s);
    adaptive.note_throttle(at(5s));
    flow(adaptive, 50, 5s, 60s);

    BOOST_TEST(adaptive.rate() > 95);
    BOOST_TEST(adaptive.rate() <= 102);
}

BOOST_FIXTURE_TEST_CASE(stays_below_the_rate_that_was_set, steered_limiter)
{
    rate_limiter limited{80, 1};
    adaptive_rate below{limited, 80, at(0s)};
    flow(below, 80, 0s, 5s);
    below.note_throttle(at(5s));
    BOOST_TEST(below.rate() < 60);

    flow(below, 80, 5s, 60s);
    BOOST_TEST(below.rate() == 80);

    below.set_ceiling(20, at(60s));
    BOOST_TEST(below.rate() == 20);
}

BOOST_FIXTURE_TEST_CASE(never_stops_altogether, steered_limiter)
{
    for (int i = 1; i < 50; ++i)
        adaptive.note_throttle(at(i * 1s));
    BOOST_TEST(adaptive.rate() == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
