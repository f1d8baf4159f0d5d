#pragma once

#include "cli/options/arguments.hpp"

namespace jobaudit::cli {

/// Runs `jobaudit demo` and gives its exit code: 0 when every job is right. Throws failure, emulator::emulator_error
/// and store::output_error.
[[nodiscard]] int run_demo(const demo_arguments& arguments);

}  // namespace jobaudit::cli
