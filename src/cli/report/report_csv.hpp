#pragma once

#include "report/failure_report.hpp"
#include "report/report_builder.hpp"
#include "store/output/outcome_source.hpp"

#include <functional>
#include <string_view>

namespace jobaudit::cli {

/// Writes an output flat, as CSV (RFC 4180): a row for each failed file with its reason, one for each job without a
/// list. A text that a spreadsheet would take for a formula begins with an apostrophe. `builder` has visited `file` and
/// finished `report`. Throws what reading and `write` throw.
void write_report_csv(const store::outcome_source& file, const report::report_builder& builder,
                      const report::failure_report& report, const std::function<void(std::string_view)>& write);

}  // namespace jobaudit::cli
