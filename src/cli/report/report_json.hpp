#pragma once

#include "report/failure_report.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace jobaudit::cli {

/// A report as one object. `name`: of the file.
[[nodiscard]] boost::json::object report_json(const report::failure_report& report, const std::string& name);

}  // namespace jobaudit::cli
