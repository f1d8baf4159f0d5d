#pragma once

#include "cli/exit_code.hpp"

#include <jobaudit/list_outcome.hpp>

#include <string>

namespace jobaudit::cli {

/// What a script makes of a list that was asked for: complete where it was whole.
[[nodiscard]] exit_code exit_code_of(const list_outcome& ended) noexcept;

/// Why the list is not whole, for a person: one line without its break; empty where it is.
[[nodiscard]] std::string list_failure_text(const list_outcome& ended);

}  // namespace jobaudit::cli
