#pragma once

#include "cli/options/arguments.hpp"

#include <span>
#include <string>

namespace jobaudit::cli {

/// Runs `jobaudit audit` and gives its exit code. `argv` is the whole command line, for the command that resumes.
/// Throws failure, option_error, store::input_error and store::output_error before the first request; afterwards it
/// reports by itself.
[[nodiscard]] int run_audit(const audit_arguments& arguments, std::span<const std::string> argv);

}  // namespace jobaudit::cli
