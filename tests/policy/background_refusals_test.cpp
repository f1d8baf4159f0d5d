#include "virtual_time.hpp"

#include "policy/background_refusals.hpp"
#include "policy/random.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace jobaudit::policy {

namespace {

/// Requests at a steady rate, which the test changes.
struct stream {
    background_refusals seen;
    random_source random{7};
    duration now{};
    std::uint64_t passed = 0;
    double rate = 1000;
    duration pause{};
    unsigned refused = 0;
    unsigned background = 0;

    void send(bool is_refused)
    {
        now += duration{static_cast<duration::rep>(1e9 / rate)};
        if (!is_refused) {
            ++passed;
            return;
        }
        ++refused;
        seen.note_refusal(at(now + 1ms), at(now), passed, {rate, 0}, pause);
        background += seen.is_background() ? 1 : 0;
        if (!seen.is_background())
            rate = std::max(rate * 0.8, 1.0);
    }

    /// A share of them is refused, whatever the rate.
    void refuse_at_random(unsigned requests, double share)
    {
        for (unsigned i = 0; i < requests; ++i)
            send(random.unit() < share);
    }

    /// All above a limit are refused; nothing is saved up.
    void refuse_above(double limit, unsigned requests)
    {
        double room = 0;
        for (unsigned i = 0; i < requests; ++i) {
            room = std::min(1.0, room + limit / rate);
            const bool passes = room >= 1;
            room -= passes ? 1 : 0;
            send(!passes);
            if (rate < limit)
                rate *= 1.001;
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(refusals)

BOOST_AUTO_TEST_CASE(at_any_rate_are_background_after_some_time)
{
    for (const double share : {0.01, 0.03, 0.1}) {
        stream with;
        with.refuse_at_random(static_cast<unsigned>(60 / share), share);
        BOOST_TEST_CONTEXT("of " << share) BOOST_TEST(with.seen.is_background());
        BOOST_TEST(with.refused - with.background <= 30u);
    }
}

BOOST_AUTO_TEST_CASE(above_a_limit_never_are)
{
    stream with;
    with.refuse_above(200, 20'000);
    BOOST_TEST(with.refused > 20u);
    BOOST_TEST(with.background == 0u);
    BOOST_TEST(with.seen.borne() <= 210);
    BOOST_TEST(with.seen.borne() >= 150);
}

BOOST_AUTO_TEST_CASE(that_come_with_a_pause_never_are)
{
    stream with;
    with.pause = 1s;
    with.refuse_at_random(6000, 0.03);
    BOOST_TEST(with.background == 0u);
}

BOOST_AUTO_TEST_CASE(at_any_rate_are_found_out_though_some_of_them_come_with_a_pause)
{
    stream with;
    unsigned number = 0;
    for (unsigned i = 0; i < 2000; ++i) {
        const bool is_refused = with.random.unit() < 0.1;
        with.pause = is_refused && ++number % 5 == 0 ? 1s : 0s;
        with.send(is_refused);
        with.now += with.pause;
    }
    BOOST_TEST(with.refused > 150u);
    BOOST_TEST(with.refused - with.background <= 60u);
}

BOOST_AUTO_TEST_CASE(at_any_rate_are_found_out_at_one_that_is_very_low_by_then)
{
    stream with;
    with.refuse_at_random(60, 0.1);
    BOOST_TEST_REQUIRE(!with.seen.is_background());
    with.rate = 1;
    with.refuse_at_random(300, 0.05);
    BOOST_TEST(with.background > 0u);
}

BOOST_AUTO_TEST_CASE(beyond_the_background_are_due_to_a_limit)
{
    stream with;
    with.refuse_at_random(3000, 0.03);
    BOOST_TEST_REQUIRE(with.seen.is_background());
    with.rate = 1000;
    for (int i = 0; i < 40; ++i)
        with.send(i % 2 == 0);
    BOOST_TEST(!with.seen.is_background());
}

BOOST_AUTO_TEST_CASE(are_no_background_any_more_after_they_stayed_away)
{
    stream with;
    with.refuse_at_random(3000, 0.03);
    BOOST_TEST_REQUIRE(with.seen.is_background());
    with.refuse_at_random(1000, 0);
    with.send(true);
    BOOST_TEST(!with.seen.is_background());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
