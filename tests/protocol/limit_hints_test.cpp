#include "protocol/limit_hints.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace jobaudit::protocol {

namespace {

using namespace std::chrono_literals;

constexpr protocol::wall_time now{std::chrono::seconds{1'800'000'000}};

std::optional<protocol::duration> retry_after(const std::string& lines)
{
    return read_limit_hints(lines, now).retry_after;
}
std::optional<protocol::duration> resets_in(const std::string& lines) { return read_limit_hints(lines, now).resets_in; }

}  // namespace

BOOST_AUTO_TEST_SUITE(limit_hints_of_a_response)

BOOST_AUTO_TEST_CASE(name_a_pause_in_milliseconds)
{
    BOOST_TEST((retry_after("retry-after-ms:1500") == 1500ms));
    BOOST_TEST((retry_after("retry-after-ms: 0.5 ") == 500us));
    BOOST_TEST((retry_after("retry-after-ms:20\nretry-after-ms:30\nretry-after-ms:10") == 30ms));
    BOOST_TEST((retry_after("retry-after-ms:99999999999999999999") == 24h * 365));
    for (const char* none : {"", "retry-after-ms:", "retry-after-ms:0", "retry-after-ms:-5", "retry-after-ms:soon",
                             "retry-after-ms:1e3", "retry-after-ms:nan", "retry-after-ms:inf"})
        BOOST_TEST(!retry_after(none).has_value(), none);
}

BOOST_AUTO_TEST_CASE(name_the_time_of_a_reset_where_nothing_remains)
{
    BOOST_TEST((resets_in("remaining:0\nreset:30") == 30s));
    BOOST_TEST((resets_in("reset:30\nremaining: 0") == 30s));
    BOOST_TEST((resets_in("remaining:0\nreset:30\nreset:50\nremaining:7") == 50s));
    BOOST_TEST((resets_in("remaining:0\nreset:1800000060") == 60s));
    BOOST_TEST((resets_in("remaining:0\nreset:1800000060500") == 60500ms));
    BOOST_TEST((resets_in("remaining:0, 0;w=60\nreset:12, 60;w=60") == 12s));
    for (const char* none :
         {"reset:30", "remaining:1\nreset:30", "remaining:0", "remaining:0\nreset:0", "remaining:0\nreset:1799999999",
          "remaining:0\nreset:tomorrow", "remaining:none\nreset:30"})
        BOOST_TEST(!resets_in(none).has_value(), none);
}

BOOST_AUTO_TEST_CASE(may_stand_in_one_structured_field)
{
    BOOST_TEST((resets_in("ratelimit:limit=100, remaining=0, reset=50") == 50s));
    BOOST_TEST((resets_in(R"(ratelimit:"default";r=0;t=7)") == 7s));
    BOOST_TEST((resets_in(R"(ratelimit:"burst";r=20;t=1, "daily";r=0;t=3600)") == 1h));
    BOOST_TEST(!resets_in(R"(ratelimit:"default";r=5;t=7)").has_value());
    BOOST_TEST(!resets_in("ratelimit:nonsense").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::protocol
