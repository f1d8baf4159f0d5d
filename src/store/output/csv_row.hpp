#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// Appends the next field of a row (RFC 4180), with a comma where it is not the first; an empty one is quoted.
/// A text that a spreadsheet would take for a formula begins with an apostrophe.
/// What is no valid UTF-8 becomes U+FFFD.
void append_csv_field(std::string& row, std::string_view text);

/// Whether a text begins so.
[[nodiscard]] bool is_csv_formula(std::string_view text) noexcept;

inline constexpr std::string_view csv_line_break = "\r\n";

}  // namespace jobaudit::store
