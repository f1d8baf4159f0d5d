#include "cli/terminal/terminal_text.hpp"

#include "protocol/control_characters.hpp"
#include "protocol/utf8.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace jobaudit::cli {
namespace {

/// Both ends belong to it.
struct code_point_range {
    char32_t first;
    char32_t last;
};

constexpr std::array<code_point_range, 8> combining{{
    {0x300, 0x36f},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x200b, 0x200d},
    {0x20d0, 0x20ff},
    {0x3099, 0x309a},
    {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f},
}};

constexpr std::array<code_point_range, 11> wide{{
    {0x1100, 0x115f},
    {0x2e80, 0x303e},
    {0x3041, 0xa4cf},
    {0xa960, 0xa97f},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff01, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1f9ff},
    {0x20000, 0x3fffd},
}};

bool is_among(std::span<const code_point_range> ranges, char32_t value) noexcept
{
    return std::ranges::any_of(ranges, [value](auto range) { return range.first <= value && value <= range.last; });
}

/// Cut off the front of a text; empty for a byte that no character begins with.
std::string_view take_character(std::string_view& text) noexcept
{
    const auto size = protocol::utf8_character_size(text);
    const auto character = text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
    return character;
}

}  // namespace

std::string printable(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const auto character = take_character(text);
        if (character.empty())
            result += protocol::replacement_character;
        else if (protocol::is_control(protocol::utf8_code_point(character)))
            result += ' ';
        else
            result += character;
    }
    return result;
}

std::size_t columns(std::string_view text) noexcept
{
    std::size_t count = 0;
    while (!text.empty()) {
        const auto character = take_character(text);
        const auto value = character.empty() ? U' ' : protocol::utf8_code_point(character);
        if (!is_among(combining, value))
            count += is_among(wide, value) ? 2 : 1;
    }
    return count;
}

std::string shortened(std::string_view text, std::size_t most)
{
    if (columns(text) <= most)
        return std::string{text};
    std::string result;
    for (std::size_t taken = 0; !text.empty() && most > 0;) {
        const auto rest = text;
        (void)take_character(text);
        const auto character = rest.substr(0, rest.size() - text.size());
        taken += columns(character);
        if (taken >= most)
            return result + "…";
        result += character;
    }
    return result;
}

}  // namespace jobaudit::cli
