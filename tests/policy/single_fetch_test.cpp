#include "next_decision.hpp"
#include "verdicts.hpp"
#include "virtual_time.hpp"

#include "policy/scheduler.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

/// What a fetch makes of itself: a batch of one job, that is told when an attempt of another one has ended.
struct single_fetch {
    explicit single_fetch(origin_state& origin, time_point now = at(0s), const audit_options& options = {})
        : batch{options, origin, now}, scheduler{batch, 1, 1, true}
    {
        scheduler.add(job_number(0));
        scheduler.no_more_jobs();
    }

    attempt start(time_point now) { return next_start(scheduler, now); }

    decision wait(time_point now) { return next_wait(scheduler, now); }

    resolution finish(const protocol::verdict& result, time_point now)
    {
        return scheduler.finished(start(now), result, 1, now);
    }

    batch_state batch;
    policy::scheduler scheduler;
};

struct one_origin {
    origin_state origin{0, 1, at(0s), 1};
};

struct origin_that_works : one_origin {
    origin_that_works() { (void)single_fetch{origin}.finish(ok(), at(0s)); }
};

void begin_outage(origin_state& origin, time_point now)
{
    for (int i = 0; i < 20; ++i)
        (void)origin.outage.note_failure(now, {.error = errc::connect_failed, .message = "refused"});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_single_fetch)

BOOST_FIXTURE_TEST_CASE(waits_as_long_as_another_one_was_asked_to, origin_that_works)
{
    single_fetch told{origin};
    single_fetch other{origin};
    (void)told.finish(too_many_requests(10s), at(1s));

    const auto what = other.wait(at(1s));
    BOOST_TEST((what.cause == wait_cause::server_asked));
    BOOST_TEST((what.until >= at(11s)));
    (void)other.start(what.until);
}

