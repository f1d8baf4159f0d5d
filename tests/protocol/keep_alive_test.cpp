#include "protocol/keep_alive.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

namespace jobaudit::protocol {

BOOST_AUTO_TEST_SUITE(keep_alive_fields)

BOOST_AUTO_TEST_CASE(tell_in_seconds_how_long_an_idle_connection_is_kept)
{
    BOOST_TEST((parse_keep_alive_timeout("timeout=5") == 5s));
    BOOST_TEST((parse_keep_alive_timeout("timeout=5, max=99") == 5s));
    BOOST_TEST((parse_keep_alive_timeout("max=99,Timeout = 120 ") == 120s));
    BOOST_TEST((parse_keep_alive_timeout("timeout=0") == 0s));
    BOOST_TEST((parse_keep_alive_timeout("timeout=4294967295") == 4294967295s));
}

BOOST_AUTO_TEST_CASE(tell_nothing_that_cannot_be_read)
{
    for (const auto* field : {"", "max=99", "timeout", "timeout=", "timeout=soon", "timeout=-1", "timeout=5s",
                              "timeout=4294967296", "timeouts=5", ",,", "115"})
        BOOST_TEST((parse_keep_alive_timeout(field) == duration::max()), field);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::protocol
