#pragma once

#include <string>
#include <string_view>

namespace jobaudit::fuzz {

/// `url` with another letter in the place of each letter and digit of its user name and password, which stand between
/// `://`, or the beginning, and the last `@`. A message that is the same for both shows nothing of them.
[[nodiscard]] std::string with_other_login(std::string_view url);

}  // namespace jobaudit::fuzz
