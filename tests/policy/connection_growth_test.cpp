#include "virtual_time.hpp"

#include "policy/connection_growth.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

struct one_growth {
    connection_growth growth{1};

    /// When one more may be opened after a failure at `now`, to the millisecond.
    time_point next_after_failure(time_point now)
    {
        growth.begin();
        growth.end();
        growth.note_failure(now);
        while (!growth.may_open(now))
            now += 1ms;
        return now;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(growth_of_connections)

BOOST_FIXTURE_TEST_CASE(has_no_bounds_of_its_own_at_first, one_growth)
{
    for (int i = 0; i < 100; ++i) {
        BOOST_TEST(growth.may_open(at(0s)));
        growth.begin();
    }
}

BOOST_FIXTURE_TEST_CASE(pauses_after_a_failure_for_ever_longer, one_growth)
{
    time_point now = at(1s);
    duration earlier{};
    for (const duration expected : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 10'000ms, 10'000ms}) {
        const time_point next = next_after_failure(now);
        BOOST_TEST((next - now >= expected));
        BOOST_TEST((next - now <= expected * 5 / 4 + 1ms));
        BOOST_TEST((next - now >= earlier * 3 / 4));
        earlier = next - now;
        now = next;
    }
}

BOOST_FIXTURE_TEST_CASE(takes_failures_that_come_together_for_one, one_growth)
{
    for (int i = 0; i < 48; ++i)
        growth.note_failure(at(1s));
    BOOST_TEST(growth.may_open(at(1s + 126ms)));
}

BOOST_FIXTURE_TEST_CASE(pauses_for_a_failure_right_behind_a_success, one_growth)
{
    growth.note_failure(at(1s));
    growth.note_success(at(1s));
    growth.note_failure(at(1s + 1ms));
    BOOST_TEST(!growth.may_open(at(1s + 2ms)));
}

BOOST_FIXTURE_TEST_CASE(tries_one_at_a_time_after_a_failure, one_growth)
{
    const time_point next = next_after_failure(at(1s));
    growth.begin();
    BOOST_TEST(!growth.may_open(next + 1h));
    growth.end();
    BOOST_TEST(growth.may_open(next + 1h));
}

BOOST_FIXTURE_TEST_CASE(lets_one_more_be_under_way_with_each_success_after_a_failure, one_growth)
{
    const time_point next = next_after_failure(at(1s));
    for (int most = 1; most < 5; ++most) {
        for (int i = 0; i < most; ++i) {
            BOOST_TEST(growth.may_open(next));
            growth.begin();
        }
        BOOST_TEST(!growth.may_open(next));
        growth.note_success(next);
        for (int i = 0; i < most; ++i)
            growth.end();
    }
    BOOST_TEST((next_after_failure(next) - next <= 126ms));
}

BOOST_FIXTURE_TEST_CASE(is_not_freed_by_one_that_was_begun_before_the_failure, one_growth)
{
    growth.begin();
    growth.begin();
    growth.note_failure(at(2s));
    growth.note_success(at(1s));
    BOOST_TEST(!growth.may_open(at(2s + 1ms)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
