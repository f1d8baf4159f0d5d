#pragma once

#include <string>
#include <string_view>

namespace jobaudit::fuzz {

/// JSON with `\ufffd` in the place of each escape that stands for half of a surrogate pair alone.
[[nodiscard]] std::string with_whole_surrogates(std::string_view json);

}  // namespace jobaudit::fuzz
