#include "fuzz/surrogates.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace jobaudit::fuzz {
namespace {

constexpr std::size_t escape_size = 6;

/// The number of the escape `\uXXXX` that `text` begins with.
std::optional<std::uint16_t> escape_at(std::string_view text)
{
    if (text.size() < escape_size || !text.starts_with("\\u"))
        return std::nullopt;
    std::uint16_t number = 0;
    const auto digits = text.substr(2, 4);
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number, 16);
    if (error != std::errc{} || end != digits.end())
        return std::nullopt;
    return number;
}

bool lies_between(const std::optional<std::uint16_t>& number, std::uint16_t first, std::uint16_t last)
{
    return number && *number >= first && *number <= last;
}

}  // namespace

std::string with_whole_surrogates(std::string_view json)
{
    std::string result;
    while (!json.empty()) {
        const auto number = escape_at(json);
        const bool is_first = lies_between(number, 0xD800, 0xDBFF);
        std::size_t size = json.starts_with('\\') && json.size() > 1 ? 2 : 1;
        if (is_first && lies_between(escape_at(json.substr(escape_size)), 0xDC00, 0xDFFF)) {
            size = 2 * escape_size;
        } else if (is_first || lies_between(number, 0xDC00, 0xDFFF)) {
            result += "\\ufffd";
            json.remove_prefix(escape_size);
            continue;
        }
        result += json.substr(0, size);
        json.remove_prefix(size);
    }
    return result;
}

}  // namespace jobaudit::fuzz
