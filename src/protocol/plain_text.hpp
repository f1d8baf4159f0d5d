#pragma once

#include <cstddef>
#include <string_view>

namespace jobaudit::protocol {

/// Length of the front of `text` that stands in a JSON string as it is and needs no look at its encoding (RFC 8259 §7):
/// ASCII without control characters, quotation mark and backslash.
[[nodiscard]] std::size_t plain_prefix(std::string_view text) noexcept;

}  // namespace jobaudit::protocol
