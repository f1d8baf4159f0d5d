#include "cli/report/figures_text.hpp"

#include "cli/options/quantities.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace jobaudit::cli {

std::string share_of(std::uint64_t part, std::uint64_t whole)
{
    const auto percent = whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    std::array<char, 16> text{};
    const auto size = std::snprintf(text.data(), text.size(), percent < 10 ? "%.1f %%" : "%.0f %%", percent);
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string milliseconds(double value) { return to_text(std::chrono::nanoseconds{std::llround(value * 1e6)}); }

std::string name_of(const report::job_group& group)
{
    if (!group.name.empty())
        return group.name;
    return group.id.empty() ? "(not said)" : group.id;
}

std::string name_of(const report::file_type_figures& type)
{
    return type.extension.empty() ? "(no extension)" : '.' + type.extension;
}

bool is_said(std::span<const report::job_group> groups) noexcept
{
    return std::ranges::any_of(groups, [](const auto& each) { return !each.name.empty() || !each.id.empty(); });
}

}  // namespace jobaudit::cli
