#pragma once

#include <jobaudit/outcome.hpp>

#include <string>

namespace jobaudit::cli {

/// One job for a person: how it ended, and its failed files as a table or what the server found invalid.
[[nodiscard]] std::string fetch_text(const outcome& result);

}  // namespace jobaudit::cli
