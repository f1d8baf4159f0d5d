#include "one_scheduler.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

BOOST_AUTO_TEST_SUITE(decisions)

BOOST_AUTO_TEST_CASE(fill_the_lanes_and_then_wait_for_what_is_in_flight)
{
    one_scheduler with{10, 4};

    BOOST_TEST(with.start_all(at(0s)).size() == 4u);
    const decision what = with.wait(at(0s));
    BOOST_TEST(what.until == time_point::max());
    BOOST_TEST((what.cause == wait_cause::jobs_in_flight));
}

BOOST_AUTO_TEST_CASE(start_nothing_while_there_are_more_in_flight_than_lanes_are_left)
{
    one_scheduler with{10, 4};
    const auto started = with.start_all(at(0s));

    with.scheduler.set_lanes(2);
    for (std::size_t i = 0; i < 2; ++i) {
        (void)with.finish(started[i], ok(), at(1s));
        BOOST_TEST((with.wait(at(1s)).cause == wait_cause::jobs_in_flight));
    }
    (void)with.finish(started[2], ok(), at(1s));
    BOOST_TEST(with.start_all(at(1s)).size() == 1u);

    with.scheduler.set_lanes(5);
    BOOST_TEST(with.start_all(at(1s)).size() == 3u);
    with.scheduler.set_lanes(0);
    (void)with.wait(at(1s));
    BOOST_TEST(with.scheduler.in_flight() == 5u);
}

BOOST_AUTO_TEST_CASE(end_when_the_source_has_ended_and_all_is_finished)
{
    one_scheduler with{1};
    const attempt only = with.start(at(0s));
    BOOST_TEST(!with.is_done(at(0s)));

    (void)with.finish(only, ok(), at(1s));

    BOOST_TEST(with.is_done(at(1s)));
}

BOOST_AUTO_TEST_CASE(wait_for_jobs_while_the_source_goes_on)
{
    one_batch alone;
    scheduler empty{alone.shared, 4, 1};
    BOOST_TEST((empty.next(at(0s)).what == decision::kind::wait));

    empty.no_more_jobs();
    BOOST_TEST((empty.next(at(0s)).what == decision::kind::done));
}

BOOST_AUTO_TEST_CASE(ask_for_jobs_when_half_of_those_ahead_are_gone)
{
    one_batch alone;
    scheduler hungry{alone.shared, 8, 1};
    BOOST_TEST(hungry.wanted_jobs() == 16u);

    for (std::uint32_t i = 0; i < 9; ++i)
        hungry.add(job_number(i));
    BOOST_TEST(hungry.wanted_jobs() == 0u);

    (void)hungry.next(at(0s));
    BOOST_TEST(hungry.wanted_jobs() == 8u);

    alone.shared.stop({.reason = stop_reason::canceled});
    BOOST_TEST(hungry.wanted_jobs() == 0u);
}

BOOST_AUTO_TEST_CASE(name_the_next_slot_of_the_rate)
{
    audit_options options;
    options.rate = 100;
    one_scheduler with{10, 4, options};
    (void)with.start(at(0s));

    const decision what = with.wait(at(1ms));
    BOOST_TEST(what.until == at(with.origin.limiter.interval()));
    BOOST_TEST((what.cause == wait_cause::rate));
    BOOST_TEST(with.wait(at(2ms)).until == what.until);
    BOOST_TEST(with.start(what.until).number == 1u);
}

BOOST_AUTO_TEST_CASE(keep_the_rate_when_each_wake_up_waits_for_the_time_slice_of_another)
{
    audit_options options;
    options.rate = 1000;
    one_scheduler with{1100, 8, options};
    time_point now = at(0s);
    unsigned sent = 0;
    while (now < at(1s)) {
        for (const auto& each : with.start_all(now)) {
            if (!with.scheduler.may_send(each, now))
                break;
            (void)with.finish(each, ok(), now);
            ++sent;
        }
        now = std::max(now, with.wait(now).until) + 3ms;
    }

    BOOST_TEST(sent >= 990u);
    BOOST_TEST(sent <= 1001u);
}

