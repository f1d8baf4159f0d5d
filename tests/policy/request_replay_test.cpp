#include "policy/request_replay.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

BOOST_AUTO_TEST_SUITE(request_replay_rule)

BOOST_AUTO_TEST_CASE(repeats_what_an_idle_connection_lost_on_one_in_its_place)
{
    BOOST_CHECK(replay_behind({.is_lost = true, .was_idle = true}) == request_replay::in_its_place);
    BOOST_CHECK(replay_behind({.is_farewell = true, .was_idle = true}) == request_replay::in_its_place);
}

BOOST_AUTO_TEST_CASE(repeats_what_was_behind_others_on_any_connection)
{
    BOOST_CHECK(replay_behind({.is_lost = true, .stood_in_line = true}) == request_replay::on_any);
    BOOST_CHECK(replay_behind({.is_lost = true, .was_idle = true, .stood_in_line = true}) == request_replay::on_any);
}

BOOST_AUTO_TEST_CASE(repeats_nothing_that_a_fresh_connection_lost_or_that_was_answered)
{
    BOOST_CHECK(replay_behind({.is_lost = true}) == request_replay::none);
    BOOST_CHECK(replay_behind({.is_farewell = true}) == request_replay::none);
    BOOST_CHECK(replay_behind({.was_idle = true}) == request_replay::none);
    BOOST_CHECK(replay_behind({.is_farewell = true, .was_idle = true, .stood_in_line = true}) == request_replay::none);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
