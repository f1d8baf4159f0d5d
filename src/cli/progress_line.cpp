#include "cli/progress_line.hpp"

#include "cli/quantities.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace jobaudit::cli {
namespace {

constexpr std::string_view gap = "  ";
constexpr double longest_forecast = 365 * 86400.0;  // in seconds

/// 100 % is for the end alone.
std::uint64_t percent(std::uint64_t done, std::uint64_t total) noexcept
{
    return done >= total ? 100 : std::min<std::uint64_t>(99, done * 100 / total);
}

/// The fullest form that fits; nothing where none does.
std::string jobs_text(const progress_snapshot& progress, unsigned width)
{
    std::vector<std::string> forms;
    if (progress.total && *progress.total > 0) {
        const auto total = std::max(*progress.total, progress.done);
        const auto share = std::to_string(percent(progress.done, total)) + " %";
        const auto jobs = to_text(progress.done) + '/' + to_text(total) + " jobs";
        forms = {jobs + std::string{gap} + share, jobs, share};
    } else {
        forms = {counted(progress.done, "job", "jobs")};
    }
    const auto fitting = std::ranges::find_if(forms, [width](const auto& form) { return form.size() <= width; });
    return fitting == forms.end() ? std::string{} : *fitting;
}

std::string rate_text(double per_second)
{
    if (per_second >= 10 || per_second < 0.05)
        return to_text(static_cast<std::uint64_t>(std::llround(per_second))) + "/s";
    const auto tenths = std::llround(per_second * 10);
    return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + "/s";
}

std::optional<std::chrono::nanoseconds> time_left(const progress_snapshot& progress)
{
    if (!progress.total || progress.done >= *progress.total || progress.jobs_per_second < 0.01)
        return std::nullopt;
    const auto seconds = static_cast<double>(*progress.total - progress.done) / progress.jobs_per_second;
    if (seconds > longest_forecast)
        return std::nullopt;
    return std::chrono::nanoseconds{std::llround(std::ceil(seconds)) * 1'000'000'000};
}

}  // namespace

std::string wait_text(const current_wait& wait)
{
    if (wait.reason == wait_reason::outage)
        return "the server is down since " + to_text(wait.since) + "; next try in " + to_text(wait.remaining);
    return "waiting " + to_text(wait.remaining) + ": the server asked to";
}

std::string progress_line(const progress_snapshot& progress, unsigned width)
{
    auto line = jobs_text(progress, width);
    const auto add = [&line, width](const std::string& part) {
        const auto between = line.empty() ? std::string_view{} : gap;
        if (line.size() + between.size() + part.size() <= width)
            (line += between) += part;
    };

    if (progress.wait)
        add(wait_text(*progress.wait));
    else
        add(rate_text(progress.jobs_per_second));
    if (progress.retries > 0)
        add(counted(progress.retries, "retry", "retries"));
    if (progress.failures > 0)
        add(counted(progress.failures, "failure", "failures"));
    add(counted(progress.failed_files, "failed file", "failed files"));
    if (const auto left = progress.wait ? std::nullopt : time_left(progress))
        add(to_text(*left) + " left");
    return line;
}

void rate_window::add(time_point now, std::uint64_t count)
{
    samples_.push_back({now, count});
    while (samples_.size() > 2 && now - samples_[1].at >= length)
        samples_.pop_front();
}

double rate_window::per_second() const noexcept
{
    if (samples_.size() < 2)
        return 0;
    const std::chrono::duration<double> passed = samples_.back().at - samples_.front().at;
    const auto counted_jobs = static_cast<double>(samples_.back().count - samples_.front().count);
    return passed.count() > 0 ? counted_jobs / passed.count() : 0;
}

}  // namespace jobaudit::cli
