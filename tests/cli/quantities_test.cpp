#include "cli/options/quantities.hpp"
#include "scratch_folder.hpp"

#include <limits>

namespace {

using namespace jobaudit::cli;
using jobaudit::test::contains;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr std::chrono::hours day{24};

}  // namespace

BOOST_AUTO_TEST_SUITE(quantities)

BOOST_AUTO_TEST_CASE(reads_durations_with_their_units)
{
    struct {
        const char* text;
        nanoseconds duration;
    } const cases[] = {
        {"250ms", 250ms},
        {"30s", 30s},
        {"5m", 5min},
        {"2h", 2h},
        {"1d", day},
        {"7us", 7us},
        {"3ns", 3ns},
        {"1h30m", 90min},
        {"1d2h3m4s5ms6us7ns", day + 2h + 3min + 4s + 5ms + 6us + 7ns},
        {"1.5h", 90min},
        {".5s", 500ms},
        {"0.25ms", 250us},
        {"1m0.5s", 60s + 500ms},
        {"30", 30s},
        {"0.1", 100ms},
        {"0", 0s},
        {"30S", 30s},
        {"1H30M", 90min},
        {"90m", 90min},
        {"36500d", 36500 * day},
        {"0.4ns", 0ns},
    };
    for (const auto& each : cases) {
        const auto read = parse_duration(each.text);
        BOOST_TEST_CONTEXT(each.text)
        {
            BOOST_TEST_REQUIRE(read.has_value());
            BOOST_TEST(read->count() == each.duration.count());
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_duration_and_shows_one)
{
    for (const std::string text :
         {"",      " ",    "s",    "soon",   "30 s",   " 30s",  "30s ",      "-30s",      "+30s",
          "1..5s", ".",    "1,5s", "5min",   "1e3s",   "0x10s", "inf",       "nan",       "1m1h",
          "1s1s",  "1h30", "30m5", "1h-30m", "1h 30m", "30\n",  "\xc2\xb5s", "5\xc2\xb5s"}) {
        const auto read = parse_duration(text);
        BOOST_TEST_CONTEXT(text)
        {
            BOOST_TEST_REQUIRE(read.has_error());
            BOOST_TEST(read.error().message == "\"" + text +
                                                   "\" is no duration: give a number and a unit, such as 250ms, 30s, "
                                                   "5m or 1h30m");
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_durations_beyond_a_hundred_years)
{
    for (const auto* text : {"36501d", "36500d1ns1", "876001h", "99999999999999999999s", "100000000000000d"}) {
        const auto read = parse_duration(text);
        BOOST_TEST(read.has_error(), text);
    }
    BOOST_TEST(parse_duration("36501d").error().message == "\"36501d\" is too long: 100 years are the limit");
}

BOOST_AUTO_TEST_CASE(reads_sizes_with_their_units)
{
    struct {
        const char* text;
        std::uint64_t bytes;
    } const cases[] = {
        {"0", 0},
        {"65536", 65536},
        {"1B", 1},
        {"64K", 65536},
        {"64KiB", 65536},
        {"64kib", 65536},
        {"64KB", 64'000},
        {"256MiB", 268'435'456},
        {"256M", 268'435'456},
        {"256MB", 256'000'000},
        {"1G", 1'073'741'824},
        {"1GiB", 1'073'741'824},
        {"1GB", 1'000'000'000},
        {"2T", 2'199'023'255'552},
        {"2TiB", 2'199'023'255'552},
        {"2tb", 2'000'000'000'000},
        {"1.5GiB", 1'610'612'736},
        {".5k", 512},
        {"1048576TiB", 1ull << 60},
    };
    for (const auto& each : cases) {
        const auto read = parse_size(each.text);
        BOOST_TEST_CONTEXT(each.text)
        {
            BOOST_TEST_REQUIRE(read.has_value());
            BOOST_TEST(*read == each.bytes);
        }
    }
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_size_and_shows_one)
{
    for (const std::string text : {"", "MiB", "-1", "1 MiB", "1MiB ", "1KiBB", "1MiB1", "1M2K", "64X", "1PiB", "1e6"}) {
        const auto read = parse_size(text);
        BOOST_TEST_CONTEXT(text)
        {
            BOOST_TEST_REQUIRE(read.has_error());
            BOOST_TEST(read.error().message ==
                       "\"" + text + "\" is no size: give a number and a unit, such as 64K, 256MiB or 1GB");
        }
    }
    BOOST_TEST(parse_size("1048577TiB").error().message == "\"1048577TiB\" is too large: 1 EiB is the limit");
}

BOOST_AUTO_TEST_CASE(prints_durations_as_precisely_as_a_person_wants)
{
    struct {
        nanoseconds duration;
        const char* text;
    } const cases[] = {
        {0ns, "0 ms"},       {499us, "0 ms"},       {350ms, "350 ms"},
        {999ms, "999 ms"},   {999'400us, "999 ms"}, {999'500us, "1.0 s"},
        {2400ms, "2.4 s"},   {9949ms, "9.9 s"},     {9950ms, "10 s"},
        {12s, "12 s"},       {59'400ms, "59 s"},    {59'500ms, "1 min"},
        {60s, "1 min"},      {185s, "3 min 5 s"},   {3599s, "59 min 59 s"},
        {3599'600ms, "1 h"}, {1h, "1 h"},           {2h + 10min + 59s, "2 h 10 min"},
        {48h, "48 h"},
    };
    for (const auto& each : cases)
        BOOST_TEST(to_text(each.duration) == each.text);
}

BOOST_AUTO_TEST_CASE(prints_thousands_apart)
{
    struct {
        std::uint64_t number;
        const char* text;
    } const cases[] = {
        {0, "0"},
        {999, "999"},
        {1000, "1,000"},
        {12'345, "12,345"},
        {999'999, "999,999"},
        {1'234'567, "1,234,567"},
        {std::numeric_limits<std::uint64_t>::max(), "18,446,744,073,709,551,615"},
    };
    for (const auto& each : cases)
        BOOST_TEST(to_text(each.number) == each.text);
}

BOOST_AUTO_TEST_CASE(counts_one_in_the_singular)
{
    BOOST_TEST(counted(0, "job", "jobs") == "0 jobs");
    BOOST_TEST(counted(1, "job", "jobs") == "1 job");
    BOOST_TEST(counted(2000, "job", "jobs") == "2,000 jobs");
}

BOOST_AUTO_TEST_SUITE_END()
