#pragma once

#include "policy/time.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <ostream>

/// Time in these tests: a clock that stands still until the test names another moment.
namespace jobaudit::policy {

using namespace std::chrono_literals;

/// The moment `after` the start.
[[nodiscard]] constexpr time_point at(duration after) noexcept { return time_point{std::chrono::hours{1000} + after}; }

}  // namespace jobaudit::policy

// How BOOST_TEST shows durations and moments.
namespace boost::test_tools::tt_detail {

template <class Rep, class Period>
struct print_log_value<std::chrono::duration<Rep, Period>> {
    void operator()(std::ostream& out, const std::chrono::duration<Rep, Period>& span) const
    {
        out << std::chrono::duration<double, std::milli>{span}.count() << " ms";
    }
};

template <>
struct print_log_value<jobaudit::policy::time_point> {
    void operator()(std::ostream& out, const jobaudit::policy::time_point& moment) const
    {
        out << "at ";
        print_log_value<jobaudit::policy::duration>{}(out, moment - jobaudit::policy::at({}));
    }
};

}  // namespace boost::test_tools::tt_detail
