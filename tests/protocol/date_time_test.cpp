#include "protocol/date_time.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace protocol = jobaudit::protocol;
using namespace std::chrono_literals;

namespace {

constexpr auto day = std::chrono::sys_days{std::chrono::year{2026} / 11 / 29};

struct row {
    std::string text;
    protocol::utc_time time;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(date_times)

BOOST_AUTO_TEST_CASE(are_read_in_the_forms_that_platforms_and_people_write)
{
    const std::vector<row> rows{
        {"2026-11-29T10:15:30Z", day + 10h + 15min + 30s},
        {"2026-11-29T10:15:30.123456Z", day + 10h + 15min + 30s + 123456us},
        {"2026-11-29t10:15:30.5z", day + 10h + 15min + 30s + 500ms},
        {"2026-11-29 10:15:30.1234567", day + 10h + 15min + 30s + 123456us},
        {"2026-11-29T10:15", day + 10h + 15min},
        {"2026-11-29T10:15:30+02:00", day + 8h + 15min + 30s},
        {"2026-11-29T10:15:30-0930", day + 19h + 45min + 30s},
        {"2026-11-29T10:15+02", day + 8h + 15min},
        {"2026-11-29T23:59:60Z", day + 24h},
        {"1969-12-31T23:59:59Z", protocol::utc_time{-1s}},
    };
    for (const auto& each : rows)
        BOOST_TEST((protocol::parse_date_time(each.text) == each.time), each.text);
}

BOOST_AUTO_TEST_CASE(are_nothing_in_any_other_form)
{
    for (const std::string text : {"",
                                   "2026",
                                   "2026-11-29",
                                   "2026-11-29T",
                                   "2026-11-29T10",
                                   "2026-11-29T10:",
                                   "2026-11-29T10:15:",
                                   "2026-11-29T10:15:30.",
                                   "2026-11-29T24:00:00",
                                   "2026-11-29T10:60",
                                   "2026-11-29T10:15:61",
                                   "2026-13-01T00:00",
                                   "2026-02-30T00:00",
                                   "26-11-29T10:15",
                                   "2026-11-29T10:15:30 UTC",
                                   "2026-11-29T10:15:30+",
                                   "2026-11-29T10:15+2",
                                   "2026-11-29T10:15:30+24:00",
                                   "2026-11-29T10:15:30+02:",
                                   "2026-11-29T10:15:30Zx",
                                   " 2026-11-29T10:15",
                                   "2026-11-29T-1:15",
                                   "+026-11-29T10:15"})
        BOOST_TEST(!protocol::parse_date_time(text), text);
}

BOOST_AUTO_TEST_CASE(may_be_days_alone)
{
    BOOST_TEST((protocol::parse_date("2026-11-29") == day));
    for (const std::string text : {"", "2026-11", "2026-11-31", "2026-11-29T", "2026/11/29", "29.11.2026"})
        BOOST_TEST(!protocol::parse_date(text), text);
}

BOOST_AUTO_TEST_CASE(may_tell_how_long_something_took)
{
    BOOST_TEST((protocol::parse_iso_duration("PT3S") == 3s));
    BOOST_TEST((protocol::parse_iso_duration("PT0S") == 0s));
    BOOST_TEST((protocol::parse_iso_duration("P1DT2H3M4.5S") == 26h + 3min + 4s + 500ms));
    BOOST_TEST((protocol::parse_iso_duration("P2D") == 48h));
    BOOST_TEST((protocol::parse_iso_duration("PT90M") == 90min));
    for (const std::string text : {"", "P", "PT", "P1DT", "3S", "P3S", "PT3", "P1Y", "P1M", "PT1S2M", "PT-3S", "PT3S ",
                                   "P40000D", "P99999999999D"})
        BOOST_TEST(!protocol::parse_iso_duration(text), text);
}

BOOST_AUTO_TEST_SUITE_END()
