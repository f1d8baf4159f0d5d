#pragma once

#include <string_view>

namespace jobaudit::protocol {

struct utf8_check {
    bool is_valid = true;              ///< RFC 3629
    bool has_line_separators = false;  ///< U+2028 or U+2029, which some readers of lines take for the end of one
};

/// Looks at all of `text`, many bytes at once: J. Keiser, D. Lemire, "Validating UTF-8 In Less Than One Instruction Per
/// Byte", Software: Practice and Experience 51 (5), 2021.
[[nodiscard]] utf8_check check_utf8(std::string_view text) noexcept;

}  // namespace jobaudit::protocol
