#pragma once

#include "cli/options/arguments.hpp"

namespace jobaudit::cli {

/// Runs `jobaudit fetch` and gives its exit code. Throws failure and option_error.
[[nodiscard]] int run_fetch(const fetch_arguments& arguments);

}  // namespace jobaudit::cli
