#pragma once

#include <algorithm>
#include <string_view>

namespace jobaudit::store {

/// Letters of ASCII in lower case; others stay.
[[nodiscard]] constexpr char lower(char letter) noexcept
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

[[nodiscard]] constexpr bool is_letter(char character) noexcept
{
    return lower(character) >= 'a' && lower(character) <= 'z';
}

[[nodiscard]] inline bool equal_ignoring_case(std::string_view one, std::string_view other) noexcept
{
    return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace jobaudit::store
