#include "protocol/line_scan.hpp"

#include <algorithm>

namespace jobaudit::protocol {
namespace {

constexpr std::string_view status_line_start = "HTTP/1.";
constexpr std::string_view blanks = " \t";

constexpr bool is_control(char c) noexcept
{
    const auto value = static_cast<unsigned char>(c);
    return (value < 0x20 && c != '\t') || value == 0x7f;
}

constexpr bool is_alphanumeric(char c) noexcept
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool is_hex_digit(char c) noexcept
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// tchar of RFC 9110 §5.6.2.
constexpr bool is_token_character(char c) noexcept
{
    return is_alphanumeric(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool may_begin_status_line(std::string_view bytes) noexcept
{
    const auto shared = std::min(bytes.size(), status_line_start.size());
    return bytes.substr(0, shared) == status_line_start.substr(0, shared);
}

}  // namespace

line find_line(std::string_view bytes, std::size_t limit) noexcept
{
    const auto window = bytes.substr(0, limit);
    const auto line_feed = window.find('\n');
    if (line_feed == std::string_view::npos)
        return {window.size() < limit ? line_state::incomplete : line_state::too_long};
    if (line_feed == 0 || window[line_feed - 1] != '\r')
        return {line_state::bare_line_feed};
    return {line_state::complete, line_feed + 1};
}

bool is_printable_line(std::string_view text) noexcept { return std::ranges::none_of(text, is_control); }

bool is_field_line(std::string_view text) noexcept
{
    const auto colon = text.find(':');
    return colon != std::string_view::npos && colon != 0 &&
           std::ranges::all_of(text.substr(0, colon), is_token_character) && is_printable_line(text.substr(colon + 1));
}

std::string_view without_blanks(std::string_view text) noexcept
{
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

bool is_in_any_case(std::string_view text, std::string_view word) noexcept
{
    return std::ranges::equal(text, word, {}, to_lower);
}

bool is_last_chunk_line(std::string_view text) noexcept
{
    const auto zeros = std::min(text.find_first_not_of('0'), text.size());
    return zeros != 0 && (zeros == text.size() || !is_hex_digit(text[zeros]));
}

head_scan::result head_scan::advance(std::string_view bytes, std::size_t limit) noexcept
{
    if (line_at_ == 0 && !may_begin_status_line(bytes))
        return result::no_status_line;
    for (;;) {
        const auto found = find_line(bytes.substr(line_at_), limit - line_at_);
        switch (found.state) {
        case line_state::incomplete:
            return result::incomplete;
        case line_state::too_long:
            return result::too_large;
        case line_state::bare_line_feed:
            return result::bare_line_feed;
        case line_state::complete:
            break;
        }
        if (bytes[line_at_] == ' ' || bytes[line_at_] == '\t')
            return result::folded_line;
        line_at_ += found.size;
        if (found.size == 2)
            return result::complete;
    }
}

}  // namespace jobaudit::protocol
