#include "protocol/record_scan.hpp"

#include "protocol/plain_text.hpp"
#include "protocol/utf8.hpp"

namespace jobaudit::protocol {
namespace {

bool take(std::string_view& rest, std::string_view expected) noexcept
{
    if (!rest.starts_with(expected))
        return false;
    rest.remove_prefix(expected.size());
    return true;
}

// Takes `first` and `second`, between which a blank may stand.
bool take_both(std::string_view& rest, std::string_view first, std::string_view second, bool& has_blank) noexcept
{
    if (!take(rest, first))
        return false;
    has_blank |= take(rest, " ");
    return take(rest, second);
}

bool take_opening(std::string_view& rest, bool& has_blank) noexcept
{
    return take(rest, R"({"document":")") || take_both(rest, R"({"document":)", R"(")", has_blank);
}

bool take_separator(std::string_view& rest, bool& has_blank) noexcept
{
    return take(rest, R"(,"error":")") ||
           (take_both(rest, ",", R"("error":)", has_blank) && take_both(rest, "", R"(")", has_blank));
}

// Of the escape or the character of several bytes in front; 0 for anything else.
std::size_t special_size(std::string_view text) noexcept
{
    if (text.front() == '\\')
        return text.size() > 1 && unescaped(text[1]) != '\0' ? 2 : 0;
    const auto character = utf8_character_size(text);
    return character < 2 ? 0 : character;
}

// U+2028 and U+2029, which some readers of lines take for the end of one.
bool is_line_separator(std::string_view character) noexcept { return character == "\u2028" || character == "\u2029"; }

// Takes a string's content and the quotation mark behind it.
bool take_string(std::string_view& rest, std::size_t max_size, scanned_string& content) noexcept
{
    const char* const begin = rest.data();
    const char* const end = begin + rest.size();
    const char* at = begin + plain_prefix(rest);
    content.has_escapes = false;
    content.may_stay = true;
    while (at != end && *at != '"') {
        const auto special = special_size({at, end});
        if (special == 0)
            return false;
        if (*at == '\\') {
            content.has_escapes = true;
            content.may_stay &= at[1] != '/';
        } else if (*at == '\xe2') {
            content.may_stay &= !is_line_separator({at, special});
        }
        at += special;
        at += plain_prefix({at, end});
    }
    const auto size = static_cast<std::size_t>(at - begin);
    if (at == end || size > max_size)
        return false;
    content.text = {begin, size};
    rest = {at + 1, end};
    return true;
}

}  // namespace

std::size_t scan_first_record(std::string_view bytes, std::size_t max_string, scanned_record& record) noexcept
{
    auto rest = bytes;
    bool has_blank = false;
    if (!take_opening(rest, has_blank) || !take_string(rest, max_string, record.document) ||
        !take_separator(rest, has_blank) || !take_string(rest, max_string, record.error) || !take(rest, "}"))
        return 0;
    const std::size_t size = bytes.size() - rest.size();
    const bool is_as_written = !has_blank && record.document.may_stay && record.error.may_stay;
    record.json = is_as_written ? bytes.substr(0, size) : std::string_view{};
    return size;
}

std::size_t scan_next_record(std::string_view bytes, std::size_t max_string, scanned_record& record) noexcept
{
    const std::size_t start = bytes.starts_with(", ") ? 2 : 1;
    if (!bytes.starts_with(','))
        return 0;
    const auto size = scan_first_record(bytes.substr(start), max_string, record);
    return size == 0 ? 0 : start + size;
}

char unescaped(char behind_backslash) noexcept
{
    switch (behind_backslash) {
    case '"':
    case '\\':
    case '/':
        return behind_backslash;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return '\0';
    }
}

}  // namespace jobaudit::protocol