BOOST_FIXTURE_TEST_CASE(ends_where_that_is_longer_than_it_is_willing_to_wait, origin_that_works)
{
    single_fetch told{origin};
    audit_options impatient;
    impatient.max_wait = 5s;
    single_fetch other{origin, at(0s), impatient};
    (void)told.finish(too_many_requests(10s), at(1s));

    BOOST_TEST((other.scheduler.next(at(1s)).what == decision::kind::done));
    BOOST_TEST((other.batch.cause().reason == stop_reason::wait_too_long));
    BOOST_TEST((other.batch.cause().error == errc::rate_limited));
    BOOST_TEST(!told.batch.stopped());
    BOOST_TEST(other.scheduler.take_leftovers(at(1s)).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(does_not_hold_others_up_with_a_pause_that_it_does_not_wait_for, origin_that_works)
{
    audit_options impatient;
    impatient.max_wait = 5s;
    single_fetch told{origin, at(0s), impatient};
    single_fetch other{origin};

    BOOST_TEST((told.finish(too_many_requests(10s), at(1s)).what == resolution::kind::unfinished));
    (void)other.start(at(1s));
}

BOOST_FIXTURE_TEST_CASE(looks_again_only_when_it_is_told_to, one_origin)
{
    single_fetch first{origin};
    single_fetch second{origin};
    const auto only = first.start(at(0s));

    const auto what = second.wait(at(0s));
    BOOST_TEST((what.cause == wait_cause::first_contact));
    BOOST_TEST((what.until == at(first_contact::patience)));
    (void)first.scheduler.finished(only, ok(), 1, at(1s));
    (void)second.start(at(1s));
}

BOOST_FIXTURE_TEST_CASE(asks_once_more_when_its_key_is_refused_after_a_success, origin_that_works)
{
    single_fetch only{origin};
    BOOST_TEST((only.finish(unauthorized(), at(1s)).what == resolution::kind::again));
    BOOST_TEST((only.finish(unauthorized(), at(1s)).what == resolution::kind::final));
    BOOST_TEST((only.batch.cause().error == errc::unauthorized));
}

BOOST_FIXTURE_TEST_CASE(ends_alone, origin_that_works)
{
    single_fetch unpaid{origin};
    single_fetch other{origin};
    BOOST_TEST((unpaid.finish(payment_required(), at(1s)).what == resolution::kind::final));
    BOOST_TEST((unpaid.scheduler.next(at(1s)).what == decision::kind::done));
    (void)other.start(at(1s));
}

BOOST_FIXTURE_TEST_CASE(pays_no_attempt_for_a_refusal, origin_that_works)
{
    audit_options once;
    once.attempts = 1;
    single_fetch only{origin, at(0s), once};
    const auto refused = only.finish(too_many_requests(1s), at(1s));
    BOOST_TEST((refused.what == resolution::kind::again));
    BOOST_TEST(refused.attempts == 0u);
}

BOOST_FIXTURE_TEST_CASE(leaves_an_outage_to_one_probe_and_waits_for_its_limit_from_its_own_start, origin_that_works)
{
    begin_outage(origin, at(1s));
    audit_options options;
    options.outage_limit = 30s;
    single_fetch late{origin, at(100s), options};
    single_fetch probing{origin, at(100s), options};
    (void)probing.start(at(100s));

    const auto what = late.wait(at(100s));
    BOOST_TEST((what.cause == wait_cause::outage));
    BOOST_TEST((what.until == at(130s)));
    BOOST_TEST((late.scheduler.next(at(130s)).what == decision::kind::done));
    BOOST_TEST((late.batch.cause().reason == stop_reason::outage));
    BOOST_TEST((late.batch.cause().error == errc::connect_failed));
}

BOOST_FIXTURE_TEST_CASE(is_not_ended_by_refusals_of_the_time_before_it, origin_that_works)
{
    audit_options options;
    options.outage_limit = 30s;
    single_fetch earlier{origin, at(1s), options};
    BOOST_TEST((earlier.finish(too_many_requests(std::nullopt), at(1s)).what == resolution::kind::again));

    single_fetch later{origin, at(100s), options};
    BOOST_TEST((later.finish(too_many_requests(std::nullopt), at(100s)).what == resolution::kind::again));
    BOOST_TEST((later.scheduler.next(at(120s)).what != decision::kind::done));
    BOOST_TEST((earlier.scheduler.next(at(120s)).what == decision::kind::done));
    BOOST_TEST((earlier.batch.cause().error == errc::rate_limited));
}

BOOST_FIXTURE_TEST_CASE(ends_without_a_request_of_its_own_once_all_others_were_refused_for_too_long, origin_that_works)
{
    audit_options options;
    options.outage_limit = 30s;
    single_fetch waiting{origin, at(0s), options};
    single_fetch asking{origin, at(0s), options};
    BOOST_TEST((asking.finish(too_many_requests(std::nullopt), at(1s)).what == resolution::kind::again));
    (void)asking.finish(too_many_requests(std::nullopt), at(40s));

    BOOST_TEST((waiting.scheduler.next(at(41s)).what == decision::kind::done));
    BOOST_TEST((waiting.batch.cause().error == errc::rate_limited));
    BOOST_TEST(waiting.batch.cause().message.find("slow down") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(leaves_the_slots_of_those_that_were_canceled_to_who_comes_next, origin_that_works)
{
    origin.limiter.set_rate(1, at(1s));
    (void)single_fetch{origin, at(1s)}.start(at(1s));
    const auto free_at = single_fetch{origin, at(1s)}.wait(at(1s)).until;
    for (int i = 0; i < 100; ++i)
        (void)single_fetch{origin, at(1s)}.wait(at(1s));

    single_fetch next{origin, at(1s)};
    BOOST_TEST((next.wait(at(1s)).until == free_at));
}

BOOST_FIXTURE_TEST_CASE(leaves_in_its_slot_though_it_was_slow_to_connect_and_others_stand_in_line, origin_that_works)
{
    origin.limiter.set_rate(0.001, at(1s));
    single_fetch first{origin, at(1s)};
    single_fetch second{origin, at(1s)};
    single_fetch third{origin, at(1s)};
    const auto slow = first.start(at(1s));
    (void)second.wait(at(1s));
    (void)third.wait(at(1s));

    BOOST_TEST(first.scheduler.may_send(slow, at(1050ms)));

    const duration interval = origin.limiter.interval();
    BOOST_TEST((second.wait(at(1060ms)).until == at(1050ms) + interval));
    BOOST_TEST((third.wait(at(1060ms)).until == at(1050ms) + 2 * interval));
}

BOOST_FIXTURE_TEST_CASE(goes_on_where_a_success_came_between_the_refusals_of_others, origin_that_works)
{
    audit_options options;
    options.outage_limit = 30s;
    single_fetch waiting{origin, at(0s), options};
    (void)single_fetch{origin, at(1s), options}.finish(too_many_requests(std::nullopt), at(1s));
    (void)single_fetch{origin, at(20s), options}.finish(ok(), at(20s));
    (void)single_fetch{origin, at(40s), options}.finish(too_many_requests(std::nullopt), at(40s));

    BOOST_TEST((waiting.scheduler.next(at(41s)).what != decision::kind::done));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
