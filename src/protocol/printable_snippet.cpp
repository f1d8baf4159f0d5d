#include "protocol/verdict.hpp"

#include <array>

namespace jobaudit::protocol {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD
constexpr std::string_view ellipsis = "\xe2\x80\xa6";     // U+2026

struct character {
    std::size_t size = 1;  // in bytes
    char32_t value = 0;
    bool valid = false;
};

constexpr bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr unsigned byte_at(std::string_view text, std::size_t at) noexcept
{
    return static_cast<unsigned char>(text[at]);
}

/// Reads the first character of UTF-8 (RFC 3629); broken bytes are taken one at a time.
character first_character(std::string_view text) noexcept
{
    const unsigned lead = byte_at(text, 0);
    if (lead < 0x80)
        return {1, lead, true};
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size)
        return {};
    char32_t value = lead & (0xffu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte_at(text, i) & 0xc0) != 0x80)
            return {};
        value = value << 6 | (byte_at(text, i) & 0x3f);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return {};
    return {size, value, true};
}

/// What could move a terminal's cursor, or turn the direction of the text around it.
constexpr bool is_unprintable(char32_t value) noexcept
{
    return value < 0x20 || (value >= 0x7f && value <= 0x9f) || value == 0x61c || value == 0x200e || value == 0x200f ||
           (value >= 0x2028 && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069) || value == 0xfeff;
}

}  // namespace

std::string printable_snippet(std::string_view text, std::size_t limit)
{
    std::string result;
    std::size_t room_for_ellipsis = 0;  // the longest prefix of the result that leaves room for one
    bool blank_before = false;
    while (!text.empty()) {
        if (is_blank(text.front())) {
            blank_before = !result.empty();
            text.remove_prefix(1);
            continue;
        }
        const auto next = first_character(text);
        const auto shown = next.valid && !is_unprintable(next.value) ? text.substr(0, next.size) : replacement;
        text.remove_prefix(next.size);
        if (result.size() + (blank_before ? 1 : 0) + shown.size() > limit) {
            result.resize(room_for_ellipsis);
            return limit < ellipsis.size() ? result : result.append(ellipsis);
        }
        if (blank_before)
            result += ' ';
        blank_before = false;
        result += shown;
        if (result.size() + ellipsis.size() <= limit)
            room_for_ellipsis = result.size();
    }
    return result;
}

}  // namespace jobaudit::protocol
