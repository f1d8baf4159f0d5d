#include "one_scheduler.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

[[nodiscard]] bool is_final(const resolution& what) { return what.what == resolution::kind::final; }
[[nodiscard]] bool is_again(const resolution& what) { return what.what == resolution::kind::again; }
[[nodiscard]] bool is_unfinished(const resolution& what) { return what.what == resolution::kind::unfinished; }

}  // namespace

BOOST_AUTO_TEST_SUITE(results)

BOOST_AUTO_TEST_CASE(that_are_definitive_end_the_job)
{
    for (const auto& answer : {ok(), not_found(), forbidden()}) {
        one_scheduler with{1};
        const auto what = with.finish(with.start(at(1s)), answer, at(3s));

        BOOST_TEST(is_final(what));
        BOOST_TEST(what.attempts == 1u);
        BOOST_TEST(what.elapsed == 2s);
        BOOST_TEST(with.origin.succeeded());
        BOOST_TEST(with.is_done(at(3s)));
    }
}

BOOST_AUTO_TEST_CASE(that_may_pass_are_tried_again_up_to_the_limit)
{
    audit_options options;
    options.attempts = 3;
    one_scheduler with{1, 1, options};
    time_point now = at(0s);
    for (unsigned number = 1; number <= 3; ++number) {
        const attempt started = with.start(now);
        BOOST_TEST(started.number == number);
        BOOST_TEST(with.scheduler.may_send(started, now));
        const auto what = with.finish(started, server_error(), now);
        BOOST_TEST(what.attempts == number);
        BOOST_TEST(is_final(what) == (number == 3));
        BOOST_TEST(what.retry_in <= 250ms * (1 << (number - 1)));
        now += what.retry_in;
    }
    BOOST_TEST(with.scheduler.retries() == 2u);
    BOOST_TEST(!with.origin.succeeded());
}

BOOST_AUTO_TEST_CASE(are_no_retry_before_a_request_was_sent)
{
    audit_options options;
    options.attempts = 4;
    options.backoff_base = 0s;
    one_scheduler with{1, 1, options};
    for (unsigned number = 1; number <= 2; ++number)
        (void)with.finish(with.start(at(0s)), connection_reset(), at(0s));
    BOOST_TEST(with.scheduler.retries() == 0u);

    for (const std::uint64_t retries : {0u, 1u}) {
        const attempt started = with.start(at(0s));
        BOOST_TEST(with.scheduler.may_send(started, at(0s)));
        BOOST_TEST(with.scheduler.retries() == retries);
        // One that replaces it on another connection.
        BOOST_TEST(with.scheduler.may_send(started, at(0s)));
        BOOST_TEST(with.scheduler.retries() == retries);
        (void)with.finish(started, server_error(), at(0s));
    }
}

BOOST_AUTO_TEST_CASE(with_a_time_to_come_back_delay_their_job_and_the_host)
{
    one_scheduler with{2};
    const auto what = with.finish(with.start(at(0s)), too_many_requests(10s), at(0s));

    BOOST_TEST(is_again(what));
    BOOST_TEST(what.retry_in >= 10s);
    BOOST_TEST(what.retry_in <= 10s + 505ms);
    BOOST_TEST(with.origin.gate.closed(at(10s)));
    BOOST_TEST(with.origin.budget.level(at(0s)) == retry_budget::capacity);
}

BOOST_AUTO_TEST_CASE(of_one_job_while_all_others_succeed_limit_nobody_else_for_long)
{
    one_scheduler with{2000, 64};
    const auto is_refused = [](const attempt& one) { return one.job == job_number(100); };
    time_point now = at(0s);
    unsigned refusals = 0;
    unsigned closings = 0;
    for (std::uint64_t answers = 0; answers < 1999;) {
        now = std::max(now + 50ms, with.origin.gate.open_at());
        const auto started = with.start_all(now);
        for (const attempt& one : started)
            BOOST_TEST_REQUIRE(with.scheduler.may_send(one, now));
        for (const attempt& one : started) {
            if (!is_refused(one)) {
                (void)with.finish(one, ok(), now);
                ++answers;
                continue;
            }
            ++refusals;
            (void)with.finish(one, too_many_requests(1s), now);
            closings += with.origin.gate.closed(now) ? 1 : 0;
        }
    }
    BOOST_TEST(refusals > 3u);
    BOOST_TEST(closings == 2u);
    BOOST_TEST(with.origin.adaptive.rate.found() == 0);
    BOOST_TEST(with.origin.adaptive.concurrency.limit() == 0u);
}

