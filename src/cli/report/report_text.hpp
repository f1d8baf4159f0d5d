#pragma once

#include "report/failure_report.hpp"

#include <cstddef>
#include <string>

namespace jobaudit::cli {

/// A report as a page for a person: lines of at most `width` columns, tables of at most `top` rows, which say how much
/// they leave out. Nothing in it can play tricks on a terminal. `name`: of the file.
[[nodiscard]] std::string report_text(const report::failure_report& report, const std::string& name, std::size_t top,
                                      std::size_t width);

}  // namespace jobaudit::cli
