#pragma once

#include "policy/scheduler.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

/// The attempt that `decides` starts; that it starts none fails the test.
inline attempt next_start(scheduler& decides, time_point now)
{
    const decision what = decides.next(now);
    BOOST_TEST_REQUIRE((what.what == decision::kind::start));
    return what.attempt;
}

/// What `decides` waits for; that it does not wait fails the test.
inline decision next_wait(scheduler& decides, time_point now)
{
    const decision what = decides.next(now);
    BOOST_TEST_REQUIRE((what.what == decision::kind::wait));
    return what;
}

}  // namespace jobaudit::policy
