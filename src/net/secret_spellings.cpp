#include "net/secret_spellings.hpp"

#include "net/base64.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace jobaudit::net {

namespace {

constexpr std::size_t bits_of_byte = 8;
constexpr std::size_t bits_of_character = 6;

/// The characters that stand for `secret` alone in the base64 of a text in which `before` bytes, modulo 3, stand before
/// it. Those at its borders hold bits of its neighbours too.
std::string inner_base64(std::string_view secret, std::size_t before)
{
    const auto whole = base64(std::string(before, '\0').append(secret));
    const auto first = (before * bits_of_byte + bits_of_character - 1) / bits_of_character;
    const auto end = (before + secret.size()) * bits_of_byte / bits_of_character;
    return end > first ? whole.substr(first, end - first) : std::string{};
}

std::string in_url_alphabet(std::string text)
{
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

std::string hexadecimal(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char each : bytes) {
        const auto byte = static_cast<unsigned char>(each);
        text += digits[byte / 16];
        text += digits[byte % 16];
    }
    return text;
}

}  // namespace

std::vector<protocol::secret> spellings_of(std::string_view secret, std::string_view name)
{
    std::vector<protocol::secret> all{{std::string{secret}, name}, {hexadecimal(secret), name}};
    for (const std::size_t before : {0U, 1U, 2U}) {
        auto text = inner_base64(secret, before);
        if (auto other = in_url_alphabet(text); other != text)
            all.push_back({std::move(other), name});
        all.push_back({std::move(text), name});
    }
    return all;
}

}  // namespace jobaudit::net
