#include "cli/report/day_chart.hpp"

#include "cli/options/quantities.hpp"
#include "cli/report/html_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

namespace jobaudit::cli {
namespace {

constexpr int longest = 366;  // days
constexpr int height = 100;
constexpr int widest_column = 40;

struct counted_day {
    std::chrono::sys_days day;
    const report::job_group* group;
};

/// Of `2026-11-29`; nothing for a date that no calendar has.
std::optional<std::chrono::sys_days> parsed_day(std::string_view text)
{
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    constexpr std::size_t size = 10;
    if (text.size() != size)
        return std::nullopt;
    std::from_chars(text.data(), text.data() + 4, year);
    std::from_chars(text.data() + 5, text.data() + 7, month);
    std::from_chars(text.data() + 8, text.data() + size, day);
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    return date.ok() ? std::optional{std::chrono::sys_days{date}} : std::nullopt;
}

std::vector<counted_day> charted(std::span<const report::job_group> days)
{
    std::vector<counted_day> all;
    for (const auto& each : days)
        if (const auto day = parsed_day(each.name))
            all.push_back({*day, &each});
    if (!all.empty())
        std::erase_if(
            all, [last = all.back().day](const auto& each) { return last - each.day >= std::chrono::days{longest}; });
    return all;
}

std::string column_of(const counted_day& each, std::chrono::sys_days first, std::uint64_t most)
{
    const auto share = most == 0 ? 0.0 : static_cast<double>(each.group->failed_files) / static_cast<double>(most);
    const auto size = share * height;
    std::array<char, 120> html{};
    const auto length =
        std::snprintf(html.data(), html.size(), R"(<rect x="%ld.1" y="%.2f" width="0.8" height="%.2f"><title>)",
                      static_cast<long>((each.day - first).count()), height - size, size);
    return std::string{html.data(), static_cast<std::size_t>(length)} + html_text(each.group->name) + ": " +
           counted(each.group->failed_files, "failed file", "failed files") + "</title></rect>";
}

}  // namespace

std::string day_chart(std::span<const report::job_group> days)
{
    const auto all = charted(days);
    if (all.empty())
        return {};
    const auto& worst =
        *std::ranges::max_element(all, {}, [](const auto& each) { return each.group->failed_files; })->group;
    const auto first = all.front().day;
    const auto width = (all.back().day - first).count() + 1;
    const auto most = counted(worst.failed_files, "failed file", "failed files") + " on " + html_text(worst.name);
    auto html = R"(<figure><svg class="chart" role="img" aria-label="Failed files by day, at most )" + most +
                R"(" width=")" + std::to_string(width * widest_column) + R"(" viewBox="0 0 )" + std::to_string(width) +
                ' ' + std::to_string(height) + R"(" preserveAspectRatio="none">)";
    for (const auto& each : all)
        html += column_of(each, first, worst.failed_files);
    html += R"(</svg><figcaption><span class="ends"><span>)" + html_text(all.front().group->name) + "</span>";
    if (width > 1)
        html += "<span>" + html_text(all.back().group->name) + "</span>";
    return html + "</span>At most " + most + ".</figcaption></figure>\n";
}

}  // namespace jobaudit::cli
