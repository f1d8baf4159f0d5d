// A pause that a server asks for lies between nothing and a year, a date is read as it was written.
#include "protocol/retry_after.hpp"

#include "fuzz/chosen_input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"
#include "protocol/limit_hints.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>

namespace jobaudit::fuzz {
namespace {

using namespace std::chrono;
using protocol::wall_time;

constexpr seconds year_long = hours{24} * 365;

constexpr std::array<const char*, 7> days_of_week{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                  "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> months_of_year{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

enum class date_form { imf_fixdate, rfc850, asctime };

std::string formatted(wall_time time, date_form form)
{
    const auto midnight = floor<days>(time);
    const year_month_day date{midnight};
    const hh_mm_ss clock{time - midnight};
    const std::string day_name = days_of_week[weekday{midnight}.c_encoding()];
    const auto* month_name = months_of_year[static_cast<unsigned>(date.month()) - 1];
    const auto day_number = static_cast<unsigned>(date.day());
    const auto year_number = static_cast<int>(date.year());
    std::array<char, 16> at{};
    std::snprintf(at.data(), at.size(), "%02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    std::array<char, 64> text{};
    switch (form) {
    case date_form::imf_fixdate:
        std::snprintf(text.data(), text.size(), "%.3s, %02u %s %04d %s GMT", day_name.c_str(), day_number, month_name,
                      year_number, at.data());
        break;
    case date_form::rfc850:
        std::snprintf(text.data(), text.size(), "%s, %02u-%s-%02d %s GMT", day_name.c_str(), day_number, month_name,
                      year_number % 100, at.data());
        break;
    case date_form::asctime:
        std::snprintf(text.data(), text.size(), "%.3s %s %2u %s %04d", day_name.c_str(), month_name, day_number,
                      at.data(), year_number);
        break;
    }
    return text.data();
}

// From 1972 to 2100, at a second that the number and the text's length choose.
wall_time chosen_now(const chosen_input& input)
{
    return wall_time{days{730 + 182 * input.number()} + seconds{input.text().size() * 7919 % 86400}};
}

void check_date(std::string_view text, wall_time now)
{
    const auto time = protocol::parse_http_date(text, now);
    const auto pause = protocol::parse_retry_after(text, now);
    if (!time)
        return;
    require(pause == std::clamp<seconds>(*time - now, seconds{0}, year_long), "the pause is the time to the date");
    if (*time >= wall_time{sys_days{year{10000} / January / 1}})
        return;  // of a leap second at the end of the last year that can be written
    for (const auto form : {date_form::imf_fixdate, date_form::asctime})
        require(protocol::parse_http_date(formatted(*time, form), now) == time, "a date is read as it was written");
    if (const auto away = *time - now; away < days{49 * 365} && away > -days{49 * 365})
        require(protocol::parse_http_date(formatted(*time, date_form::rfc850), now) == time,
                "a date of this half century needs but two digits of its year");
}

void check_seconds(std::string_view text, const std::optional<protocol::duration>& pause)
{
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
        return;
    const auto digits = text.substr(std::min(text.find_first_not_of('0'), text.size()));
    const auto expected = digits.size() > 9 ? protocol::duration{year_long}
                                            : protocol::duration{seconds{std::stol('0' + std::string{digits})}};
    require(pause == std::min<protocol::duration>(expected, year_long), "digits are seconds, a year at most");
}

void check_hints(std::string_view text, wall_time now)
{
    const auto hints = protocol::read_limit_hints(text, now);
    for (const auto& pause : {hints.retry_after, hints.resets_in})
        require(!pause || (*pause > protocol::duration::zero() && *pause <= year_long),
                "a hint is above zero, at most a year");
}

}  // namespace

int fuzz_retry_after(std::string_view bytes)
{
    const chosen_input input{bytes};
    const auto text = input.text();
    const auto now = chosen_now(input);
    const auto pause = protocol::parse_retry_after(text, now);
    require(!pause || (*pause >= protocol::duration::zero() && *pause <= year_long), "a pause is a year at most");
    check_seconds(text, pause);
    check_date(text, now);
    check_hints(text, now);
    return 0;
}

}  // namespace jobaudit::fuzz
