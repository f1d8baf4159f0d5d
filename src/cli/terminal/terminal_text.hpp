#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobaudit::cli {

/// The text with a blank in place of each character that could play tricks on a terminal: control characters, and those
/// that turn the direction of text. What is no valid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

/// The columns that printable UTF-8 takes: two for a wide East Asian character or an emoji (Unicode annex 11), none for
/// a combining mark.
[[nodiscard]] std::size_t columns(std::string_view text) noexcept;

/// Printable text in at most `most` columns: where it is cut, an ellipsis says so.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

}  // namespace jobaudit::cli
