#pragma once

#include "report/failure_report.hpp"

#include <string>

namespace jobaudit::cli {

/// A report as one HTML page that needs nothing but itself: no request leaves it, and only its own script, which it
/// names by its hash, can run in it. Texts of others stay texts. `name`: of the file.
///
/// Its size is bounded: of reasons, workflows, days and file types it holds the first thousand or less, of texts the
/// first longest_page_text bytes, and it says so.
[[nodiscard]] std::string report_html(const report::failure_report& report, const std::string& name);

}  // namespace jobaudit::cli
