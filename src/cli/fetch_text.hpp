#pragma once

#include <jobaudit/outcome.hpp>

#include <string>
#include <string_view>

namespace jobaudit::cli {

/// One job for a person: how it ended, and its failed files as a table or what the server found invalid.
[[nodiscard]] std::string fetch_text(const outcome& result);

/// The text with blanks in place of control characters, which could play tricks on a terminal.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace jobaudit::cli
