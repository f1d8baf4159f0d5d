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

// Says whether there was one.
bool take_blank(std::string_view& rest) noexcept
{
    const bool is_there = rest.starts_with(' ');
    rest.remove_prefix(is_there ? 1 : 0);
    return is_there;
}

// Of the escape or the character of several bytes in front; 0 for anything else.
std::size_t special_size(std::string_view text) noexcept
{
    if (text.front() == '\\')
        return text.size() > 1 && unescaped(text[1]) != '\0' ? 2 : 0;
    const auto character = utf8_character_size(text);
    return character < 2 ? 0 : character;
}

// Takes a string's content and the quotation mark behind it.
bool take_string(std::string_view& rest, std::size_t max_size, scanned_string& content) noexcept
{
    std::size_t size = 0;
    content.has_escapes = content.has_escaped_slash = false;
    for (;;) {
        size += plain_prefix(rest.substr(size));
        if (size == rest.size() || size > max_size)
            return false;
        if (rest[size] == '"')
            break;
        const auto special = special_size(rest.substr(size));
        if (special == 0)
            return false;
        if (rest[size] == '\\') {
            content.has_escapes = true;
            content.has_escaped_slash |= rest[size + 1] == '/';
        }
        size += special;
    }
    content.text = rest.substr(0, size);
    rest.remove_prefix(size + 1);
    return true;
}

}  // namespace

std::size_t scan_record(std::string_view bytes, std::size_t max_string, scanned_record& record) noexcept
{
    auto rest = bytes;
    if (!take(rest, ","))
        return 0;
    take_blank(rest);
    const auto object = rest;
    if (!take(rest, R"({"document":)"))
        return 0;
    bool has_blank = take_blank(rest);
    if (!take(rest, R"(")") || !take_string(rest, max_string, record.document) || !take(rest, ","))
        return 0;
    has_blank |= take_blank(rest);
    if (!take(rest, R"("error":)"))
        return 0;
    has_blank |= take_blank(rest);
    if (!take(rest, R"(")") || !take_string(rest, max_string, record.error) || !take(rest, "}"))
        return 0;
    const bool is_shortest = !has_blank && !record.document.has_escaped_slash && !record.error.has_escaped_slash;
    record.json = is_shortest ? object.substr(0, object.size() - rest.size()) : std::string_view{};
    return bytes.size() - rest.size();
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
