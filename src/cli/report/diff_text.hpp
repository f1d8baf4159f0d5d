#pragma once

#include "report/failure_diff.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>

namespace jobaudit::cli {

/// A comparison as a page for a person: lines of at most `width` columns, tables of at most `top` rows. `older` and
/// `newer`: the files' names.
[[nodiscard]] std::string diff_text(const report::failure_diff& diff, const std::string& older,
                                    const std::string& newer, std::size_t top, std::size_t width);

/// The same as one object, with all documents.
[[nodiscard]] boost::json::object diff_json(const report::failure_diff& diff);

}  // namespace jobaudit::cli
