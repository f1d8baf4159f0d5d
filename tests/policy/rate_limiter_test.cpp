#include "virtual_time.hpp"

#include "policy/rate_limiter.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace jobaudit::policy {

namespace {

[[nodiscard]] unsigned slots_free_at(rate_limiter& limiter, time_point now)
{
    unsigned count = 0;
    while (limiter.reserve(now).at == now)
        ++count;
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rate_limits)

BOOST_AUTO_TEST_CASE(gives_slots_an_interval_apart_from_the_first_one_on)
{
    rate_limiter limiter{100, 1};

    BOOST_TEST(limiter.interval() > 10ms);
    BOOST_TEST(limiter.interval() < 10'100us);
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(limiter.reserve(at(0ms)).at == at(i * limiter.interval()));
}

BOOST_AUTO_TEST_CASE(saves_up_no_more_than_the_burst_in_a_long_pause)
{
    rate_limiter limiter{100, 3};
    (void)limiter.reserve(at(0ms));

    BOOST_TEST(slots_free_at(limiter, at(1h)) == 3u);
}

BOOST_AUTO_TEST_CASE(lets_the_burst_out_at_the_start_and_the_rate_after_it)
{
    rate_limiter limiter{100, 3};

    BOOST_TEST(slots_free_at(limiter, at(0ms)) == 3u);
    BOOST_TEST(limiter.reserve(at(0ms)).at == at(2 * limiter.interval()));
}

BOOST_AUTO_TEST_CASE(makes_good_for_a_short_delay_but_not_for_a_long_one)
{
    rate_limiter limiter{1000, 1};
    (void)limiter.reserve(at(0ms));

    BOOST_TEST(slots_free_at(limiter, at(3900us)) == 3u);
    BOOST_TEST(slots_free_at(limiter, at(1s)) == 1u);
}

BOOST_AUTO_TEST_CASE(lets_a_slot_be_used_until_four_milliseconds_after_its_planned_time)
{
    rate_limiter limiter{1000, 1};
    const duration interval = limiter.interval();

    BOOST_TEST(limiter.reserve(at(0ms)).latest() == at(4ms));
    BOOST_TEST(limiter.reserve(at(0ms)).latest() == at(4ms) + interval);
    // The plan lags behind, and what is caught up with was planned for then.
    const auto behind = limiter.reserve(at(3ms));
    BOOST_TEST(behind.at == at(3ms));
    BOOST_TEST(behind.latest() == at(4ms) + 2 * interval);
}

BOOST_AUTO_TEST_CASE(moves_the_end_of_a_slot_with_its_beginning)
{
    rate_limiter limiter{0.01, 1};
    (void)limiter.reserve(at(0ms));
    const auto slot = limiter.reserve(at(0ms));

    limiter.set_rate(100, at(0ms));

    const auto moved = limiter.moved(slot, at(0ms));
    BOOST_TEST_REQUIRE(moved.has_value());
    BOOST_TEST(moved->latest() == moved->at + rate_limiter::max_delay);
    BOOST_TEST(limiter.moved(*moved, moved->latest())->latest() == moved->latest());
}

BOOST_AUTO_TEST_CASE(never_holds_anybody_up_without_a_rate)
{
    rate_limiter limiter{0, 1};

    BOOST_TEST(limiter.unlimited());
    for (int i = 0; i < 100; ++i)
        BOOST_TEST(limiter.reserve(at(5ms)).at == at(5ms));
}

BOOST_AUTO_TEST_CASE(moves_what_is_in_line_when_the_rate_changes)
{
    rate_limiter limiter{0.01, 1};
    (void)limiter.reserve(at(0ms));
    const auto slot = limiter.reserve(at(0ms));
    BOOST_TEST(slot.at > at(100s));

    limiter.set_rate(100, at(0ms));

    const duration fast = limiter.interval();
    BOOST_TEST(limiter.moved(slot, at(0ms))->at <= at(fast));
    BOOST_TEST(limiter.reserve(at(0ms)).at <= at(2 * fast));
}

BOOST_AUTO_TEST_CASE(leaves_what_is_in_line_where_it_is_when_the_rate_grows_a_little)
{
    rate_limiter limiter{10, 1};
    (void)limiter.reserve(at(0ms));
    const auto slot = limiter.reserve(at(0ms));

    limiter.set_rate(15, at(20ms));

    BOOST_TEST(limiter.moved(slot, at(60ms))->at == slot.at);
    BOOST_TEST(limiter.reserve(at(60ms)).at == slot.at + slot.interval);
}

BOOST_AUTO_TEST_CASE(forgets_a_line_that_stood_before_there_was_no_limit)
{
    rate_limiter limiter{0.001, 1};
    for (int i = 0; i < 4; ++i)
        (void)limiter.reserve(at(0ms));

    limiter.set_rate(0, at(1s));
    limiter.set_rate(100, at(2s));

    BOOST_TEST(limiter.reserve(at(2s)).at == at(2s));
}

BOOST_AUTO_TEST_CASE(moves_a_long_line_also_in_small_steps)
{
    rate_limiter limiter{0.001, 1};
    (void)limiter.reserve(at(0ms));
    auto held = limiter.reserve(at(0ms));
    for (double rate = 0.001; rate < 100; rate *= 1.9) {
        limiter.set_rate(rate, at(0ms));
        held = *limiter.moved(held, at(0ms));
    }

    BOOST_TEST(held.at <= at(1s));
    BOOST_TEST(limiter.reserve(at(0ms)).at <= at(2s));
}

BOOST_AUTO_TEST_CASE(lets_a_slot_be_used_late_when_nothing_has_left_since)
{
    rate_limiter limiter{10, 1};
    const auto passed = limiter.reserve(at(0ms));
    const auto reserved = limiter.reserve(at(0ms));

    BOOST_TEST(limiter.use_late(passed, passed.at, at(60ms)));

    BOOST_TEST(limiter.is_void(reserved));
    const auto next = limiter.reserve(at(60ms));
    BOOST_TEST(next.at >= at(60ms) + limiter.interval());
    BOOST_TEST(!limiter.is_void(next));
    BOOST_TEST(!limiter.use_late(passed, passed.at, at(70ms)));
}

BOOST_AUTO_TEST_CASE(lets_no_slot_be_used_late_that_a_late_use_made_void)
{
    rate_limiter limiter{10, 1};
    const auto passed = limiter.reserve(at(0ms));
    const auto other = limiter.reserve(at(0ms));
    const time_point now = other.at;

    BOOST_TEST(limiter.use_late(passed, passed.at, now));

    BOOST_TEST(!limiter.use_late(other, now, now + 50ms));
}

BOOST_AUTO_TEST_CASE(voids_with_a_late_use_all_that_was_planned_before_it_whatever_the_burst)
{
    rate_limiter limiter{10, 5};
    const auto passed = limiter.reserve(at(0ms));
    const auto reserved = limiter.reserve(at(0ms));

    BOOST_TEST(limiter.use_late(passed, passed.at, at(200ms)));

    BOOST_TEST(limiter.is_void(reserved));
    BOOST_TEST(!limiter.moved(reserved, at(200ms)).has_value());
    BOOST_TEST(slots_free_at(limiter, at(200ms)) == 4u);
}

BOOST_AUTO_TEST_CASE(voids_a_slot_once_with_the_interval_of_the_late_use)
{
    rate_limiter limiter{0.1, 1};
    const auto passed = limiter.reserve(at(0ms));
    const auto before = limiter.reserve(at(0ms));
    BOOST_TEST(limiter.use_late(passed, passed.at, at(1s)));
    const auto behind = limiter.reserve(at(1s));

    limiter.set_rate(100, at(2s));
    BOOST_TEST(!limiter.moved(before, at(2s)));
    auto held = limiter.moved(behind, at(2s));
    BOOST_TEST_REQUIRE(held.has_value());

    limiter.set_rate(0.1, at(2s));
    for (int look = 0; look < 2 && held; ++look)
        held = limiter.moved(*held, at(2s));
    BOOST_TEST(held.has_value());
}

BOOST_AUTO_TEST_CASE(keeps_a_long_line_in_range_when_the_rate_becomes_the_slowest)
{
    rate_limiter limiter{100, 10'000};
    while (limiter.reserve(at(0ms)).at == at(0ms))
        ;
    limiter.set_rate(1e-5, at(0ms));

    BOOST_TEST(limiter.reserve(at(0ms)).at > at(1h));
}

BOOST_AUTO_TEST_CASE(does_not_void_the_slots_of_a_faster_rate_after_a_late_use)
{
    rate_limiter limiter{0.01, 1};
    const auto passed = limiter.reserve(at(0ms));
    BOOST_TEST(limiter.use_late(passed, passed.at, at(10ms)));

    limiter.set_rate(100, at(20ms));

    const auto next = limiter.reserve(at(20ms));
    BOOST_TEST(next.at <= at(40ms));
    BOOST_TEST(!limiter.is_void(next));
}

BOOST_AUTO_TEST_CASE(puts_no_slot_of_the_old_rate_into_the_line_of_the_new_one)
{
    constexpr int slots = 40;
    for (int round = 0; round < 500; ++round) {
        rate_limiter limiter{0.001, 1};
        std::atomic<int> taken{0};
        std::vector<rate_limiter::slot> held(slots);
        std::thread other{[&] {
            for (auto& each : held) {
                each = limiter.reserve(at(0ms));
                taken.fetch_add(1, std::memory_order_relaxed);
            }
        }};
        while (taken.load(std::memory_order_relaxed) <= round % slots)
            ;
        limiter.set_rate(100'000, at(0ms));
        other.join();

        const time_point latest = at(slots * limiter.interval());
        BOOST_REQUIRE(limiter.reserve(at(0ms)).at <= latest);
        for (const auto& each : held)
            BOOST_REQUIRE(limiter.moved(each, at(0ms))->at <= latest);
    }
}

BOOST_AUTO_TEST_CASE(starts_to_limit_at_once_when_a_rate_is_set)
{
    rate_limiter limiter{0, 1};
    (void)limiter.reserve(at(0ms));

    limiter.set_rate(10, at(1s));

    BOOST_TEST(slots_free_at(limiter, at(1s)) == 1u);
    limiter.set_rate(0, at(1s));
    BOOST_TEST(limiter.reserve(at(1s)).at == at(1s));
}

BOOST_AUTO_TEST_CASE(takes_any_rate_and_burst)
{
    for (const double rate : {1e-12, 1e-3, 1.0, 1e9, 1e300}) {
        rate_limiter limiter{rate, 4'000'000'000u};
        BOOST_TEST(limiter.reserve(at(0ms)).at == at(0ms));
    }
}

BOOST_AUTO_TEST_CASE(gives_nothing_of_a_burst_back_for_a_late_use)
{
    rate_limiter limiter{10, 4};
    (void)limiter.reserve(at(0ms));
    const auto second = limiter.reserve(at(0ms));
    const auto late = at(limiter.interval() / 2);
    BOOST_TEST_REQUIRE(limiter.use_late(second, second.at, late));
    BOOST_TEST((limiter.reserve(late).at == late));
    BOOST_TEST((limiter.reserve(late).at == late));
    BOOST_TEST((limiter.reserve(late).at > late));
}

BOOST_AUTO_TEST_CASE(gives_a_slot_that_was_given_back_to_who_comes_next)
{
    rate_limiter limiter{10, 1};
    const auto interval = limiter.interval();
    (void)limiter.reserve(at(0ms));
    const auto second = limiter.reserve(at(0ms));
    const auto third = limiter.reserve(at(0ms));
    limiter.give_back(third);
    limiter.give_back(second);
    BOOST_TEST(limiter.reserve(at(1ms)).at == at(interval));
    BOOST_TEST(limiter.reserve(at(1ms)).at == at(2 * interval));
    BOOST_TEST(limiter.reserve(at(1ms)).at == at(3 * interval));
}

BOOST_AUTO_TEST_CASE(forgets_a_slot_that_was_given_back_and_has_passed)
{
    rate_limiter limiter{10, 1};
    const auto interval = limiter.interval();
    (void)limiter.reserve(at(0ms));
    limiter.give_back(limiter.reserve(at(0ms)));
    (void)limiter.reserve(at(0ms));
    const auto late = at(interval + rate_limiter::max_delay + 1ms);
    (void)limiter.reserve(at(0ms));
    limiter.give_back(limiter.reserve(at(0ms)));
    BOOST_TEST((limiter.reserve(late).at > late));
}

BOOST_AUTO_TEST_CASE(gives_each_slot_to_one_thread_only)
{
    constexpr unsigned each = 5000;
    rate_limiter limiter{1000, 1};
    std::vector<std::vector<time_point>> taken(4);
    std::vector<std::thread> threads;
    for (auto& mine : taken) {
        threads.emplace_back([&limiter, &mine] {
            for (unsigned i = 0; i < each; ++i)
                mine.push_back(limiter.reserve(at(0ms)).at);
        });
    }
    for (auto& thread : threads)
        thread.join();

    std::vector<time_point> all;
    for (const auto& mine : taken)
        all.insert(all.end(), mine.begin(), mine.end());
    std::sort(all.begin(), all.end());
    BOOST_TEST((std::adjacent_find(all.begin(), all.end()) == all.end()));
    BOOST_TEST(all.back() == at((4 * each - 1) * limiter.interval()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
