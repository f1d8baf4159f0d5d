#include "protocol/date_time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace jobaudit::protocol {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool take(std::string_view& text, char wanted) noexcept
{
    if (!text.starts_with(wanted))
        return false;
    text.remove_prefix(1);
    return true;
}

bool take_one_of(std::string_view& text, std::string_view wanted) noexcept
{
    if (text.empty() || wanted.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

/// Exactly so many digits.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t count) noexcept
{
    if (text.size() < count || !std::ranges::all_of(text.substr(0, count), is_digit))
        return std::nullopt;
    unsigned value = 0;
    for (const char c : text.substr(0, count))
        value = value * 10 + static_cast<unsigned>(c - '0');
    text.remove_prefix(count);
    return value;
}

/// Up to nine digits: a figure that can't overflow.
std::optional<std::int64_t> take_figure(std::string_view& text) noexcept
{
    const auto size = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
    if (size == 0 || size > 9)
        return std::nullopt;
    return take_digits(text, size);
}

/// Of a second: what stands behind its point, if there is one.
std::optional<microseconds> take_fraction(std::string_view& text) noexcept
{
    if (!take_one_of(text, ".,"))
        return microseconds::zero();
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits)
        if (digits < 6)
            value = value * 10 + (text.front() - '0');
    for (auto missing = digits; missing < 6; ++missing)
        value *= 10;
    return digits == 0 ? std::nullopt : std::optional{microseconds{value}};
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) noexcept
{
    const auto year = take_digits(text, 4);
    if (!year || !take(text, '-'))
        return std::nullopt;
    const auto month = take_digits(text, 2);
    if (!month || !take(text, '-'))
        return std::nullopt;
    const auto day = take_digits(text, 2);
    if (!day)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)}, std::chrono::month{*month},
                                           std::chrono::day{*day}};
    return date.ok() ? std::optional{std::chrono::sys_days{date}} : std::nullopt;
}

std::optional<microseconds> take_time(std::string_view& text) noexcept
{
    const auto hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':'))
        return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *minute > 59)
        return std::nullopt;
    microseconds result = std::chrono::hours{*hour} + minutes{*minute};
    if (!take(text, ':'))
        return result;
    const auto second = take_digits(text, 2);
    const auto fraction = take_fraction(text);
    if (!second || *second > 60 || !fraction)
        return std::nullopt;
    return result + std::chrono::seconds{*second} + *fraction;
}

/// How far the clocks there are before UTC. Without a zone: not at all.
std::optional<minutes> take_zone(std::string_view& text) noexcept
{
    if (text.empty() || take_one_of(text, "Zz"))
        return minutes::zero();
    const bool is_behind = text.front() == '-';
    if (!take_one_of(text, "+-"))
        return std::nullopt;
    const auto hours = take_digits(text, 2);
    const bool has_colon = take(text, ':');
    const auto rest = has_colon || !text.empty() ? take_digits(text, 2) : std::optional<unsigned>{0};
    if (!hours || *hours > 23 || !rest || *rest > 59)
        return std::nullopt;
    const minutes before = std::chrono::hours{*hours} + minutes{*rest};
    return is_behind ? -before : before;
}

}  // namespace

std::optional<std::chrono::sys_days> parse_date(std::string_view text) noexcept
{
    const auto date = take_date(text);
    return text.empty() ? date : std::nullopt;
}

std::optional<utc_time> parse_date_time(std::string_view text) noexcept
{
    const auto date = take_date(text);
    if (!date || !take_one_of(text, "Tt "))
        return std::nullopt;
    const auto time = take_time(text);
    const auto zone = time ? take_zone(text) : std::nullopt;
    if (!zone || !text.empty())
        return std::nullopt;
    return utc_time{*date} + *time - *zone;
}

std::optional<microseconds> parse_iso_duration(std::string_view text) noexcept
{
    if (!take_one_of(text, "Pp") || text.empty() || text.ends_with('T'))
        return std::nullopt;
    struct unit {
        char name;
        bool is_of_day;
        microseconds size;
    };
    microseconds total{};
    bool is_in_day = false;
    for (const auto& each : {unit{'D', false, std::chrono::days{1}}, unit{'H', true, std::chrono::hours{1}},
                             unit{'M', true, minutes{1}}, unit{'S', true, std::chrono::seconds{1}}}) {
        if (each.is_of_day && !is_in_day)
            is_in_day = take(text, 'T');
        auto rest = text;
        const auto figure = take_figure(rest);
        const auto fraction = figure && each.name == 'S' ? take_fraction(rest) : microseconds::zero();
        if (!figure || !fraction || is_in_day != each.is_of_day || !take(rest, each.name))
            continue;
        total += *figure * each.size + *fraction;
        text = rest;
    }
    const bool is_whole = text.empty() && total <= std::chrono::days{36'500};
    return is_whole ? std::optional{total} : std::nullopt;
}

}  // namespace jobaudit::protocol
