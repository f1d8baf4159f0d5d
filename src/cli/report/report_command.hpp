#pragma once

#include "cli/report/report_arguments.hpp"

#include <string>

namespace jobaudit::cli {

/// Runs `jobaudit report`. Gives the exit code. Throws failure, store::input_error and store::output_error.
[[nodiscard]] int run_report(const report_arguments& arguments);

/// Whether a page could be written there, as far as that can be known before. Throws failure.
void check_report_page(const std::string& path);

/// Writes the page of `jobaudit report RESULTS --html PATH` and says where it is. `title`: in the place of the results'
/// name. Throws as run_report() does.
void write_report_page(const std::string& results, const std::string& title, const std::string& path);

}  // namespace jobaudit::cli
