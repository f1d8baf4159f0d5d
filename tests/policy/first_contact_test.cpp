#include "one_scheduler.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

/// As a batch begins.
struct first_batch : one_batch {
    explicit first_batch(const audit_options& options = {}) : one_batch{options}, scheduler{shared, 8, 2}
    {
        for (unsigned i = 0; i < 20; ++i)
            scheduler.add(job_number(i));
        scheduler.no_more_jobs();
    }

    attempt start(time_point now) { return next_start(scheduler, now); }

    bool waits(time_point now)
    {
        const decision what = scheduler.next(now);
        return what.what == decision::kind::wait && what.cause == wait_cause::first_contact;
    }

    policy::scheduler scheduler;
};

[[nodiscard]] protocol::verdict gateway_page()
{
    auto result = verdict_of(outcome_kind::server_error, protocol::action::retry, 404, "404 page not found");
    result.is_foreign = true;
    return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(the_first_contact)

BOOST_FIXTURE_TEST_CASE(is_one_request_until_something_has_succeeded, first_batch)
{
    const auto first = start(at(0s));
    BOOST_TEST(waits(at(0s)));
    BOOST_TEST(waits(at(1s)));

    (void)scheduler.finished(first, ok(), 1, at(1s));
    for (int i = 0; i < 8; ++i)
        (void)start(at(1s));
}

BOOST_FIXTURE_TEST_CASE(goes_on_with_the_next_when_one_has_failed, first_batch)
{
    for (int i = 0; i < 5; ++i) {
        const auto only = start(at(0s));
        BOOST_TEST(waits(at(0s)));
        (void)scheduler.finished(only, server_error(), 1, at(0s));
    }
}

BOOST_FIXTURE_TEST_CASE(is_waited_for_three_seconds_and_no_longer, first_batch)
{
    (void)start(at(0s));
    const decision waiting = scheduler.next(at(100ms));
    BOOST_TEST((waiting.until == at(3s)));
    for (int i = 0; i < 7; ++i)
        (void)start(at(3s));
}

BOOST_FIXTURE_TEST_CASE(is_one_request_of_all_threads, first_batch)
{
    policy::scheduler other{shared, 8, 3};
    other.add(job_number(100));
    other.no_more_jobs();
    const auto first = start(at(0s));
    const decision waiting = other.next(at(0s));
    BOOST_TEST((waiting.cause == wait_cause::first_contact));
    BOOST_TEST((waiting.until <= at(10ms)));

    (void)scheduler.finished(first, ok(), 1, at(1ms));
    BOOST_TEST((other.next(at(5ms)).what == decision::kind::start));
}

BOOST_FIXTURE_TEST_CASE(is_given_free_by_an_attempt_that_is_taken_back, first_batch)
{
    const auto first = start(at(0s));
    origin.gate.throttled(at(0s), first.gate_epoch, 1s);
    BOOST_TEST(!scheduler.may_send(first, at(0s)));
    (void)start(at(2s));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(answers_of_somebody_else)

BOOST_FIXTURE_TEST_CASE(end_a_batch_that_has_had_no_other_ones, first_batch)
{
    for (unsigned i = 1; i < shared.options().attempts; ++i) {
        BOOST_TEST((scheduler.finished(start(at(0s)), gateway_page(), 1, at(0s)).what == resolution::kind::again));
        BOOST_TEST(!shared.stopped());
    }
    BOOST_TEST((scheduler.finished(start(at(0s)), gateway_page(), 1, at(0s)).what == resolution::kind::final));
    BOOST_TEST(shared.stopped());
    BOOST_TEST((shared.cause().reason == stop_reason::fatal));
    BOOST_TEST(shared.cause().message.find("404 page not found") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(are_counted_in_a_row, first_batch)
{
    for (unsigned i = 0; i < 3 * shared.options().attempts; ++i)
        (void)scheduler.finished(start(at(0s)), i % 2 == 0 ? gateway_page() : server_error(), 1, at(0s));
    BOOST_TEST(!shared.stopped());
}

BOOST_FIXTURE_TEST_CASE(are_failures_of_their_jobs_alone_once_something_has_succeeded, first_batch)
{
    (void)scheduler.finished(start(at(0s)), ok(), 1, at(0s));
    for (int i = 0; i < 15; ++i)
        BOOST_TEST((scheduler.finished(start(at(0s)), gateway_page(), 1, at(0s)).what == resolution::kind::again));
    BOOST_TEST(!shared.stopped());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
