#pragma once

#include <cstddef>
#include <string_view>

namespace jobaudit::protocol {

/// U+FFFD, which stands for what is no valid UTF-8.
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

/// Length of the well-formed character that `text` begins with (RFC 3629: no overlong form, no surrogate,
/// nothing above U+10FFFF); 0 where there is none.
[[nodiscard]] std::size_t utf8_character_size(std::string_view text) noexcept;

/// The code point of one well-formed character.
[[nodiscard]] char32_t utf8_code_point(std::string_view character) noexcept;

}  // namespace jobaudit::protocol
