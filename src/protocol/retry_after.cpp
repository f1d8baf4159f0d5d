#include "protocol/retry_after.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::protocol {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> short_days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> long_days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Reads a date from its front; the first thing that doesn't fit fails all that follows.
class date_cursor {
public:
    explicit date_cursor(std::string_view text) noexcept : rest_{text} {}

    void literal(std::string_view expected) noexcept
    {
        good_ = good_ && rest_.starts_with(expected);
        if (good_)
            rest_.remove_prefix(expected.size());
    }

    template <std::size_t Count>
    std::size_t one_of(const std::array<std::string_view, Count>& names) noexcept
    {
        const auto found = std::ranges::find_if(names, [&](std::string_view name) { return rest_.starts_with(name); });
        good_ = good_ && found != names.end();
        if (!good_)
            return 0;
        rest_.remove_prefix(found->size());
        return static_cast<std::size_t>(found - names.begin());
    }

    int digits(std::size_t count) noexcept
    {
        good_ = good_ && rest_.size() >= count &&
                std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(count), is_digit);
        if (!good_)
            return 0;
        int value = 0;
        for (const char digit : rest_.substr(0, count))
            value = value * 10 + (digit - '0');
        rest_.remove_prefix(count);
        return value;
    }

    /// Two digits, the first of which may be a blank, as in asctime's day.
    int padded_digits() noexcept
    {
        if (!rest_.starts_with(' '))
            return digits(2);
        rest_.remove_prefix(1);
        return digits(1);
    }

    [[nodiscard]] bool at_end() const noexcept { return good_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool good_ = true;
};

struct date_fields {
    int year = 0;
    std::size_t month = 0;  // 0 is January
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

void read_time(date_cursor& text, date_fields& fields) noexcept
{
    fields.hour = text.digits(2);
    text.literal(":");
    fields.minute = text.digits(2);
    text.literal(":");
    fields.second = text.digits(2);
}

std::optional<wall_time> to_time(const date_fields& fields) noexcept
{
    const year_month_day date{year{fields.year}, month{static_cast<unsigned>(fields.month + 1)},
                              day{static_cast<unsigned>(fields.day)}};
    // 60 is a leap second (RFC 9110 §5.6.7 takes its grammar from RFC 5322).
    if (!date.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60)
        return std::nullopt;
    return sys_days{date} + hours{fields.hour} + minutes{fields.minute} + seconds{fields.second};
}

std::optional<wall_time> parse_imf_fixdate(std::string_view text) noexcept
{
    date_cursor cursor{text};
    date_fields fields;
    cursor.one_of(short_days);
    cursor.literal(", ");
    fields.day = cursor.digits(2);
    cursor.literal(" ");
    fields.month = cursor.one_of(month_names);
    cursor.literal(" ");
    fields.year = cursor.digits(4);
    cursor.literal(" ");
    read_time(cursor, fields);
    cursor.literal(" GMT");
    return cursor.at_end() ? to_time(fields) : std::nullopt;
}

/// The latest year that ends in `two_digits` and is at most 50 after `now`'s, to the second.
std::optional<wall_time> with_century(date_fields fields, int two_digits, wall_time now) noexcept
{
    const year_month_day today{floor<days>(now)};
    const year_month_day later = today + years{50};
    const sys_days latest_day = later.ok() ? sys_days{later} : sys_days{later.year() / later.month() / last};
    const wall_time latest = latest_day + (now - floor<days>(now));
    const int this_century = static_cast<int>(today.year()) / 100 * 100;
    for (const int century : {this_century + 100, this_century, this_century - 100}) {
        fields.year = century + two_digits;
        if (const auto time = to_time(fields); time && *time <= latest)
            return time;
    }
    return std::nullopt;
}

std::optional<wall_time> parse_rfc850(std::string_view text, wall_time now) noexcept
{
    date_cursor cursor{text};
    date_fields fields;
    cursor.one_of(long_days);
    cursor.literal(", ");
    fields.day = cursor.digits(2);
    cursor.literal("-");
    fields.month = cursor.one_of(month_names);
    cursor.literal("-");
    const int two_digits = cursor.digits(2);
    cursor.literal(" ");
    read_time(cursor, fields);
    cursor.literal(" GMT");
    return cursor.at_end() ? with_century(fields, two_digits, now) : std::nullopt;
}

std::optional<wall_time> parse_asctime(std::string_view text) noexcept
{
    date_cursor cursor{text};
    date_fields fields;
    cursor.one_of(short_days);
    cursor.literal(" ");
    fields.month = cursor.one_of(month_names);
    cursor.literal(" ");
    fields.day = cursor.padded_digits();
    cursor.literal(" ");
    read_time(cursor, fields);
    cursor.literal(" ");
    fields.year = cursor.digits(4);
    return cursor.at_end() ? to_time(fields) : std::nullopt;
}

constexpr seconds longest_pause = hours{24} * 365;

duration bounded(seconds pause) noexcept { return std::clamp(pause, seconds{0}, longest_pause); }

duration parse_seconds(std::string_view digits) noexcept
{
    std::int64_t value = 0;
    for (const char digit : digits) {
        value = value * 10 + (digit - '0');
        if (value > longest_pause.count())
            return longest_pause;
    }
    return seconds{value};
}

}  // namespace

std::optional<wall_time> parse_http_date(std::string_view text, wall_time now) noexcept
{
    if (const auto time = parse_imf_fixdate(text))
        return time;
    if (const auto time = parse_rfc850(text, now))
        return time;
    return parse_asctime(text);
}

std::optional<duration> parse_retry_after(std::string_view text, wall_time now) noexcept
{
    if (!text.empty() && std::ranges::all_of(text, is_digit))
        return parse_seconds(text);
    // No decimals stand in RFC 9110, but whoever sends them means a time: rounded up, nobody comes back too early.
    if (const auto point = text.find('.'); point != std::string_view::npos && point != 0 && point + 1 < text.size()) {
        const auto whole = text.substr(0, point);
        if (std::ranges::all_of(whole, is_digit) && std::ranges::all_of(text.substr(point + 1), is_digit))
            return std::min<duration>(parse_seconds(whole) + seconds{1}, longest_pause);
    }
    if (const auto time = parse_http_date(text, now))
        return bounded(*time - now);
    return std::nullopt;
}

}  // namespace jobaudit::protocol
