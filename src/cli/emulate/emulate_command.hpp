#pragma once

#include "cli/options/arguments.hpp"

namespace jobaudit::cli {

/// Runs `jobaudit emulate` until a signal ends it, and gives its exit code. Throws failure and
/// emulator::emulator_error.
[[nodiscard]] int run_emulate(const emulate_arguments& arguments);

}  // namespace jobaudit::cli
