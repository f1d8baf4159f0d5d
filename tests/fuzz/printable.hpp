#pragma once

#include <string_view>

namespace jobaudit::fuzz {

/// Whether `text` is UTF-8 without the control characters of ASCII and Latin 1.
[[nodiscard]] bool is_plain_utf8(std::string_view text);

/// Whether a terminal shows `text` as it is: nor does it turn the direction of what stands around it, or end a line.
[[nodiscard]] bool is_printable(std::string_view text);

}  // namespace jobaudit::fuzz
