#include "protocol/redaction.hpp"

#include <algorithm>
#include <charconv>

namespace jobaudit::protocol {
namespace {

/// A character as it may be spelt.
struct spelling {
    char meant = 0;
    std::size_t size = 0;  ///< of the spelling; 0: there is none
};

char in_lower_case(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_same_letter(char one, char other) noexcept { return in_lower_case(one) == in_lower_case(other); }

/// The number that `text` holds from `from` on, in at most `digits` digits.
spelling number_at(std::string_view text, std::size_t from, std::size_t digits, int base) noexcept
{
    const auto part = text.substr(std::min(from, text.size()), digits);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, base);
    if (error != std::errc{} || value == 0 || value > 0x7f)
        return {};
    return {static_cast<char>(value), from + static_cast<std::size_t>(end - part.data())};
}

/// JSON, also JSON that was put into JSON: backslashes, and what they escape.
spelling behind_backslashes(std::string_view text) noexcept
{
    const auto count = std::min(text.find_first_not_of('\\'), text.size());
    if (text.substr(count).starts_with('u')) {
        const auto meant = number_at(text, count + 1, 4, 16);
        if (meant.size == count + 5)
            return meant;
    }
    const char next = count < text.size() ? text[count] : '\0';
    if (next == '"' || next == '/')
        return {next, count + 1};
    return {'\\', count};
}

spelling behind_percent(std::string_view text) noexcept
{
    const auto meant = number_at(text, 1, 2, 16);
    return meant.size == 3 ? meant : spelling{};
}

spelling in_html(std::string_view text) noexcept
{
    const bool is_hexadecimal = text.starts_with("&#x") || text.starts_with("&#X");
    if (!text.starts_with("&#"))
        return text.starts_with("&amp;") ? spelling{'&', 5} : spelling{};
    auto meant = is_hexadecimal ? number_at(text, 3, 6, 16) : number_at(text, 2, 7, 10);
    if (meant.size == 0 || meant.size >= text.size() || text[meant.size] != ';')
        return {};
    ++meant.size;
    return meant;
}

spelling escape_at(std::string_view text) noexcept
{
    switch (text.front()) {
    case '\\':
        return behind_backslashes(text);
    case '%':
        return behind_percent(text);
    case '&':
        return in_html(text);
    default:
        return {};
    }
}

/// Bytes of the spelling of `wanted` that `text` begins with; 0 where it begins with another character.
std::size_t spelt_size(std::string_view text, char wanted) noexcept
{
    if (text.empty())
        return 0;
    const auto escape = escape_at(text);
    if (escape.size > 0 && is_same_letter(escape.meant, wanted))
        return escape.size;
    return is_same_letter(text.front(), wanted) ? 1 : 0;
}

/// Bytes that the secret, or a beginning of it that is long enough, takes at the front of `text`; 0: there is none.
std::size_t secret_size(std::string_view text, std::string_view value) noexcept
{
    std::size_t size = 0;
    std::size_t matched = 0;
    while (matched < value.size()) {
        const auto next = spelt_size(text.substr(size), value[matched]);
        if (next == 0)
            break;
        size += next;
        ++matched;
    }
    return matched >= shortest_redacted ? size : 0;
}

}  // namespace

void redact(std::string& text, std::string_view value, std::string_view name)
{
    if (value.size() < shortest_redacted)
        return;
    const char first = in_lower_case(value.front());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (in_lower_case(c) != first && c != '\\' && c != '%' && c != '&')
            continue;
        const auto size = secret_size(std::string_view{text}.substr(at), value);
        if (size == 0)
            continue;
        text.replace(at, size, name);
        at += name.size() - 1;
    }
}

void redact(std::string& text, const std::vector<secret>& secrets)
{
    for (const auto& [value, name] : secrets)
        redact(text, value, name);
}

}  // namespace jobaudit::protocol
