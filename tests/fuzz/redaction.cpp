// A secret in a text is not to be seen in it afterwards, in whichever spelling it stood there. The text's first line is
// the secret; it is put into the middle of what follows, spelt as the number says.
#include "protocol/redaction.hpp"

#include "fuzz/chosen_input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <string>

namespace jobaudit::fuzz {
namespace {

// Which no secret holds.
constexpr std::string_view stand_in = "\x01";

std::string in_lower_case(std::string_view text)
{
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::string formatted(const char* format, char c)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), format, static_cast<unsigned>(static_cast<unsigned char>(c)));
    return text.data();
}

/// One character: as it is, as JSON may or must write it, in a URL, in HTML.
std::string spelt(char c, unsigned how)
{
    switch (how % 6) {
    case 0:
        return {c};
    case 1:
        return formatted("\\u%04x", c);
    case 2:
        return c == '"' || c == '\\' || c == '/' ? std::string{'\\', c} : std::string{c};
    case 3:
        return formatted("%%%02X", c);
    case 4:
        return formatted("&#%u;", c);
    default:
        return c == '&' ? "&amp;" : formatted("&#x%x;", c);
    }
}

/// All in one spelling.
std::string spelt(std::string_view secret, unsigned how)
{
    std::string result;
    for (const char c : secret)
        result += spelt(c, how);
    return result;
}

bool is_secret(std::string_view text)
{
    return text.size() >= protocol::shortest_redacted && text.size() <= 64 &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

void check(std::string_view secret, std::string_view around, unsigned how)
{
    const auto middle = around.size() / 2;
    const auto written = spelt(secret, how);
    std::string text;
    text.append(around.substr(0, middle)).append(written).append(around.substr(middle));
    protocol::redact(text, secret, stand_in);

    const auto left = in_lower_case(text);
    require(left.find(in_lower_case(secret)) == std::string::npos, "a secret does not stay");
    require(left.find(in_lower_case(written)) == std::string::npos, "a secret does not stay in another spelling");
    auto again = text;
    protocol::redact(again, secret, stand_in);
    require(again == text, "nothing is left to be replaced");
}

}  // namespace

int fuzz_redaction(std::string_view bytes)
{
    const chosen_input input{bytes};
    auto around = input.text();
    const auto secret = around.substr(0, around.find('\n'));
    around.remove_prefix(std::min(secret.size() + 1, around.size()));
    if (is_secret(secret))
        check(secret, around, input.number());
    return 0;
}

}  // namespace jobaudit::fuzz
