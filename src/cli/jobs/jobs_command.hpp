#pragma once

#include "cli/options/arguments.hpp"

namespace jobaudit::cli {

/// Prints the platform's list of jobs on stdout while it comes. Gives the exit code.
[[nodiscard]] int run_jobs(const jobs_arguments& arguments);

}  // namespace jobaudit::cli
