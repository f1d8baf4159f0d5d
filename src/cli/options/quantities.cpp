#include "cli/options/quantities.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <span>

namespace jobaudit::cli {
namespace {

using std::chrono::nanoseconds;

struct unit {
    std::string_view name;
    double factor;
};

constexpr std::array<unit, 7> duration_units{{
    {"ns", 1},
    {"us", 1e3},
    {"ms", 1e6},
    {"s", 1e9},
    {"m", 60e9},
    {"h", 3600e9},
    {"d", 86400e9},
}};

constexpr double k = 1024;
constexpr std::array<unit, 14> size_units{{
    {"", 1},
    {"b", 1},
    {"k", k},
    {"kib", k},
    {"kb", 1e3},
    {"m", k* k},
    {"mib", k* k},
    {"mb", 1e6},
    {"g", k* k* k},
    {"gib", k* k* k},
    {"gb", 1e9},
    {"t", k* k* k* k},
    {"tib", k* k* k* k},
    {"tb", 1e12},
}};

constexpr double longest = 100 * 365 * 86400e9;
constexpr double largest = 1024.0 * 1024 * k * k * k * k;

bool is_figure(char c) noexcept { return (c >= '0' && c <= '9') || c == '.'; }

/// A figure and the letters after it, cut off the front of a text.
struct term {
    double figure;
    std::string name;
};

std::optional<term> take_term(std::string_view& text)
{
    const auto figure_end = std::ranges::find_if_not(text, is_figure);
    const auto unit_end = std::find_if(figure_end, text.end(), is_figure);
    const auto figure = text.substr(0, static_cast<std::size_t>(figure_end - text.begin()));
    std::string name{figure_end, unit_end};
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });

    double value = 0;
    const auto [end, error] = std::from_chars(figure.data(), figure.data() + figure.size(), value);
    if (figure.empty() || error != std::errc{} || end != figure.data() + figure.size())
        return std::nullopt;
    text.remove_prefix(figure.size() + name.size());
    return term{value, std::move(name)};
}

const unit* find_unit(std::span<const unit> units, std::string_view name) noexcept
{
    const auto found = std::ranges::find(units, name, &unit::name);
    return found == units.end() ? nullptr : &*found;
}

problem no_duration(std::string_view text)
{
    return {"\"" + std::string{text} + "\" is no duration: give a number and a unit, such as 250ms, 30s, 5m or 1h30m"};
}

problem no_size(std::string_view text)
{
    return {"\"" + std::string{text} + "\" is no size: give a number and a unit, such as 64K, 256MiB or 1GB"};
}

template <class... Values>
std::string formatted(const char* format, Values... values)
{
    std::array<char, 64> buffer{};
    const auto size = std::snprintf(buffer.data(), buffer.size(), format, values...);
    return {buffer.data(), static_cast<std::size_t>(std::max(size, 0))};
}

}  // namespace

result<nanoseconds> parse_duration(std::string_view text)
{
    const auto whole = text;
    double total = 0;
    double smallest = longest;
    do {
        const auto next = take_term(text);
        if (!next)
            return no_duration(whole);
        const auto bare_number = next->name.empty() && text.empty() && smallest == longest;
        const auto* in = find_unit(duration_units, bare_number ? "s" : next->name);
        if (in == nullptr || in->factor >= smallest)
            return no_duration(whole);
        total += next->figure * in->factor;
        smallest = in->factor;
    } while (!text.empty());

    if (total > longest)
        return problem{"\"" + std::string{whole} + "\" is too long: 100 years are the limit"};
    return nanoseconds{std::llround(total)};
}

result<std::uint64_t> parse_size(std::string_view text)
{
    const auto whole = text;
    const auto only = take_term(text);
    const auto* in = only && text.empty() ? find_unit(size_units, only->name) : nullptr;
    if (in == nullptr)
        return no_size(whole);
    const auto total = only->figure * in->factor;
    if (total > largest)
        return problem{"\"" + std::string{whole} + "\" is too large: 1 EiB is the limit"};
    return static_cast<std::uint64_t>(std::llround(total));
}

std::string to_text(nanoseconds duration)
{
    const auto seconds = std::chrono::duration<double>(duration).count();
    if (seconds < 0.9995)
        return formatted("%.0f ms", seconds * 1e3);
    if (seconds < 9.95)
        return formatted("%.1f s", seconds);
    const auto whole = std::llround(seconds);
    if (whole < 60)
        return formatted("%lld s", whole);
    if (whole < 3600)
        return formatted("%lld min", whole / 60) + (whole % 60 != 0 ? formatted(" %lld s", whole % 60) : "");
    const auto minutes = whole / 60;
    return formatted("%lld h", minutes / 60) + (minutes % 60 != 0 ? formatted(" %lld min", minutes % 60) : "");
}

std::string to_text(std::uint64_t number)
{
    auto digits = std::to_string(number);
    for (auto place = digits.size(); place > 3; place -= 3)
        digits.insert(place - 3, ",");
    return digits;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many)
{
    return to_text(number) + ' ' + std::string{number == 1 ? one : many};
}

}  // namespace jobaudit::cli
