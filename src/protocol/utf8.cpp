#include "protocol/utf8.hpp"

namespace jobaudit::protocol {

namespace {

struct lead_byte {
    std::size_t size;
    unsigned char second_min;
    unsigned char second_max;
};

lead_byte classify(unsigned char lead) noexcept
{
    if (lead < 0x80)
        return {1, 0, 0};
    if (lead >= 0xC2 && lead <= 0xDF)
        return {2, 0x80, 0xBF};
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned char high = lead == 0xED ? 0x9F : 0xBF;
        return {3, low, high};
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
        return {4, low, high};
    }
    return {0, 0, 0};
}

}  // namespace

std::size_t utf8_character_size(std::string_view text) noexcept
{
    if (text.empty())
        return 0;
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };

    const lead_byte lead = classify(byte(0));
    if (lead.size <= 1)
        return lead.size;
    if (text.size() < lead.size || byte(1) < lead.second_min || byte(1) > lead.second_max)
        return 0;
    for (std::size_t i = 2; i < lead.size; ++i)
        if ((byte(i) & 0xC0) != 0x80)
            return 0;
    return lead.size;
}

char32_t utf8_code_point(std::string_view character) noexcept
{
    const auto lead = static_cast<unsigned char>(character.front());
    char32_t value = character.size() == 1 ? lead : lead & (0xffu >> (character.size() + 1));
    for (const char c : character.substr(1))
        value = value << 6 | (static_cast<unsigned char>(c) & 0x3fu);
    return value;
}

}  // namespace jobaudit::protocol
