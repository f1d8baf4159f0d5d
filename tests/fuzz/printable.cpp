#include "fuzz/printable.hpp"

#include "protocol/control_characters.hpp"
#include "protocol/utf8.hpp"

namespace jobaudit::fuzz {
namespace {

template <class Refused>
bool is_utf8_without(std::string_view text, Refused is_refused)
{
    while (!text.empty()) {
        const auto size = protocol::utf8_character_size(text);
        if (size == 0 || is_refused(protocol::utf8_code_point(text.substr(0, size))))
            return false;
        text.remove_prefix(size);
    }
    return true;
}

}  // namespace

bool is_plain_utf8(std::string_view text)
{
    return is_utf8_without(text, [](char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); });
}

bool is_printable(std::string_view text) { return is_utf8_without(text, protocol::is_control); }

}  // namespace jobaudit::fuzz
