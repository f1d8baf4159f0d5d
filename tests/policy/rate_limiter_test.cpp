#include "virtual_time.hpp"

#include "policy/random.hpp"
#include "policy/rate_limiter.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>
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

[[nodiscard]] time_point where(const rate_limiter& limiter, const rate_limiter::slot& reserved, time_point now)
{
    return limiter.moved(reserved, now).value().at;
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

BOOST_AUTO_TEST_CASE(leaves_the_line_where_it_is_behind_one_that_leaves_up_to_four_milliseconds_late)
{
    rate_limiter limiter{100, 1};
    const auto first = limiter.reserve(at(0ms));
    const auto second = limiter.reserve(at(0ms));

    BOOST_TEST(limiter.leave(first, at(4ms)));

    BOOST_TEST(where(limiter, second, at(4ms)) == at(limiter.interval()));
}

BOOST_AUTO_TEST_CASE(tells_all_of_the_same_line_whenever_they_look_at_it)
{
    rate_limiter limiter{10, 1};
    (void)limiter.reserve(at(0ms));
    const auto slot = limiter.reserve(at(0ms));
    const auto next = limiter.reserve(at(0ms));
    auto seen = slot;
    for (const auto& [when, rate] : {std::pair{10ms, 2.0}, std::pair{30ms, 3.0}, std::pair{50ms, 1.0}}) {
        limiter.set_rate(rate, at(when));
        seen = limiter.moved(seen, at(when)).value();
    }

    BOOST_TEST(seen.at == where(limiter, slot, at(400ms)));
    BOOST_TEST(seen.at + limiter.interval() == where(limiter, next, at(60ms)));
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

BOOST_AUTO_TEST_CASE(lets_a_slot_be_used_when_it_was_said_to_come_though_it_comes_sooner_now)
{
    rate_limiter limiter{10, 1};
    (void)limiter.reserve(at(0ms));
    const auto slot = limiter.reserve(at(0ms));
    const auto next = limiter.reserve(at(0ms));

    limiter.set_rate(15, at(20ms));

    BOOST_TEST(where(limiter, slot, at(60ms)) < slot.at);
    BOOST_TEST(limiter.leave(slot, slot.at));
    BOOST_TEST(where(limiter, next, slot.at) == slot.at + limiter.interval());
}

BOOST_AUTO_TEST_CASE(lets_no_line_grow_that_each_fall_of_the_rate_stretches_and_each_growth_shortens)
{
    rate_limiter limiter{1.5, 1};
    for (int i = 0; i < 30; ++i)
        (void)limiter.reserve(at(0ms));
    auto last = limiter.reserve(at(0ms));
    for (int i = 0; i < 20; ++i) {
        limiter.set_rate(2, at(i * 10ms));
        last = limiter.moved(last, at(i * 10ms)).value();
        limiter.set_rate(1.5, at(i * 10ms + 5ms));
        last = limiter.moved(last, at(i * 10ms + 5ms)).value();
    }

    BOOST_TEST(last.at <= at(30 * limiter.interval()));
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

BOOST_AUTO_TEST_CASE(lets_a_slot_be_used_late_and_keeps_those_behind_it_at_their_distance)
{
    rate_limiter limiter{10, 1};
    const duration interval = limiter.interval();
    const auto passed = limiter.reserve(at(0ms));
    const auto second = limiter.reserve(at(0ms));
    const auto third = limiter.reserve(at(0ms));

    BOOST_TEST(limiter.leave(passed, at(60ms)));

    BOOST_TEST(where(limiter, second, at(60ms)) == at(60ms) + interval);
    BOOST_TEST(where(limiter, third, at(60ms)) == at(60ms) + 2 * interval);
    BOOST_TEST(limiter.reserve(at(60ms)).at == at(60ms) + 3 * interval);
    BOOST_TEST(limiter.leave(second, at(60ms) + interval));
}

BOOST_AUTO_TEST_CASE(loses_a_slot_that_is_late_once_a_request_has_left_behind_it)
{
    rate_limiter limiter{10, 1};
    const auto passed = limiter.reserve(at(0ms));
    const auto prompt = limiter.reserve(at(0ms));
    BOOST_TEST(limiter.leave(prompt, prompt.at));

    BOOST_TEST(!limiter.moved(passed, prompt.at + 50ms).has_value());
    BOOST_TEST(!limiter.leave(passed, prompt.at + 50ms));
}

BOOST_AUTO_TEST_CASE(loses_a_slot_that_is_late_by_an_interval)
{
    rate_limiter limiter{10, 1};
    const auto passed = limiter.reserve(at(0ms));
    const auto behind = limiter.reserve(at(0ms));

    BOOST_TEST(!limiter.leave(passed, behind.at));
    BOOST_TEST(where(limiter, behind, behind.at) == behind.at);
}

BOOST_AUTO_TEST_CASE(keeps_a_long_line_in_range_when_the_rate_becomes_the_slowest)
{
    rate_limiter limiter{100, 10'000};
    while (limiter.reserve(at(0ms)).at == at(0ms))
        ;
    limiter.set_rate(1e-5, at(0ms));

    BOOST_TEST(limiter.reserve(at(0ms)).at > at(1h));
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

BOOST_AUTO_TEST_CASE(gives_nothing_of_a_burst_back_behind_one_that_leaves_late)
{
    rate_limiter limiter{10, 4};
    const auto first = limiter.reserve(at(0ms));
    const auto second = limiter.reserve(at(0ms));
    const auto late = at(limiter.interval() / 2);
    BOOST_TEST(limiter.leave(second, at(0ms)));
    BOOST_TEST(limiter.leave(first, late));

    BOOST_TEST(slots_free_at(limiter, late) == 2u);
}

BOOST_AUTO_TEST_CASE(keeps_the_rate_whoever_leaves_late_and_however_it_changes)
{
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        random_source random{seed};
        const auto burst = static_cast<unsigned>(1 + random.next() % 5);
        rate_limiter limiter{20, burst};
        std::vector<std::optional<rate_limiter::slot>> callers(12);
        double level = 0;
        double shortest = 1e9;
        for (time_point now = at(0ms), left = now; now < at(10s); now += random.uniform(8ms)) {
            if (random.next() % 200 == 0) {
                level = std::max(0.0, level - (now - left) / std::chrono::duration<double>{limiter.interval()});
                left = now;
                limiter.set_rate(5 + 195 * random.unit(), now);
            }
            const std::chrono::duration<double> interval = limiter.interval();
            shortest = std::min(shortest, interval.count());
            auto& caller = callers[random.next() % callers.size()];
            const auto placed = caller ? limiter.moved(*caller, now) : std::nullopt;
            if (!placed)
                caller = limiter.reserve(now);
            else if (random.next() % 20 == 0)
                limiter.give_back(*std::exchange(caller, std::nullopt));
            else if (placed->at <= now && limiter.leave(*caller, now)) {
                caller.reset();
                level = std::max(0.0, level - (now - left) / interval) + 1;
                left = now;
                BOOST_TEST_REQUIRE(level <= burst + 0.004 / shortest + 0.001);
            }
        }
    }
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
    (void)limiter.reserve(at(0ms));
    const auto second = limiter.reserve(at(0ms));
    const auto third = limiter.reserve(at(0ms));
    limiter.give_back(second);

    BOOST_TEST(limiter.reserve(second.at + rate_limiter::max_delay + 1ms).at == third.at + limiter.interval());
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
