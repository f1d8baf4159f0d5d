#include "protocol/retry_after.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using namespace std::chrono_literals;
using namespace std::chrono;

namespace {

protocol::wall_time at(year_month_day date, seconds of_day = 0s) { return sys_days{date} + of_day; }

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
const protocol::wall_time example = at(1994y / November / 6, 8h + 49min + 37s);
const protocol::wall_time now = at(2026y / May / 4, 12h);

}  // namespace

BOOST_AUTO_TEST_SUITE(http_dates)

BOOST_AUTO_TEST_CASE(are_read_in_all_three_forms)
{
    for (const auto* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                             "Sun Nov  6 08:49:37 1994", "Sun Nov 06 08:49:37 1994", "Mon, 06 Nov 1994 08:49:37 GMT"}) {
        const auto time = protocol::parse_http_date(text, now);
        BOOST_TEST_CONTEXT(text)
        BOOST_TEST((time == example));
    }
}

BOOST_AUTO_TEST_CASE(may_hold_a_leap_day_and_a_leap_second)
{
    BOOST_TEST((protocol::parse_http_date("Thu, 29 Feb 2024 00:00:00 GMT", now) == at(2024y / February / 29)));
    BOOST_TEST((protocol::parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", now) == at(2017y / January / 1)));
}

BOOST_AUTO_TEST_CASE(with_two_digits_of_a_year_are_at_most_fifty_years_ahead)
{
    struct row {
        const char* text;
        protocol::wall_time expected;
    };
    const std::vector<row> rows{
        {"Monday, 04-May-26 12:00:00 GMT", at(2026y / May / 4, 12h)},
        {"Monday, 04-May-76 12:00:00 GMT", at(2076y / May / 4, 12h)},
        {"Monday, 04-May-76 12:00:01 GMT", at(1976y / May / 4, 12h + 1s)},
        {"Monday, 04-May-77 12:00:00 GMT", at(1977y / May / 4, 12h)},
        {"Monday, 04-May-00 12:00:00 GMT", at(2000y / May / 4, 12h)},
    };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text)
        BOOST_TEST((protocol::parse_http_date(row.text, now) == row.expected));
    }
    BOOST_TEST(
        (protocol::parse_http_date("Monday, 04-May-05 12:00:00 GMT", at(2099y / May / 4)) == at(2105y / May / 4, 12h)));
    BOOST_TEST((protocol::parse_http_date("Monday, 01-Mar-74 00:00:00 GMT", at(2024y / February / 29)) ==
                at(1974y / March / 1)));
}

BOOST_AUTO_TEST_CASE(are_refused_in_any_other_form)
{
    for (const std::string text : {"",
                                   "x",
                                   "Sun, 06 Nov 1994 08:49:37",
                                   "Sun, 06 Nov 1994 08:49:37 UTC",
                                   "Sun, 06 Nov 1994 08:49:37 GMT ",
                                   "Sun, 6 Nov 1994 08:49:37 GMT",
                                   "sun, 06 Nov 1994 08:49:37 GMT",
                                   "Sun, 06 nov 1994 08:49:37 GMT",
                                   "Xxx, 06 Nov 1994 08:49:37 GMT",
                                   "Sun, 31 Nov 1994 08:49:37 GMT",
                                   "Sun, 00 Nov 1994 08:49:37 GMT",
                                   "Sun, 06 Nov 1994 24:49:37 GMT",
                                   "Sun, 06 Nov 1994 08:60:37 GMT",
                                   "Sun, 06 Nov 1994 08:49:61 GMT",
                                   "Wed, 29 Feb 2023 00:00:00 GMT",
                                   "Sunday, 06-Nov-1994 08:49:37 GMT",
                                   "Sun, 06-Nov-94 08:49:37 GMT",
                                   "Sun Nov 6 08:49:37 1994",
                                   "Sun Nov  6 08:49:37 94",
                                   "1994-11-06T08:49:37Z",
                                   "Sun, 06 Nov -994 08:49:37 GMT"})
        BOOST_TEST(!protocol::parse_http_date(text, now).has_value(), "'" << text << "' was read");
}

BOOST_AUTO_TEST_CASE(that_are_cut_off_are_refused_wherever_the_cut_is)
{
    for (const std::string text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
        for (std::size_t size = 0; size < text.size(); ++size)
            BOOST_TEST(!protocol::parse_http_date(text.substr(0, size), now).has_value());
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(retry_after)

BOOST_AUTO_TEST_CASE(is_a_pause_from_now_on)
{
    BOOST_TEST((protocol::parse_retry_after("0", now) == protocol::duration{0}));
    BOOST_TEST((protocol::parse_retry_after("120", now) == protocol::duration{2min}));
    BOOST_TEST((protocol::parse_retry_after("007", now) == protocol::duration{7s}));
    BOOST_TEST((protocol::parse_retry_after("Mon, 04 May 2026 12:00:05 GMT", now) == protocol::duration{5s}));
    BOOST_TEST((protocol::parse_retry_after("Monday, 04-May-26 12:01:00 GMT", now) == protocol::duration{1min}));
    BOOST_TEST((protocol::parse_retry_after("Mon May  4 13:00:00 2026", now) == protocol::duration{1h}));
}

BOOST_AUTO_TEST_CASE(is_zero_for_a_date_in_the_past)
{
    BOOST_TEST((protocol::parse_retry_after("Mon, 04 May 2026 12:00:00 GMT", now) == protocol::duration{0}));
    BOOST_TEST((protocol::parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now) == protocol::duration{0}));
}

BOOST_AUTO_TEST_CASE(is_at_most_a_year)
{
    for (const std::string text : {"31536000", "31536001", "18446744073709551616", "99999999999999999999999999999999",
                                   "Fri, 31 Dec 9999 23:59:59 GMT"})
        BOOST_TEST((protocol::parse_retry_after(text, now) == protocol::duration{24h * 365}), text);
}

BOOST_AUTO_TEST_CASE(is_rounded_up_when_it_has_decimals)
{
    BOOST_TEST((protocol::parse_retry_after("1.5", now) == protocol::duration{2s}));
    BOOST_TEST((protocol::parse_retry_after("0.001", now) == protocol::duration{1s}));
    BOOST_TEST((protocol::parse_retry_after("99999999999999999999.5", now) == protocol::duration{24h * 365}));
}

BOOST_AUTO_TEST_CASE(is_nothing_when_it_is_neither_seconds_nor_a_date)
{
    for (const std::string text :
         {"", " ", "-1", "+1", "1.", ".5", "1.5s", "1.2.3", "1 ", " 1", "1s", "0x10", "soon", "1,2", "\xd9\xa1"})
        BOOST_TEST(!protocol::parse_retry_after(text, now).has_value(), "'" << text << "' was read");
}

BOOST_AUTO_TEST_SUITE_END()
