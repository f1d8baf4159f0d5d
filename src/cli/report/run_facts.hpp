#pragma once

#include "report/failure_report.hpp"

#include <string>
#include <utility>
#include <vector>

namespace jobaudit::cli {

/// What the audit's own summary says of the run, each with its name, for a person: which run it was, its requests, what
/// it waited for, the limit that was found, what it did not cover. Empty where the output keeps no summary.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> run_facts(const report::failure_report& report);

}  // namespace jobaudit::cli