BOOST_AUTO_TEST_CASE(take_no_slot_for_a_job_that_waits)
{
    audit_options options;
    options.rate = 10;
    one_scheduler with{2, 4, options};
    const auto waits = with.finish(with.start(at(0s)), server_error(), at(1ms));
    BOOST_TEST((waits.what == resolution::kind::again));

    // The other job's slot is the next one.
    BOOST_TEST(with.wait(at(2ms)).until == at(with.origin.limiter.interval()));
}

BOOST_AUTO_TEST_CASE(give_the_deadline_of_the_attempt_or_of_the_job)
{
    audit_options options;
    options.timeout = 30s;
    options.job_timeout = 40s;
    options.backoff_base = 0s;
    one_scheduler with{1, 1, options};

    const attempt first = with.start(at(0s));
    BOOST_TEST(first.deadline == at(30s));
    BOOST_TEST(!first.last_of_job);

    (void)with.finish(first, timed_out(), at(30s));
    const attempt second = with.start(at(30s));
    BOOST_TEST(second.deadline == at(40s));
    BOOST_TEST(second.last_of_job);
}

BOOST_AUTO_TEST_CASE(hold_everything_behind_a_closed_gate_and_ramp_up_when_it_opens)
{
    one_scheduler with{100, 8};
    auto flying = with.start_all(at(0s));
    (void)with.finish(flying.back(), too_many_requests(2s), at(0s));
    flying.pop_back();
    for (const attempt& each : flying)
        (void)with.finish(each, ok(), at(1s));

    const decision what = with.wait(at(1s));
    BOOST_TEST((what.cause == wait_cause::server_asked));
    BOOST_TEST(what.until == with.origin.gate.open_at());

    time_point now = what.until;
    for (const std::size_t allowed : {1u, 2u, 4u, 8u, 8u}) {
        const auto started = with.start_all(now);
        BOOST_TEST(started.size() == allowed);
        now += 10ms;
        for (const attempt& each : started)
            (void)with.finish(each, ok(), now);
    }
}

BOOST_AUTO_TEST_CASE(send_one_probe_at_a_time_in_an_outage)
{
    one_scheduler with{100, 32};
    with.succeed_once(at(0s));
    for (const attempt& each : with.start_all(at(0s)))
        (void)with.finish(each, connection_reset(), at(10ms));

    const decision what = with.wait(at(10ms));
    BOOST_TEST((what.cause == wait_cause::outage));

    const attempt probe = with.start(what.until);
    BOOST_TEST(probe.probe);
    BOOST_TEST(with.scheduler.may_send(probe, what.until));
    BOOST_TEST((with.wait(what.until).until == with.shared.outage_ends_batch_at()));

    (void)with.finish(probe, ok(), what.until + 1s);
    BOOST_TEST(with.start_all(what.until + 1s).size() == 1u);
}

BOOST_AUTO_TEST_CASE(wait_for_the_budget_when_only_retries_are_left)
{
    audit_options options;
    options.backoff_base = 0s;
    one_scheduler with{1, 1, options};
    const attempt first = with.start(at(0s));
    while (with.origin.budget.take(at(0s), 5)) {
    }
    (void)with.finish(first, server_error(), at(0s));

    const decision what = with.wait(at(0s));
    BOOST_TEST((what.cause == wait_cause::retry_budget));
    BOOST_TEST(what.until == at(100ms));
    BOOST_TEST(with.start(what.until).number == 2u);
}

