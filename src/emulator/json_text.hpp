#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jobaudit::emulator {

/// Ways of writing the same string: a reader of JSON must see no difference.
enum class json_style : std::uint8_t {
    plain,            ///< escapes what must be escaped
    ascii,            ///< everything else than ASCII as \uXXXX, with surrogate pairs
    escaped_slashes,  ///< as plain, and `\/`
};

/// Appends `text` (UTF-8) as a JSON string, in quotes.
void append_json_string(std::string& out, std::string_view text, json_style style = json_style::plain);

}  // namespace jobaudit::emulator
