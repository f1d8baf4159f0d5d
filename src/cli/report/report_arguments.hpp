#pragma once

#include "cli/options/arguments.hpp"
#include "store/output/outcome_source.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace jobaudit::cli {

enum class report_form : std::uint8_t { text, html, json, csv, documents };

struct report_arguments {
    std::string file;                           ///< `-`: stdin
    store::run_choice run = store::latest_run;  ///< of a database
    report_form form = report_form::text;
    std::string page;        ///< where the HTML goes; `-`: stdout
    std::uint64_t top = 10;  ///< rows of each table of the text
};

struct diff_arguments {
    std::string older;
    std::string newer;
    store::run_choice older_run = store::latest_run;  ///< of a database
    store::run_choice newer_run = store::latest_run;
    bool json = false;
    std::uint64_t top = 10;
};

[[nodiscard]] parsed<report_arguments> parse_report(std::span<const std::string> arguments);
[[nodiscard]] parsed<diff_arguments> parse_diff(std::span<const std::string> arguments);

}  // namespace jobaudit::cli