BOOST_AUTO_TEST_CASE(of_a_job_that_come_after_a_pause_let_others_show_whether_they_are_refused_too)
{
    one_scheduler with{200, 64};
    with.succeed_once(at(0s));
    const attempt refused = with.start(at(0s));
    (void)with.finish(refused, too_many_requests(1s), at(0s));

    const time_point later = with.origin.gate.open_at() + 100ms;
    unsigned others = 0;
    for (attempt one = with.start(later); one.job != refused.job; one = with.start(later)) {
        (void)with.finish(one, ok(), later);
        ++others;
    }
    BOOST_TEST(others == 32u);
}

BOOST_AUTO_TEST_CASE(without_a_time_to_come_back_lengthen_the_pause_only_while_nothing_succeeds_between)
{
    audit_options options;
    options.attempts = 100;
    options.adaptive = false;
    one_scheduler with{200, 8, options};
    time_point now = at(0s);
    const auto pause_after_429 = [&] {
        (void)with.finish(with.start(now), too_many_requests(std::nullopt), now);
        const duration pause = with.origin.gate.open_at() - now;
        now = with.origin.gate.open_at();
        return pause;
    };

    (void)pause_after_429();
    const duration second = pause_after_429();
    BOOST_TEST((second >= 2s && second <= 2500ms));
    with.succeed_once(now);
    const duration after_a_success = pause_after_429();
    BOOST_TEST((after_a_success >= 1s && after_a_success <= 1250ms));
}

BOOST_AUTO_TEST_CASE(with_a_wait_longer_than_allowed_end_the_batch)
{
    one_scheduler with{2};
    const auto what = with.finish(with.start(at(0s)), too_many_requests(1h), at(0s));

    BOOST_TEST(is_unfinished(what));
    BOOST_TEST((with.shared.cause().reason == stop_reason::wait_too_long));
    BOOST_TEST((with.shared.cause().resume_after == 1h));
    BOOST_TEST(with.is_done(at(0s)));
    BOOST_TEST(with.scheduler.take_leftovers(at(1s)).size() == 2u);
}

BOOST_AUTO_TEST_CASE(end_the_job_when_its_time_is_over)
{
    audit_options options;
    options.job_timeout = 30s;
    one_scheduler with{1, 1, options};
    const auto what = with.finish(with.start(at(0s)), timed_out(), at(30s));

    BOOST_TEST(is_final(what));
    BOOST_TEST(what.out_of_time);
}

BOOST_AUTO_TEST_CASE(do_not_charge_a_job_with_the_time_behind_the_gate)
{
    audit_options options;
    options.job_timeout = 10s;
    options.max_wait = 1h;
    options.outage_limit = 10h;
    one_scheduler with{1, 1, options};
    time_point now = at(0s);
    for (int i = 0; i < 4; ++i) {
        const attempt started = with.start(now);
        BOOST_TEST(started.deadline > now + 9s);
        const auto what = with.finish(started, too_many_requests(10min), now);
        BOOST_TEST(is_again(what));
        now = std::max(now + what.retry_in, with.origin.gate.open_at());
    }
}

BOOST_AUTO_TEST_CASE(do_not_charge_a_job_with_waiting_for_the_budget)
{
    audit_options options;
    options.job_timeout = 10s;
    options.backoff_base = 0s;
    one_scheduler with{1, 1, options};
    (void)with.finish(with.start(at(0s)), server_error(), at(1s));

    BOOST_TEST(with.start(at(1h)).deadline == at(1h + 9s));
}

