#pragma once

#include "cli/report/report_arguments.hpp"

namespace jobaudit::cli {

/// Runs `jobaudit report`. Gives the exit code. Throws failure, store::input_error and store::output_error.
[[nodiscard]] int run_report(const report_arguments& arguments);

}  // namespace jobaudit::cli
