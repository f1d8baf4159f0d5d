#pragma once

#include <span>
#include <string>
#include <string_view>

namespace jobaudit::cli {

/// The name that was probably meant by `word`: the one that begins with it, or the one from which it differs by the
/// fewest letters that are missing, wrong, too many or swapped; empty where none is near.
[[nodiscard]] std::string near_name(std::string_view word, std::span<const std::string> names);

/// `: did you mean --jobs?`, or nothing.
[[nodiscard]] std::string suggestion(std::string_view word, std::span<const std::string> names);

}  // namespace jobaudit::cli
