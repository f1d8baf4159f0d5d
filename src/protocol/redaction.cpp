#include "protocol/redaction.hpp"

#include <algorithm>
#include <array>
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

/// Places in a text at which what was compared so far may end: more than one where a secret holds what elsewhere is an
/// escape, `&amp;` or `%25`.
class possible_ends {
public:
    void add(std::size_t end) noexcept
    {
        if (count_ < ends_.size() && std::find(begin(), this->end(), end) == this->end())
            ends_[count_++] = end;
    }

    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] const std::size_t* begin() const noexcept { return ends_.data(); }
    [[nodiscard]] const std::size_t* end() const noexcept { return ends_.data() + count_; }

private:
    std::array<std::size_t, 16> ends_{};
    std::size_t count_ = 0;
};

/// Adds where each spelling of `wanted` ends that stands at `from`.
void add_spellings(std::string_view text, std::size_t from, char wanted, possible_ends& into) noexcept
{
    const auto rest = text.substr(from);
    if (rest.empty())
        return;
    const auto escape = escape_at(rest);
    if (escape.size > 0 && is_same_letter(escape.meant, wanted))
        into.add(from + escape.size);
    if (is_same_letter(rest.front(), wanted))
        into.add(from + 1);
    // Of several backslashes in a row, JSON doubles each, and JSON in JSON again.
    const auto run = std::min(rest.find_first_not_of('\\'), rest.size());
    for (std::size_t size = 2; wanted == '\\' && size <= run; size *= 2)
        into.add(from + size);
}

/// Whether a character may begin the spelling of another.
bool may_escape(char c) noexcept { return c == '\\' || c == '%' || c == '&'; }

/// Whether one of the secret's characters may be spelt at the front of `text`.
bool may_spell(std::string_view text, char lower_case) noexcept
{
    return !text.empty() && (in_lower_case(text.front()) == lower_case || may_escape(text.front()));
}

/// Bytes that the secret, or a beginning of it that is long enough, takes at the front of `text`; 0: there is none.
std::size_t secret_size(std::string_view text, std::string_view value) noexcept
{
    possible_ends ends;
    ends.add(0);
    std::size_t matched = 0;
    for (; matched < value.size(); ++matched) {
        possible_ends next;
        for (const auto end : ends)
            add_spellings(text, end, value[matched], next);
        if (next.empty())
            break;
        ends = next;
    }
    return matched >= shortest_redacted ? *std::max_element(ends.begin(), ends.end()) : 0;
}

}  // namespace

void redact(std::string& text, std::string_view value, std::string_view name)
{
    if (value.size() < shortest_redacted)
        return;
    const char first = in_lower_case(value[0]);
    const char second = in_lower_case(value[1]);
    for (std::size_t at = 0; at + shortest_redacted <= text.size(); ++at) {
        const auto rest = std::string_view{text}.substr(at);
        // Most texts are told by two characters; an escaped first one may be of any size.
        if (!may_spell(rest, first) || (!may_escape(rest[0]) && !may_spell(rest.substr(1), second)))
            continue;
        const auto size = secret_size(rest, value);
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
