#include "virtual_time.hpp"

#include "policy/batch_state.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

void begin_outage(batch_state& shared, time_point now)
{
    for (int i = 0; i < 20; ++i)
        (void)shared.outage.note_failure(now, {.connection = 0, .message = "connection refused"});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(state_of_a_batch)

BOOST_AUTO_TEST_CASE(keeps_the_first_cause_of_its_end)
{
    batch_state shared{audit_options{}, at(0s), 1};
    BOOST_TEST(!shared.stopped());

    BOOST_TEST(shared.stop({stop_reason::canceled, "first", {}}));
    BOOST_TEST(!shared.stop({stop_reason::fatal, "second", {}}));

    BOOST_TEST(shared.stopped());
    BOOST_TEST(shared.cause().message == "first");
}

BOOST_AUTO_TEST_CASE(ends_at_its_deadline)
{
    audit_options options;
    options.deadline = 10min;
    batch_state shared{options, at(1s), 1};

    shared.check_limits(at(10min));
    BOOST_TEST(!shared.stopped());

    shared.check_limits(at(10min + 1s));
    BOOST_TEST((shared.cause().reason == stop_reason::deadline));
}

BOOST_AUTO_TEST_CASE(has_no_deadline_by_default)
{
    batch_state shared{audit_options{}, at(0s), 1};
    shared.check_limits(at(10'000h));
    BOOST_TEST(!shared.stopped());
}

BOOST_AUTO_TEST_CASE(gives_up_early_when_nothing_ever_succeeded)
{
    batch_state shared{audit_options{}, at(0s), 1};
    begin_outage(shared, at(10s));

    shared.check_limits(at(39s));
    BOOST_TEST(!shared.stopped());

    shared.check_limits(at(40s));
    BOOST_TEST((shared.cause().reason == stop_reason::outage));
    BOOST_TEST(shared.cause().message == "the server has been failing for 30 s (last: connection refused); continue "
                                         "with --resume when it works again");
}

BOOST_AUTO_TEST_CASE(bears_an_outage_longer_after_successes)
{
    batch_state shared{audit_options{}, at(0s), 1};
    shared.note_success(at(0s), at(0s));
    begin_outage(shared, at(10s));

    shared.check_limits(at(5min + 9s));
    BOOST_TEST(!shared.stopped());

    shared.check_limits(at(5min + 10s));
    BOOST_TEST((shared.cause().reason == stop_reason::outage));
}

BOOST_AUTO_TEST_CASE(tells_when_the_first_twenty_answers_are_all_403)
{
    batch_state shared{audit_options{}, at(0s), 1};
    for (int i = 0; i < 19; ++i)
        BOOST_TEST(!shared.note_answer(403));
    BOOST_TEST(shared.note_answer(403));
    BOOST_TEST(!shared.note_answer(403));
}

BOOST_AUTO_TEST_CASE(takes_a_403_for_the_jobs_own_once_another_answer_came)
{
    for (int other = 0; other < 20; ++other) {
        batch_state shared{audit_options{}, at(0s), 1};
        for (int i = 0; i < 100; ++i)
            BOOST_TEST(!shared.note_answer(i == other ? 404 : 403));
    }
}

BOOST_AUTO_TEST_CASE(holds_back_behind_the_gate_and_in_an_outage_counted_once)
{
    batch_state shared{audit_options{}, at(0s), 1};
    begin_outage(shared, at(10s));
    shared.gate.throttled(at(11s), 0, 2s);
    shared.outage.note_answer(at(12s));

    const duration gate_alone = shared.gate.open_at() - at(12s);
    BOOST_TEST(shared.held_back(at(1h)) == 2s + gate_alone);
}

BOOST_AUTO_TEST_CASE(changes_the_rate_while_running)
{
    batch_state shared{audit_options{}, at(0s), 1};
    shared.set_rate(100, at(1s));
    BOOST_TEST(!shared.limiter.unlimited());

    audit_options options;
    options.adaptive = true;
    batch_state adapting{options, at(0s), 1};
    adapting.set_rate(20, at(1s));
    BOOST_TEST(adapting.adaptive.rate.rate() == 20);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
