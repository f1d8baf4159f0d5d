#pragma once

#include <string_view>

namespace jobaudit::cli {

/// The files of src/cli/report/page, embedded by the build. `{{name}}` in the page is where report_html puts a part.
extern const std::string_view page_html;
extern const std::string_view page_css;
extern const std::string_view page_js;

}  // namespace jobaudit::cli
