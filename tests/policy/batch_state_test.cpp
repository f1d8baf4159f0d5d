#include "one_batch.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

void begin_outage(origin_state& origin, time_point now)
{
    for (int i = 0; i < 20; ++i)
        (void)origin.outage.note_failure(now, {.connection = 0, .message = "connection refused"});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(state_of_a_batch)

BOOST_AUTO_TEST_CASE(keeps_the_first_cause_of_its_end)
{
    one_batch alone;
    BOOST_TEST(!alone.shared.stopped());

    BOOST_TEST(alone.shared.stop({.reason = stop_reason::canceled, .message = "first"}));
    BOOST_TEST(!alone.shared.stop({.reason = stop_reason::fatal, .message = "second"}));

    BOOST_TEST(alone.shared.stopped());
    BOOST_TEST(alone.shared.cause().message == "first");
}

BOOST_AUTO_TEST_CASE(ends_at_its_deadline)
{
    audit_options options;
    options.deadline = 10min;
    one_batch alone{options, at(1s)};

    alone.shared.check_limits(at(10min));
    BOOST_TEST(!alone.shared.stopped());

    alone.shared.check_limits(at(10min + 1s));
    BOOST_TEST((alone.shared.cause().reason == stop_reason::deadline));
}

BOOST_AUTO_TEST_CASE(has_no_deadline_by_default)
{
    one_batch alone;
    alone.shared.check_limits(at(10'000h));
    BOOST_TEST(!alone.shared.stopped());
}

BOOST_AUTO_TEST_CASE(gives_up_early_when_nothing_ever_succeeded)
{
    one_batch alone;
    begin_outage(alone.origin, at(10s));

    alone.shared.check_limits(at(39s));
    BOOST_TEST(!alone.shared.stopped());

    alone.shared.check_limits(at(40s));
    BOOST_TEST((alone.shared.cause().reason == stop_reason::outage));
    BOOST_TEST(alone.shared.cause().message == "the server has been failing for 30 s (last: connection refused)");
}

BOOST_AUTO_TEST_CASE(bears_an_outage_longer_after_successes)
{
    one_batch alone;
    alone.origin.note_success(at(0s), at(0s));
    begin_outage(alone.origin, at(10s));

    alone.shared.check_limits(at(5min + 9s));
    BOOST_TEST(!alone.shared.stopped());

    alone.shared.check_limits(at(5min + 10s));
    BOOST_TEST((alone.shared.cause().reason == stop_reason::outage));
}

BOOST_AUTO_TEST_CASE(tells_when_the_first_twenty_answers_are_all_403)
{
    one_batch alone;
    for (int i = 0; i < 19; ++i)
        BOOST_TEST(!alone.shared.note_answer(403));
    BOOST_TEST(alone.shared.note_answer(403));
    BOOST_TEST(!alone.shared.note_answer(403));
}

BOOST_AUTO_TEST_CASE(takes_a_403_for_the_jobs_own_once_another_answer_came)
{
    for (int other = 0; other < 20; ++other) {
        one_batch alone;
        for (int i = 0; i < 100; ++i)
            BOOST_TEST(!alone.shared.note_answer(i == other ? 404 : 403));
    }
}

BOOST_AUTO_TEST_CASE(holds_back_behind_the_gate_and_in_an_outage_counted_once)
{
    one_batch alone;
    begin_outage(alone.origin, at(10s));
    alone.origin.gate.throttled(at(11s), 0, 2s);
    alone.origin.outage.note_answer(at(12s));

    const duration gate_alone = alone.origin.gate.open_at() - at(12s);
    BOOST_TEST(alone.origin.held_back(at(1h)) == 2s + gate_alone);
}

BOOST_AUTO_TEST_CASE(changes_the_rate_while_running)
{
    one_batch alone;
    alone.shared.set_rate(100, at(1s));
    BOOST_TEST(!alone.origin.limiter.unlimited());

    audit_options options;
    options.adaptive = true;
    one_batch adapting{options};
    adapting.shared.set_rate(20, at(1s));
    BOOST_TEST(adapting.origin.adaptive.rate.rate() == 20);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
