#pragma once

#include "report/failure_report.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::report {

/// A report as text (JSON), which an output keeps, so that it need not be counted again.
[[nodiscard]] std::string kept_text(const failure_report& report);

/// The report of which kept_text() gave that text; nothing where it is not one, or one of another version.
[[nodiscard]] std::optional<failure_report> report_of(std::string_view kept);

}  // namespace jobaudit::report
