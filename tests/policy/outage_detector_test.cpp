#include "virtual_time.hpp"

#include "policy/outage_detector.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

struct detector_and_time {
    held_time held;
    outage_detector detector{held, 1};

    /// That many failures a millisecond apart, each on a connection of its own; gives the last one's result.
    outage_detector::failure fail(unsigned times, duration from = 0ms)
    {
        outage_detector::failure last;
        for (unsigned i = 0; i < times; ++i)
            last = detector.note_failure(at(from + i * 1ms), {.connection = i + 1, .message = "reset by peer"});
        return last;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(outages)

BOOST_FIXTURE_TEST_CASE(begin_with_twenty_failures_in_a_row, detector_and_time)
{
    BOOST_TEST(!fail(19).in_outage);
    BOOST_TEST(!detector.active());

    BOOST_TEST(fail(1, 30ms).in_outage);
    BOOST_TEST(detector.active());
    BOOST_TEST(detector.began_at() == at(0ms));
    BOOST_TEST(detector.last_failure().message == "reset by peer");
}

BOOST_FIXTURE_TEST_CASE(begin_at_once_where_this_machine_lacks_what_a_connection_needs, detector_and_time)
{
    BOOST_TEST(detector.note_failure(at(0ms), {.error = errc::local_shortage, .message = "no free port"}).in_outage);
    BOOST_TEST(detector.active());
    BOOST_TEST((detector.last_failure().error == errc::local_shortage));
}

BOOST_FIXTURE_TEST_CASE(do_not_begin_when_an_answer_comes_between, detector_and_time)
{
    (void)fail(19);
    detector.note_answer(at(20ms));
    BOOST_TEST(!fail(19, 30ms).in_outage);
}

BOOST_FIXTURE_TEST_CASE(need_failures_on_two_connections, detector_and_time)
{
    for (int i = 0; i < 100; ++i)
        BOOST_TEST(!detector.note_failure(at(1ms), {.connection = 7}).in_outage);

    BOOST_TEST(detector.note_failure(at(2ms), {.connection = 8}).in_outage);
}

BOOST_FIXTURE_TEST_CASE(are_shown_by_connections_that_cannot_be_made, detector_and_time)
{
    for (int i = 0; i < 19; ++i)
        BOOST_TEST(!detector.note_failure(at(1ms), {.connection = 0}).in_outage);
    BOOST_TEST(detector.note_failure(at(1ms), {.connection = 0}).in_outage);
}

BOOST_FIXTURE_TEST_CASE(are_not_shown_by_jobs_that_failed_while_others_succeeded, detector_and_time)
{
    const auto first = fail(1);
    detector.note_answer(at(1ms));

    for (unsigned i = 0; i < 100; ++i) {
        const auto again = detector.note_failure(at(2ms), {.connection = i, .earlier_streak = first.streak});
        BOOST_TEST(again.suspect);
        BOOST_TEST(!again.in_outage);
    }
}

BOOST_FIXTURE_TEST_CASE(forgive_the_failures_of_their_streak_and_no_others, detector_and_time)
{
    const auto before = fail(5);
    detector.note_answer(at(10ms));
    const auto charged = fail(19, 20ms);
    BOOST_TEST(!detector.tripped(charged.streak));

    (void)fail(1, 40ms);

    BOOST_TEST(detector.tripped(charged.streak));
    BOOST_TEST(!detector.tripped(before.streak));
    BOOST_TEST(!detector.tripped(0));
}

BOOST_FIXTURE_TEST_CASE(allow_one_probe_at_a_time, detector_and_time)
{
    (void)fail(20);
    const time_point due = detector.next_probe_at();
    BOOST_TEST(due >= at(119ms));
    BOOST_TEST(!detector.try_begin_probe(due - 1ns));

    BOOST_TEST(detector.try_begin_probe(due));
    BOOST_TEST(!detector.try_begin_probe(due + 1h));
    BOOST_TEST(detector.next_probe_at() == time_point::max());

    detector.release_probe(due + 1s);
    BOOST_TEST(detector.try_begin_probe(due + 1s));
}

BOOST_FIXTURE_TEST_CASE(probe_after_pauses_that_grow_to_five_seconds, detector_and_time)
{
    (void)fail(20);
    duration longest{};
    for (int probe = 0; probe < 200; ++probe) {
        const time_point due = detector.next_probe_at();
        BOOST_TEST(detector.try_begin_probe(due));
        BOOST_TEST(detector.note_failure(due, {.probe = true}).in_outage);
        const duration pause = detector.next_probe_at() - due;
        BOOST_TEST(pause >= 100ms);
        BOOST_TEST(pause <= 5s);
        BOOST_TEST((probe > 0 || pause <= 500ms));
        longest = std::max(longest, pause);
    }
    BOOST_TEST(longest > 4s);
}

BOOST_FIXTURE_TEST_CASE(do_not_hasten_probes_when_other_attempts_fail, detector_and_time)
{
    (void)fail(20);
    const time_point due = detector.next_probe_at();
    (void)fail(30, 50ms);
    BOOST_TEST(detector.next_probe_at() == due);
}

BOOST_FIXTURE_TEST_CASE(end_with_the_first_answer, detector_and_time)
{
    (void)fail(20);
    const time_point began = at(19ms);

    detector.note_answer(at(5s));

    BOOST_TEST(!detector.active());
    BOOST_TEST(detector.ended() == 1u);
    BOOST_TEST(!detector.try_begin_probe(at(1h)));
    BOOST_TEST(held.total(at(1h)) == at(5s) - began);
}

BOOST_FIXTURE_TEST_CASE(may_come_again, detector_and_time)
{
    for (unsigned i = 0; i < 200; ++i) {
        const auto last = fail(20, i * 10s);
        BOOST_TEST(last.in_outage);
        BOOST_TEST(detector.tripped(last.streak));
        detector.note_answer(at(i * 10s + 5s));
    }
    BOOST_TEST(detector.ended() == 200u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
