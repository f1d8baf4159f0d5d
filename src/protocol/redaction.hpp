#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::protocol {

/// Secrets shorter than this are left alone: no real key is, and its letters would be found in any text. So are
/// beginnings of secrets that are shorter.
inline constexpr std::size_t shortest_redacted = 8;

/// A text that must not appear in a message. A peer's text is searched for it, because a peer may repeat what it was
/// sent.
struct secret {
    std::string value;
    std::string_view name;  ///< what stands in its place, in brackets
};

/// Replaces `value` wherever it stands in `text`, in any letter case, also behind escapes of JSON (`\u0041`, `\/`, in
/// any depth), of URLs (`%41`) and of HTML (`&#65;`, `&#x41;`); and any beginning of it, as a text may have been cut
/// within it. Linear in `text` but for what begins like the secret.
void redact(std::string& text, std::string_view value, std::string_view name = "[the API key]");

void redact(std::string& text, const std::vector<secret>& secrets);

}  // namespace jobaudit::protocol
