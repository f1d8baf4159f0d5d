#pragma once

#include <chrono>

namespace jobaudit::policy {

// Floor 1 reads no clock: these are the types in which others tell it the time.

using duration = std::chrono::nanoseconds;
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

}  // namespace jobaudit::policy
