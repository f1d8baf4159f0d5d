#include "emulator/json_text.hpp"

#include <cstddef>

namespace jobaudit::emulator {

namespace {

void append_unit(std::string& out, unsigned unit)
{
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        out += digits[unit >> shift & 0xf];
}

void append_code_point(std::string& out, unsigned code)
{
    if (code < 0x10000) {
        append_unit(out, code);
        return;
    }
    append_unit(out, 0xd800 + ((code - 0x10000) >> 10));
    append_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
}

// Takes one code point that begins with a byte above 0x7f off the front of `text`, which is valid UTF-8.
unsigned take_code_point(std::string_view text, std::size_t& at)
{
    const auto lead = static_cast<unsigned char>(text[at++]);
    const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    unsigned code = lead & (0x3fU >> more);
    for (int i = 0; i < more && at < text.size(); ++i)
        code = code << 6 | (static_cast<unsigned char>(text[at++]) & 0x3fU);
    return code;
}

void append_escaped(std::string& out, char character)
{
    switch (character) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        append_unit(out, static_cast<unsigned char>(character));
    }
}

bool must_be_escaped(char character) noexcept
{
    return static_cast<unsigned char>(character) < 0x20 || character == '"' || character == '\\';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text, json_style style)
{
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const char character = text[at];
        if (style == json_style::ascii && static_cast<unsigned char>(character) > 0x7f) {
            append_code_point(out, take_code_point(text, at));
            continue;
        }
        ++at;
        if (must_be_escaped(character))
            append_escaped(out, character);
        else if (character == '/' && style == json_style::escaped_slashes)
            out += "\\/";
        else
            out += character;
    }
    out += '"';
}

}  // namespace jobaudit::emulator
