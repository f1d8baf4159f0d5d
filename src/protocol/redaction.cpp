#include "protocol/redaction.hpp"

#include <algorithm>

namespace jobaudit::protocol {
namespace {

constexpr std::string_view substitute = "[the API key]";

/// Bytes of the longest beginning of `secret` with which `text` ends; shorter ones than shortest_redacted don't count.
std::size_t cut_beginning(std::string_view text, std::string_view secret) noexcept
{
    for (auto size = std::min(text.size(), secret.size() - 1); size >= shortest_redacted; --size)
        if (text.ends_with(secret.substr(0, size)))
            return size;
    return 0;
}

}  // namespace

void redact(std::string& text, std::string_view secret)
{
    if (secret.size() < shortest_redacted)
        return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + substitute.size()))
        text.replace(at, secret.size(), substitute);
    if (const auto cut = cut_beginning(text, secret); cut > 0)
        text.replace(text.size() - cut, cut, substitute);
}

}  // namespace jobaudit::protocol
