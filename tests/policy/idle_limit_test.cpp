#include "policy/idle_limit.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

namespace jobaudit::policy {

BOOST_AUTO_TEST_SUITE(idle_limits_of_a_peer)

BOOST_AUTO_TEST_CASE(are_unknown_at_first)
{
    idle_limit limit;
    BOOST_TEST(limit.is_trusted(0s));
    BOOST_TEST(limit.is_trusted(24h));
}

BOOST_AUTO_TEST_CASE(are_kept_away_from_by_a_fifth)
{
    idle_limit limit;
    limit.note_closed(10s);
    BOOST_TEST(limit.is_trusted(7999ms));
    BOOST_TEST(!limit.is_trusted(8s));
    BOOST_TEST(!limit.is_trusted(10s));
}

BOOST_AUTO_TEST_CASE(are_those_of_the_last_one_that_was_closed)
{
    idle_limit limit;
    limit.note_closed(1s);
    limit.note_closed(60s);
    BOOST_TEST(limit.is_trusted(47s));
    limit.note_closed(5s);
    BOOST_TEST(!limit.is_trusted(5s));
}

BOOST_AUTO_TEST_CASE(are_not_told_by_one_that_was_hardly_idle)
{
    idle_limit limit;
    limit.note_closed(idle_limit::shortest - 1ms);
    BOOST_TEST(limit.is_trusted(1h));
}

BOOST_AUTO_TEST_CASE(are_tried_now_and_then_and_forgotten_where_they_hold_no_more)
{
    idle_limit limit;
    limit.note_closed(1s);
    unsigned tried = 0;
    for (unsigned i = 0; i < 3 * idle_limit::trial_interval; ++i)
        tried += limit.is_trusted(2s) ? 1 : 0;
    BOOST_TEST(tried == 3U);

    limit.note_open(500ms);
    BOOST_TEST(!limit.is_trusted(2s));
    limit.note_open(2s);
    BOOST_TEST(limit.is_trusted(2s));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
