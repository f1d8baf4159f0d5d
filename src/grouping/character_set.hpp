#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace jobaudit::grouping {

/// Bytes that are looked for in a text, one look-up for each byte of it.
class character_set {
public:
    constexpr explicit character_set(std::string_view members) noexcept
    {
        for (const char member : members)
            holds_[static_cast<unsigned char>(member)] = true;
    }

    [[nodiscard]] constexpr bool holds(char c) const noexcept { return holds_[static_cast<unsigned char>(c)]; }

    /// Bytes of `text` before the first member, from `at` on; all where there is none.
    [[nodiscard]] constexpr std::size_t size_before(std::string_view text, std::size_t at = 0) const noexcept
    {
        while (at < text.size() && !holds(text[at]))
            ++at;
        return at;
    }

    /// Bytes of `text` before the first that is no member, from `at` on.
    [[nodiscard]] constexpr std::size_t size_within(std::string_view text, std::size_t at = 0) const noexcept
    {
        while (at < text.size() && holds(text[at]))
            ++at;
        return at;
    }

    /// Bytes of `text` up to the last that is no member.
    [[nodiscard]] constexpr std::size_t size_without_end(std::string_view text) const noexcept
    {
        auto size = text.size();
        while (size > 0 && holds(text[size - 1]))
            --size;
        return size;
    }

private:
    std::array<bool, 256> holds_{};
};

}  // namespace jobaudit::grouping
