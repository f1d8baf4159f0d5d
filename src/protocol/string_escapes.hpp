#pragma once

#include <cstddef>
#include <string_view>

namespace jobaudit::protocol {

/// Bytes of the whole escapes (RFC 8259 §7) that `text`, the rest of a JSON string, begins with: at least one, and of
/// those behind it as many as are seen at a glance. 0 where there is none: what begins here is no escape, goes on
/// behind the end, or is one half of a surrogate pair.
[[nodiscard]] std::size_t escapes_size(std::string_view text) noexcept;

/// Writes what a JSON string stands for, of which `spelled` is valid but for its encoding, and holds whole escapes and
/// no halves of surrogate pairs. That takes no more room than `spelled`. Gives the end of what it wrote.
[[nodiscard]] char* write_unescaped(std::string_view spelled, char* out) noexcept;

}  // namespace jobaudit::protocol
