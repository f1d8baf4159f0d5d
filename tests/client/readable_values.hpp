#pragma once

#include <jobaudit/error.hpp>
#include <jobaudit/summary.hpp>

#include <array>
#include <cstddef>
#include <ostream>
#include <string_view>

// How Boost.Test shows values that the library itself never prints.

namespace jobaudit {

inline std::ostream& operator<<(std::ostream& out, errc code) { return out << make_error_code(code).message(); }

inline std::ostream& operator<<(std::ostream& out, stop_reason reason)
{
    constexpr std::array<std::string_view, 8> names{"none",     "fatal",    "wait_too_long", "outage",
                                                    "deadline", "canceled", "sink_failed",   "source_failed"};
    return out << names[static_cast<std::size_t>(reason)];
}

}  // namespace jobaudit
