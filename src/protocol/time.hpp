#pragma once

#include <chrono>

namespace jobaudit::protocol {

// Of what servers say of time: dates to the second, and pauses.

using wall_time = std::chrono::sys_time<std::chrono::seconds>;
using duration = std::chrono::nanoseconds;

}  // namespace jobaudit::protocol
