#include "protocol/control_characters.hpp"
#include "protocol/utf8.hpp"
#include "protocol/verdict.hpp"

#include <algorithm>

namespace jobaudit::protocol {
namespace {

constexpr std::string_view ellipsis = "\xe2\x80\xa6";  // U+2026

constexpr bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

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
        // Broken bytes are taken one at a time.
        const auto size = utf8_character_size(text);
        const auto next = text.substr(0, size);
        const auto shown = size > 0 && !is_control(utf8_code_point(next)) ? next : replacement_character;
        text.remove_prefix(std::max<std::size_t>(size, 1));
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