BOOST_AUTO_TEST_CASE(that_hold_for_all_jobs_end_the_batch_and_are_told_once)
{
    one_scheduler with{10, 4};
    const auto flying = with.start_all(at(0s));

    const auto first = with.finish(flying[0], payment_required(), at(1s));
    BOOST_TEST(is_final(first));
    BOOST_TEST(first.attempts == 1u);
    BOOST_TEST(is_unfinished(with.finish(flying[1], payment_required(), at(1s))));
    BOOST_TEST(is_unfinished(with.finish(flying[2], server_error(), at(1s))));
    BOOST_TEST(is_final(with.finish(flying[3], ok(), at(1s))));

    BOOST_TEST(with.is_done(at(1s)));
    BOOST_TEST(with.scheduler.take_leftovers(at(1s)).size() == 8u);
}

BOOST_AUTO_TEST_CASE(of_a_refused_key_end_the_batch_at_once_when_nothing_has_succeeded)
{
    one_scheduler with{2};
    BOOST_TEST(is_final(with.finish(with.start(at(0s)), unauthorized(), at(1s))));
    BOOST_TEST((with.shared.cause().reason == stop_reason::fatal));
}

BOOST_AUTO_TEST_CASE(of_a_refused_key_are_confirmed_first_after_successes)
{
    one_scheduler with{2, 1};
    with.succeed_once(at(0s));

    const auto what = with.finish(with.start(at(0s)), unauthorized(), at(1s));
    BOOST_TEST(is_again(what));
    BOOST_TEST(what.retry_in == 0s);
    BOOST_TEST(!with.shared.stopped());

    const attempt again = with.start(at(1s));
    BOOST_TEST(again.number == 1u);
    BOOST_TEST(is_final(with.finish(again, unauthorized(), at(2s))));
    BOOST_TEST((with.shared.cause().reason == stop_reason::fatal));
}

BOOST_AUTO_TEST_CASE(of_a_refused_key_are_confirmed_before_others_are_asked_for_behind_a_gate)
{
    one_scheduler with{9, 2};
    with.succeed_once(at(0s));
    const auto flying = with.start_all(at(0s));
    for (const auto& each : flying)
        (void)with.finish(each, too_many_requests(1s), at(1s));
    const time_point later = at(10s);
    const attempt refused = with.start(later);
    (void)with.finish(refused, unauthorized(), later);

    const attempt again = with.start(later);

    BOOST_TEST(again.job == refused.job);
    BOOST_TEST(is_final(with.finish(again, unauthorized(), later)));
    BOOST_TEST(with.shared.stopped());
}

BOOST_AUTO_TEST_CASE(of_a_refused_key_are_confirmed_also_at_the_end_of_the_time_of_a_job)
{
    audit_options options;
    options.job_timeout = 5s;
    one_scheduler with{2, 1, options};
    with.succeed_once(at(0s));

    BOOST_TEST(is_again(with.finish(with.start(at(0s)), unauthorized(), at(5s))));

    BOOST_TEST(with.start(at(5s)).deadline > at(5s));
}

BOOST_AUTO_TEST_CASE(of_an_unknown_host_are_fatal_only_at_the_start)
{
    one_scheduler at_start{2, 1};
    BOOST_TEST(is_final(at_start.finish(at_start.start(at(0s)), unknown_host(), at(1s))));
    BOOST_TEST(at_start.shared.stopped());

    one_scheduler later{2, 1};
    later.succeed_once(at(0s));
    BOOST_TEST(is_again(later.finish(later.start(at(0s)), unknown_host(), at(1s))));
    BOOST_TEST(!later.shared.stopped());
}

BOOST_AUTO_TEST_CASE(that_are_all_403_end_the_batch_after_twenty)
{
    one_scheduler with{30, 1};
    for (int i = 0; i < 20; ++i) {
        BOOST_TEST(!with.shared.stopped());
        BOOST_TEST(is_final(with.finish(with.start(at(0s)), forbidden(), at(0s))));
    }
    BOOST_TEST((with.shared.cause().reason == stop_reason::fatal));
    BOOST_TEST(with.scheduler.take_leftovers(at(0s)).size() == 10u);
}

