#include "virtual_time.hpp"

#include "policy/held_time.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

BOOST_AUTO_TEST_SUITE(time_held_back)

BOOST_AUTO_TEST_CASE(is_zero_while_nothing_happened)
{
    const held_time held;
    BOOST_TEST(held.total(at(1h)) == 0s);
}

BOOST_AUTO_TEST_CASE(grows_with_the_clock_while_the_gate_is_closed_and_then_stands)
{
    held_time held;
    held.gate_closed(at(1s), at(3s));

    BOOST_TEST(held.total(at(1s)) == 0s);
    BOOST_TEST(held.total(at(2s)) == 1s);
    BOOST_TEST(held.total(at(3s)) == 2s);
    BOOST_TEST(held.total(at(9s)) == 2s);
}

BOOST_AUTO_TEST_CASE(counts_overlapping_closings_once)
{
    held_time held;
    held.gate_closed(at(1s), at(3s));
    held.gate_closed(at(2s), at(6s));
    held.gate_closed(at(4s), at(5s));

    BOOST_TEST(held.total(at(10s)) == 5s);
}

BOOST_AUTO_TEST_CASE(adds_closings_that_lie_apart)
{
    held_time held;
    held.gate_closed(at(1s), at(2s));
    held.gate_closed(at(5s), at(7s));

    BOOST_TEST(held.total(at(6s)) == 2s);
    BOOST_TEST(held.total(at(10s)) == 3s);
}

BOOST_AUTO_TEST_CASE(counts_an_outage_until_it_ends)
{
    held_time held;
    held.outage_began(at(1s));
    BOOST_TEST(held.total(at(1h)) == 1h - 1s);

    held.outage_ended(at(2h));
    BOOST_TEST(held.total(at(3h)) == 2h - 1s);
}

BOOST_AUTO_TEST_CASE(counts_an_outage_and_a_closed_gate_once)
{
    held_time held;
    held.gate_closed(at(0s), at(10s));
    held.outage_began(at(5s));
    held.gate_closed(at(6s), at(12s));
    held.outage_ended(at(8s));
    BOOST_TEST(held.total(at(20s)) == 12s);

    held.outage_began(at(30s));
    held.outage_ended(at(31s));
    BOOST_TEST(held.total(at(40s)) == 13s);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
