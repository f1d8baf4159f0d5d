#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobaudit::cli {

/// Where a text is broken into lines: between words. A word that is longer than a line stands alone on one.
struct wrapping {
    std::size_t width = std::string_view::npos;  ///< of a line, in columns
    std::size_t indent = 0;                      ///< blanks before every line but the first
    std::size_t begun = 0;                       ///< columns of the first line that are taken already
    std::string_view at_break{};                 ///< ends every line but the last
};

/// `text`, which is one line, without a line break at the end; as it is where no width is given.
[[nodiscard]] std::string wrapped(std::string_view text, const wrapping& how);

/// A text of several lines, each of which is wrapped for itself and keeps its indentation. One that is indented is a
/// command: its lines end with a backslash, as a shell wants it.
[[nodiscard]] std::string wrapped_lines(std::string_view text, std::size_t width);

/// A line of a table: `left` (already indented), and `right` from `column` on, on as many lines as it takes. Where
/// there is little room beside `left`, `right` stands below it.
[[nodiscard]] std::string table_line(std::string_view left, std::string_view right, std::size_t column,
                                     std::size_t width);

}  // namespace jobaudit::cli
