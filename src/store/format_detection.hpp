#pragma once

#include "store/entry_format.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// What the first line of a job file, apart from blanks and comments, says of the lines after it.
struct detected_format {
    std::unique_ptr<entry_format> format;
    bool line_is_header = false;  ///< otherwise it is an entry itself
};

/// `line` is trimmed and not empty. Throws input_error, which names the file, for what can't be a list of
/// jobs: a CSV without a `job_id` or `id` column, a JSON array.
[[nodiscard]] detected_format detect_format(std::string_view line, const std::string& file);

}  // namespace jobaudit::store
