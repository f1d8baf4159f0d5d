#pragma once

#include "report/failure_report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::cli {

/// A part of the page under a heading of its own.
struct html_section {
    std::string_view id;
    std::string_view title;
    std::string html;        ///< without the heading
    bool is_narrow = false;  ///< two of them stand side by side where there is room
};

/// Which failed files there are, in figures: what stands above all sections.
[[nodiscard]] std::string html_head(const report::failure_report& report);

/// Those for which the report holds something, in the order in which a reader wants them.
[[nodiscard]] std::vector<html_section> html_sections(const report::failure_report& report);

}  // namespace jobaudit::cli
