#include "protocol/limit_hints.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace jobaudit::protocol {

namespace {

using namespace std::chrono_literals;
using milliseconds = std::chrono::duration<double, std::milli>;

constexpr double first_moment = 1e9;
constexpr double first_moment_in_milliseconds = 1e12;
constexpr milliseconds longest = 24h * 365;

[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept
{
    constexpr std::string_view blanks = " \t";
    const auto begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Its front, which is taken from it.
[[nodiscard]] std::string_view next_part(std::string_view& rest, std::string_view separators) noexcept
{
    const auto end = std::min(rest.find_first_of(separators), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    return part;
}

/// Not negative; a field of some servers goes on with a policy behind a comma or a semicolon.
[[nodiscard]] std::optional<double> number(std::string_view text) noexcept
{
    text = trimmed(next_part(text, ",;"));
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size() || !std::isfinite(value) ||
        value < 0)
        return std::nullopt;
    return value;
}

[[nodiscard]] std::optional<duration> in_range(milliseconds span) noexcept
{
    if (!(span > 0ms))
        return std::nullopt;
    return std::chrono::ceil<duration>(std::min(span, longest));
}

/// One window of a limit, as the fields describe it.
struct window {
    std::optional<double> remaining;
    std::optional<double> reset;

    /// The fullest window and the latest reset count.
    void take(std::optional<double> left, std::optional<double> until) noexcept
    {
        if (left)
            remaining = std::min(remaining.value_or(*left), *left);
        if (until)
            reset = std::max(reset.value_or(*until), *until);
    }

    [[nodiscard]] std::optional<duration> resets_in(wall_time now) const noexcept
    {
        if (!reset || remaining.value_or(1) >= 1)
            return std::nullopt;
        const auto since_1970 = std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
        if (*reset >= first_moment_in_milliseconds)
            return in_range(milliseconds{*reset} - since_1970);
        if (*reset >= first_moment)
            return in_range(milliseconds{*reset * 1000} - since_1970);
        return in_range(milliseconds{*reset * 1000});
    }
};

void take_structured(window& into, std::string_view value) noexcept
{
    window found;
    while (!value.empty()) {
        std::string_view part = trimmed(next_part(value, ",;"));
        const auto key = trimmed(next_part(part, "="));
        if (key == "r" || key == "remaining")
            found.take(number(part), {});
        else if (key == "t" || key == "reset")
            found.take({}, number(part));
    }
    into.take(found.remaining, found.reset);
}

}  // namespace

limit_hints read_limit_hints(std::string_view lines, wall_time server_now) noexcept
{
    limit_hints result;
    window limit;
    while (!lines.empty()) {
        std::string_view value = next_part(lines, "\n");
        const auto name = next_part(value, ":");
        if (name == "retry-after-ms") {
            const auto pause = in_range(milliseconds{number(value).value_or(0)});
            result.retry_after = std::max(result.retry_after, pause);
        } else if (name == "remaining") {
            limit.take(number(value), {});
        } else if (name == "reset") {
            limit.take({}, number(value));
        } else if (name == "ratelimit") {
            take_structured(limit, value);
        }
    }
    result.resets_in = limit.resets_in(server_now);
    return result;
}

}  // namespace jobaudit::protocol