BOOST_AUTO_TEST_CASE(in_an_outage_cost_no_attempt_and_no_token)
{
    audit_options options;
    options.attempts = 2;
    one_scheduler with{20, 20, options};
    for (const attempt& each : with.start_all(at(0s)))
        BOOST_TEST(is_again(with.finish(each, connection_reset(), at(0s))));

    with.origin.outage.note_answer(at(1h));
    time_point now = at(1h);
    for (int i = 0; i < 20; ++i) {
        const attempt started = with.start(now);
        BOOST_TEST(started.number == 1u);
        (void)with.finish(started, ok(), now);
    }
    BOOST_TEST(with.is_done(now));
}

BOOST_AUTO_TEST_CASE(from_before_an_outage_stay_charged)
{
    one_scheduler with{30, 1};
    const attempt first = with.start(at(0s));
    const auto waits = with.finish(first, connection_reset(), at(0s));
    with.origin.outage.note_answer(at(0s));
    for (std::uint64_t i = 1; i <= 20; ++i)
        (void)with.origin.outage.note_failure(at(1s), {.connection = i});
    with.origin.outage.note_answer(at(2s));
    with.succeed_once(at(2s) + waits.retry_in);

    attempt again = with.start(at(2s) + waits.retry_in);
    BOOST_TEST(again.job == first.job);
    BOOST_TEST(again.number == 2u);
}

BOOST_AUTO_TEST_CASE(of_the_server_itself_show_that_it_is_there)
{
    one_scheduler with{200, 100};
    auto failing = with.start_all(at(0s));
    for (std::size_t i = 0; i < failing.size(); ++i)
        (void)with.finish(failing[i], i % 20 == 19 ? server_error() : connection_reset(), at(0s));
    BOOST_TEST(!with.origin.outage.active());

    one_scheduler without{200, 100};
    for (const attempt& each : without.start_all(at(0s)))
        (void)without.finish(each, connection_reset(), at(0s));
    BOOST_TEST(without.origin.outage.active());
}

BOOST_AUTO_TEST_CASE(that_were_cut_off_by_a_stop_are_left_over)
{
    one_scheduler with{3, 2};
    const auto flying = with.start_all(at(0s));
    with.shared.stop({.reason = stop_reason::canceled});
    BOOST_TEST(with.wait(at(1s)).until == time_point::max());

    for (const attempt& each : flying)
        with.scheduler.abandoned(each, at(1s));

    BOOST_TEST(with.is_done(at(1s)));
    const auto left = with.scheduler.take_leftovers(at(2s));
    BOOST_TEST(left.size() == 3u);
    for (const auto& each : left) {
        const bool was_tried = each.job != job_number(2);
        BOOST_TEST(each.attempts == (was_tried ? 1u : 0u));
        BOOST_TEST(each.elapsed == (was_tried ? 2s : 0s));
    }
}

BOOST_AUTO_TEST_CASE(let_fewer_out_at_a_time_instead_of_pausing_the_batch)
{
    one_scheduler with{20, 4};
    with.succeed_once(at(0s));
    const auto started = with.start_all(at(0s));
    BOOST_TEST_REQUIRE(started.size() == 4u);

    for (std::size_t i = 0; i < 2; ++i)
        (void)with.finish(started[i], too_many_requests({}), at(1ms));

    BOOST_TEST(!with.origin.gate.closed(at(1ms)));
    BOOST_TEST(with.origin.limiter.unlimited());
    const decision waits = with.wait(at(1ms));
    BOOST_TEST((waits.cause == wait_cause::server_full));
    (void)with.finish(started[2], ok(), at(2ms));
    BOOST_TEST(with.start_all(at(2ms)).size() == 1u);
}

BOOST_AUTO_TEST_CASE(of_requests_that_left_alone_lower_the_rate_and_then_pause_the_batch)
{
    audit_options options;
    options.backoff_base = options.backoff_limit = 1ms;
    one_scheduler with{20, 4, options};
    with.succeed_once(at(0s));
    time_point now = at(0s);

    for (int i = 0; i < 2; ++i) {
        (void)with.finish(with.start(now), too_many_requests({}), now);
        now += 10ms;
    }
    BOOST_TEST(!with.origin.gate.closed(now));
    BOOST_TEST(with.origin.adaptive.rate.limits());

    for (int i = 0; i < 2; ++i) {
        now += 1s;
        BOOST_TEST(!with.origin.gate.closed(now));
        (void)with.finish(with.start(now), too_many_requests({}), now);
    }
    BOOST_TEST(with.origin.gate.closed(now + 300ms));
}

