#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobaudit::protocol {

/// Secrets shorter than this are left alone: no real key is, and its letters would be found in any text.
inline constexpr std::size_t shortest_redacted = 8;

/// Replaces `secret` wherever it stands in `text`, and its beginning where the text was cut within it. For words of a
/// server, which may repeat what it was sent.
void redact(std::string& text, std::string_view secret);

}  // namespace jobaudit::protocol
