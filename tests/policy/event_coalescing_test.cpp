#include "virtual_time.hpp"

#include "policy/event_coalescing.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>

namespace jobaudit::policy {

namespace {

/// Looks that find `each` answers, `spacing` apart.
class paced_looks {
public:
    paced_looks(std::uint64_t in_flight, duration spacing, std::uint64_t each)
        : in_flight_{in_flight}, spacing_{spacing}, each_{each}
    {}

    [[nodiscard]] duration pause()
    {
        now_ += spacing_ * static_cast<duration::rep>(each_);
        answered_ += each_;
        return rule_.pause_after_look(now_, in_flight_, answered_);
    }

    [[nodiscard]] duration pause_after(int looks)
    {
        while (--looks > 0)
            (void)pause();
        return pause();
    }

    void rest(duration time) { now_ += time; }
    [[nodiscard]] duration look_in_vain() { return rule_.pause_after_look(now_ += 1us, in_flight_, answered_); }

private:
    std::uint64_t in_flight_;
    duration spacing_;
    std::uint64_t each_;
    time_point now_ = at(0s);
    std::uint64_t answered_ = 0;
    event_coalescing rule_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pauses_between_looks)

BOOST_AUTO_TEST_CASE(are_a_sixteenth_of_a_requests_way)
{
    // 512 in flight and an answer each 20 us: a request is under way for 10.24 ms.
    const auto pause = paced_looks{512, 20us, 40}.pause_after(100);
    BOOST_TEST(pause <= 641us);
    BOOST_TEST(pause >= 639us);
}

BOOST_AUTO_TEST_CASE(are_bounded)
{
    BOOST_TEST((paced_looks{5000, 20us, 40}.pause_after(100)) == event_coalescing::longest_pause);
}

BOOST_AUTO_TEST_CASE(are_not_made_where_few_requests_are_in_flight)
{
    BOOST_TEST((paced_looks{event_coalescing::least_in_flight - 1, 20us, 4}.pause_after(100)) == 0us);
    BOOST_TEST((paced_looks{event_coalescing::least_in_flight, 20us, 4}.pause_after(100)) > 0us);
}

BOOST_AUTO_TEST_CASE(are_not_made_where_answers_are_far_apart)
{
    BOOST_TEST((paced_looks{512, event_coalescing::widest_spacing + 1us, 4}.pause_after(100)) == 0us);
    BOOST_TEST((paced_looks{64, 1ms, 1}.pause_after(100)) == 0us);
}

BOOST_AUTO_TEST_CASE(are_not_made_while_more_than_half_of_what_is_in_flight_has_come_meanwhile)
{
    BOOST_TEST((paced_looks{64, 20us, 33}.pause_after(100)) == 0us);
    BOOST_TEST((paced_looks{64, 20us, 32}.pause_after(100)) > 0us);
}

BOOST_AUTO_TEST_CASE(are_not_made_before_the_pace_is_known_nor_after_a_look_that_found_nothing)
{
    paced_looks looks{512, 20us, 40};
    BOOST_TEST(looks.pause() == 0us);
    BOOST_TEST(looks.pause_after(30) > 0us);
    BOOST_TEST(looks.look_in_vain() == 0us);
}

BOOST_AUTO_TEST_CASE(come_back_soon_after_an_hour_in_which_nothing_was_asked)
{
    paced_looks looks{512, 20us, 40};
    BOOST_TEST(looks.pause_after(30) > 0us);
    looks.rest(1h);
    (void)looks.pause();
    BOOST_TEST(looks.pause_after(10) > 0us);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