BOOST_AUTO_TEST_CASE(prefer_new_jobs_to_retries_that_the_budget_does_not_allow)
{
    audit_options options;
    options.backoff_base = 0s;
    one_scheduler with{2, 1, options};
    const attempt first = with.start(at(0s));
    while (with.origin.budget.take(at(0s), 5)) {
    }
    (void)with.finish(first, server_error(), at(0s));

    BOOST_TEST(with.start(at(0s)).job == job_number(1));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(attempts_taken_back)

BOOST_AUTO_TEST_CASE(start_again_first_and_with_the_same_number)
{
    one_scheduler with{10, 1};
    const attempt first = with.start(at(0s));
    with.origin.gate.throttled(at(1ms), 0, 1s);

    BOOST_TEST(!with.scheduler.may_send(first, at(2ms)));
    BOOST_TEST(with.scheduler.in_flight() == 0u);

    const attempt again = with.start(with.origin.gate.open_at());
    BOOST_TEST(again.job == first.job);
    BOOST_TEST(again.number == 1u);
    BOOST_TEST(again.gate_epoch == 1u);
    BOOST_TEST(with.scheduler.retries() == 0u);
}

BOOST_AUTO_TEST_CASE(pay_for_a_retry_once)
{
    audit_options options;
    options.backoff_base = 0s;
    one_scheduler with{10, 1, options};
    const attempt first = with.start(at(0s));
    BOOST_TEST(with.scheduler.may_send(first, at(0s)));
    (void)with.finish(first, server_error(), at(0s));
    const attempt retry = with.start(at(0s));
    BOOST_TEST(retry.number == 2u);
    BOOST_TEST(with.origin.budget.level(at(0s)) == 495u);

    with.origin.gate.throttled(at(0s), 0, 1s);
    BOOST_TEST(!with.scheduler.may_send(retry, at(0s)));

    // A new job goes first, to see whether the server takes requests again.
    with.succeed_once(with.origin.gate.open_at());
    const attempt again = with.start(with.origin.gate.open_at());
    BOOST_TEST(again.job == retry.job);
    BOOST_TEST(again.number == 2u);
    BOOST_TEST(with.scheduler.retries() == 0u);
    BOOST_TEST(with.scheduler.may_send(again, with.origin.gate.open_at()));
    BOOST_TEST(with.scheduler.retries() == 1u);
    BOOST_TEST(with.origin.budget.level(at(0s)) >= 495u);
}

BOOST_AUTO_TEST_CASE(leave_the_probe_to_others)
{
    one_scheduler with{100, 32};
    with.succeed_once(at(0s));
    for (const attempt& each : with.start_all(at(0s)))
        (void)with.finish(each, connection_reset(), at(10ms));
    const time_point due = with.wait(at(10ms)).until;
    const attempt probe = with.start(due);
    with.origin.gate.throttled(due, 0, 1s);

    BOOST_TEST(!with.scheduler.may_send(probe, due));

    BOOST_TEST(with.start(with.origin.gate.open_at()).probe);
}

BOOST_AUTO_TEST_CASE(are_those_that_an_outage_or_a_stop_overtook)
{
    one_scheduler with{100, 32};
    auto flying = with.start_all(at(0s));
    const attempt late = flying.back();
    const attempt later = flying[0];
    for (std::size_t i = 1; i + 1 < flying.size(); ++i)
        (void)with.finish(flying[i], connection_reset(), at(10ms));
    BOOST_TEST(!with.scheduler.may_send(late, at(20ms)));

    with.origin.outage.note_answer(at(30ms));
    with.shared.stop({.reason = stop_reason::canceled});
    BOOST_TEST(!with.scheduler.may_send(later, at(40ms)));
    BOOST_TEST(with.is_done(at(40ms)));
}

BOOST_AUTO_TEST_CASE(are_those_whose_slot_passed_while_they_connected)
{
    audit_options options;
    options.rate = 100;
    one_scheduler with{10, 8, options};
    const duration interval = with.origin.limiter.interval();
    const attempt slow = with.start(at(0s));
    const attempt prompt = with.start(at(interval));
    BOOST_TEST(with.scheduler.may_send(prompt, at(interval + 1ms)));

    BOOST_TEST(!with.scheduler.may_send(slow, at(interval + 5ms)));

    BOOST_TEST(with.wait(at(interval + 5ms)).until == at(2 * interval));
    BOOST_TEST(with.start(at(2 * interval)).job == slow.job);
}

BOOST_AUTO_TEST_CASE(are_those_that_started_when_there_was_no_limit_yet)
{
    one_scheduler with{10, 4};
    const auto started = with.start_all(at(0s));
    with.shared.set_rate(100, at(1ms));

    BOOST_TEST(with.scheduler.may_send(started[0], at(1ms)));
    for (std::size_t i = 1; i < 4; ++i)
        BOOST_TEST(!with.scheduler.may_send(started[i], at(1ms)));
    BOOST_TEST(with.wait(at(1ms)).until == at(1ms) + with.origin.limiter.interval());
}

BOOST_AUTO_TEST_CASE(lose_no_slots_when_all_of_them_are_slow_to_connect)
{
    audit_options options;
    options.rate = 2;
    options.burst = 8;
    options.adaptive = true;
    one_scheduler with{20, 8, options};
    const auto slow = with.start_all(at(0s));
    BOOST_TEST(slow.size() == 8u);

    for (const auto& each : slow) {
        (void)with.wait(at(200ms));
        BOOST_TEST(with.scheduler.may_send(each, at(200ms)));
        (void)with.finish(each, ok(), at(200ms));
    }

    BOOST_TEST(with.wait(at(200ms)).until == at(200ms) + with.origin.limiter.interval());
}

BOOST_AUTO_TEST_CASE(keep_their_slot_when_the_gate_closes_before_they_have_connected)
{
    audit_options options;
    options.rate = 0.001;
    one_scheduler with{10, 8, options};
    const attempt slow = with.start(at(0s));
    (void)with.wait(at(0s));
    with.origin.gate.throttled(at(1ms), 0, 1s);
    BOOST_TEST(!with.scheduler.may_send(slow, at(50ms)));

    const time_point open_at = with.origin.gate.open_at();
    const attempt again = with.start(open_at);
    BOOST_TEST(again.job == slow.job);
    BOOST_TEST(with.scheduler.may_send(again, open_at));
}

BOOST_AUTO_TEST_CASE(become_more_again_where_most_wake_ups_are_too_late_for_their_slot)
{
    audit_options options;
    options.adaptive = true;
    one_scheduler with{20'000, 8, options};
    for (duration now = 0s; now < 30s; now += 3s)
        with.origin.adaptive.rate.note_throttle(at(now), at(now), at(now));
    BOOST_TEST(with.origin.adaptive.rate.rate() < 1);

    unsigned wakeups = 0;
    for (time_point now = at(30s); now < at(630s);) {
        const decision what = with.scheduler.next(now);
        if (what.what == decision::kind::start) {
            BOOST_TEST(with.scheduler.may_send(what.attempt, now));
            (void)with.finish(what.attempt, ok(), now);
            continue;
        }
        const bool is_late = ++wakeups % 4 != 0;
        now = what.until + (is_late ? 10ms : 0ms);
    }

    BOOST_TEST(with.origin.adaptive.rate.rate() >= adaptive_rate::first_rate);
}

BOOST_AUTO_TEST_CASE(are_those_whose_request_was_lost_until_there_is_a_slot_for_another)
{
    audit_options options;
    options.rate = 100;
    one_scheduler with{10, 8, options};
    const duration interval = with.origin.limiter.interval();
    const attempt lost = with.start(at(0s));
    BOOST_TEST(with.scheduler.may_send(lost, at(0s)));

    BOOST_TEST(!with.scheduler.may_send(lost, at(1ms)));

    BOOST_TEST(with.wait(at(1ms)).until == at(interval));
    const attempt again = with.start(at(interval));
    BOOST_TEST(again.job == lost.job);
    BOOST_TEST(again.number == 1u);
    BOOST_TEST(with.scheduler.may_send(again, at(interval)));
}

BOOST_AUTO_TEST_CASE(give_no_slot_back_that_a_lost_request_has_used)
{
    audit_options options;
    options.rate = 100;
    options.adaptive = true;
    one_scheduler with{10, 8, options};
    const attempt lost = with.start(at(0s));
    BOOST_TEST(with.scheduler.may_send(lost, at(0s)));
    // Another was refused without a pause of its own.
    with.origin.gate.throttled(at(1ms), 0, std::nullopt, duration::zero());

    BOOST_TEST(!with.scheduler.may_send(lost, at(1ms)));

    BOOST_TEST((with.wait(at(1ms)).until > at(2ms)));
}

BOOST_AUTO_TEST_CASE(are_sent_late_when_connecting_is_slow)
{
    audit_options options;
    options.rate = 2;
    one_scheduler with{10, 1, options};
    time_point now = at(0s);
    for (int sent = 0; sent < 4; ++sent) {
        const attempt slow = with.start(now);
        BOOST_TEST(with.scheduler.may_send(slow, now + 450ms));
        (void)with.finish(slow, ok(), now + 450ms);
        now = with.wait(now + 450ms).until;
    }
    BOOST_TEST(now == at(4 * (with.origin.limiter.interval() + 450ms)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
