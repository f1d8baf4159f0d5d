#pragma once

#include <jobaudit/outcome.hpp>

#include <cstddef>
#include <string>

namespace jobaudit::cli {

/// One job for a person: how it ended, and its failed files as a table or what the server found invalid. In lines of at
/// most `width` columns, broken between words.
[[nodiscard]] std::string fetch_text(const outcome& result, std::size_t width = std::string::npos);

}  // namespace jobaudit::cli