BOOST_AUTO_TEST_CASE(of_refusals_cost_no_attempt)
{
    audit_options options;
    options.attempts = 1;
    options.outage_limit = 10h;
    one_scheduler with{1, 1, options};
    time_point now = at(0s);
    for (int i = 0; i < 50; ++i) {
        const attempt started = with.start(now);
        BOOST_TEST(started.number == 1u);
        const auto what = with.finish(started, too_many_requests({}), now);
        BOOST_TEST(is_again(what));
        now = std::max(now + what.retry_in, with.origin.gate.open_at()) + 2s;
    }
}

BOOST_AUTO_TEST_CASE(of_503_are_refusals_only_while_others_succeed)
{
    auto unavailable = verdict_of(outcome_kind::server_error, protocol::action::retry, 503);
    unavailable.may_slow_host = unavailable.outage_sign = true;
    for (const duration later : {1s, 3s}) {
        one_scheduler with{10, 4};
        with.succeed_once(at(0s));
        const auto started = with.start(at(0s));
        const auto what = with.finish(started, unavailable, at(later));
        BOOST_TEST(what.attempts == (later < 2s ? 0u : 1u));
        BOOST_TEST(!with.origin.gate.closed(at(later)));
    }
}

BOOST_AUTO_TEST_CASE(of_a_job_that_is_refused_while_others_are_not_are_its_own_in_the_end)
{
    audit_options options;
    options.attempts = 3;
    options.backoff_base = options.backoff_limit = 1ms;
    options.adaptive = false;
    one_scheduler with{1000, 2, options};
    with.succeed_once(at(0s));
    const attempt first = with.start(at(0s));
    const job_id poisoned = first.job;
    unsigned refusals = 0;
    auto what = with.finish(first, too_many_requests({}), at(0s));
    time_point now = at(0s);
    for (; !is_final(what) && refusals < 100; ++refusals) {
        now = std::max(now, with.origin.gate.open_at()) + 10ms;
        attempt next = with.start(now);
        for (; next.job != poisoned; next = with.start(now))
            (void)with.finish(next, ok(), now);
        what = with.finish(next, too_many_requests({}), now);
    }
    BOOST_TEST(what.attempts == 3u);
    BOOST_TEST(refusals == 11u);
    BOOST_TEST(!with.origin.gate.closed(now));
}

BOOST_AUTO_TEST_CASE(of_refusals_alone_end_the_batch_after_the_limit_of_an_outage)
{
    audit_options options;
    options.outage_limit = 30s;
    one_scheduler with{10, 1, options};
    time_point now = at(0s);
    while (!with.shared.stopped() && now < at(10min)) {
        const decision next = with.scheduler.next(now);
        if (next.what == decision::kind::start)
            (void)with.finish(next.attempt, too_many_requests({}), now);
        else
            now = next.until;
    }
    BOOST_TEST((with.shared.cause().reason == stop_reason::fatal));
    BOOST_TEST(with.shared.cause().message.find("slow down") != std::string::npos);
    BOOST_TEST(now >= at(30s));
    BOOST_TEST(now < at(2min));
}

BOOST_AUTO_TEST_CASE(keep_their_distance_in_an_adaptive_batch_also_behind_one_that_waited_for_a_lane)
{
    audit_options options;
    options.adaptive = true;
    one_scheduler with{10, 1, options};
    with.origin.adaptive.rate.begin(at(0s));
    const auto first = with.start(at(0s));
    const time_point late = at(with.origin.limiter.interval() + 1ms);
    (void)with.scheduler.next(at(1ms));
    (void)with.finish(first, ok(), late);

    (void)with.finish(with.start(late), ok(), late + 1ms);
    BOOST_CHECK(with.wait(late + 1ms).until - late >= with.origin.limiter.interval());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
