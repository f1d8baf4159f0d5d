#include "protocol/control_characters.hpp"

#include "protocol/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace jobaudit::protocol {
namespace {

/// Both ends belong to it.
struct code_point_range {
    char32_t first;
    char32_t last;
};

constexpr std::array<code_point_range, 9> controls{{
    {0x00, 0x1f},
    {0x7f, 0x9f},
    {0x61c, 0x61c},
    {0x200e, 0x200f},
    {0x2028, 0x202e},
    {0x2066, 0x2069},
    {0xfeff, 0xfeff},
    {0xfff9, 0xfffb},
    {0xe0000, 0xe007f},
}};

void append_escape(std::string& out, unsigned unit)
{
    std::array<char, 8> escape{};
    out.append(escape.data(), static_cast<std::size_t>(std::snprintf(escape.data(), escape.size(), "\\u%04x", unit)));
}

/// RFC 8259 §7: beyond the basic plane, a pair of surrogates.
void append_escaped(std::string& out, char32_t character)
{
    const auto value = static_cast<unsigned>(character);
    if (value < 0x10000) {
        append_escape(out, value);
        return;
    }
    append_escape(out, 0xd800 + ((value - 0x10000) >> 10U));
    append_escape(out, 0xdc00 + ((value - 0x10000) & 0x3ffU));
}

}  // namespace

bool is_control(char32_t character) noexcept
{
    return std::ranges::any_of(controls,
                               [character](auto range) { return range.first <= character && character <= range.last; });
}

std::string with_escaped_controls(std::string_view json)
{
    std::string out;
    out.reserve(json.size());
    while (!json.empty()) {
        const auto size = utf8_character_size(json);
        const auto character = json.substr(0, size == 0 ? 1 : size);
        json.remove_prefix(character.size());
        if (size == 0 || character == "\n" || !is_control(utf8_code_point(character)))
            out += character;
        else
            append_escaped(out, utf8_code_point(character));
    }
    return out;
}

}  // namespace jobaudit::protocol
