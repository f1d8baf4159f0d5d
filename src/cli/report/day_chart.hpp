#pragma once

#include "report/failure_report.hpp"

#include <span>
#include <string>

namespace jobaudit::cli {

/// Failed files by day, a column for each day from the first to the last, of the latest year. `days`: in order. Empty
/// where none of them is a day.
[[nodiscard]] std::string day_chart(std::span<const report::job_group> days);

}  // namespace jobaudit::cli
