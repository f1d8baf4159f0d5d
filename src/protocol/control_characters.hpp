#pragma once

#include <string>
#include <string_view>

namespace jobaudit::protocol {

/// Whether a terminal or an editor may act upon a character rather than show it: control characters (C0, DEL, C1), line
/// and paragraph separators, what turns the direction of the text around it (Unicode annex 9), the zero-width no-break
/// space, interlinear annotations, and tags, which nobody sees.
[[nodiscard]] bool is_control(char32_t character) noexcept;

/// JSON text with an escape in the place of each such character, but for line breaks; its values stay as they are. What
/// is no UTF-8 stays too.
[[nodiscard]] std::string with_escaped_controls(std::string_view json);

}  // namespace jobaudit::protocol
