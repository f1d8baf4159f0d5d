#pragma once

#include <jobaudit/outcome.hpp>

#include <string_view>

namespace jobaudit::cli {

/// What an outcome means, for a person who knows the program's options; empty for `ok`.
[[nodiscard]] std::string_view meaning_of(outcome_kind kind) noexcept;

}  // namespace jobaudit::cli
