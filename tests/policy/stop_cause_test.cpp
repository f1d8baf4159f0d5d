#include "verdicts.hpp"
#include "virtual_time.hpp"

#include "policy/stop_cause.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

BOOST_AUTO_TEST_SUITE(causes_of_a_stop)

BOOST_AUTO_TEST_CASE(name_durations_as_a_person_would)
{
    const struct {
        duration span;
        const char* words;
    } table[] = {
        {0s, "0 ms"},          {350ms, "350 ms"}, {1s, "1 s"},         {1500ms, "1.5 s"},
        {42s, "42 s"},         {5min, "5 min"},   {90s, "1 min 30 s"}, {1h, "1 h"},
        {80min, "1 h 20 min"}, {36h, "36 h"},     {75h, "3 days 3 h"}, {-5s, "0 ms"},
    };
    for (const auto& row : table)
        BOOST_TEST(in_words(row.span) == row.words);
}

BOOST_AUTO_TEST_CASE(say_what_the_server_said)
{
    const auto cause = refused(unauthorized());
    BOOST_TEST((cause.reason == stop_reason::fatal));
    BOOST_TEST(cause.message == "the API key was refused (401: bad key)");
    BOOST_TEST((cause.error == errc::unauthorized));
    BOOST_TEST(refused(payment_required()).message ==
               "the account's quota does not allow more requests (402: no quota)");
    BOOST_TEST(refused(unknown_host()).message == "no such host");
}

BOOST_AUTO_TEST_CASE(say_what_an_attempt_came_to)
{
    auto result = bad_gateway();
    BOOST_TEST(in_words(result) == "HTTP 502: bad gateway");
    result.message = "502 Bad Gateway: nginx";
    BOOST_TEST(in_words(result) == "HTTP 502 Bad Gateway: nginx");
    BOOST_TEST(with_status(result) == "502 Bad Gateway: nginx");
    result.message = "5021 things";
    BOOST_TEST(in_words(result) == "HTTP 502: 5021 things");
    result.message = "502";
    BOOST_TEST(in_words(result) == "HTTP 502");
    BOOST_TEST(in_words(unknown_host()) == "no such host");
    result = {};
    result.error = errc::connection_lost;
    BOOST_TEST(in_words(result) == error_code{errc::connection_lost}.message());
}

BOOST_AUTO_TEST_CASE(name_the_time_at_which_to_resume)
{
    const auto cause = asked_to_wait(1h, 15min);
    BOOST_TEST((cause.reason == stop_reason::wait_too_long));
    BOOST_TEST((cause.resume_after == 1h));
    BOOST_TEST(cause.message == "the server asks for a pause of 1 h, longer than is to be waited (15 min)");
}

BOOST_AUTO_TEST_CASE(do_not_blame_the_server_for_what_this_machine_lacks)
{
    BOOST_TEST(outage_too_long(42s, errc::connect_failed, "Connection refused").message ==
               "the server has been failing for 42 s (last: Connection refused)");
    BOOST_TEST(outage_too_long(42s, errc::local_shortage, "no free port").message ==
               "this machine could open no connection for 42 s (last: no free port)");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
