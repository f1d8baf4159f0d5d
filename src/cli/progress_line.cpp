#include "cli/progress_line.hpp"

#include "cli/quantities.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace jobaudit::cli {
namespace {

constexpr std::string_view gap = "  ";

std::string counted(std::uint64_t count, std::string_view one, std::string_view many)
{
    return to_text(count) + ' ' + std::string{count == 1 ? one : many};
}

/// 100 % is for the end alone.
std::uint64_t percent(std::uint64_t done, std::uint64_t total) noexcept
{
    return done >= total ? 100 : std::min<std::uint64_t>(99, done * 100 / total);
}

std::string jobs_text(const progress_snapshot& progress)
{
    if (!progress.total || *progress.total == 0)
        return counted(progress.done, "job", "jobs");
    const auto total = std::max(*progress.total, progress.done);
    return to_text(progress.done) + '/' + to_text(total) + " jobs" + std::string{gap} +
           std::to_string(percent(progress.done, total)) + " %";
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
    auto line = jobs_text(progress);
    // What does not fit is left out whole: half a figure would be a wrong one.
    const auto add = [&line, width](const std::string& part) {
        if (line.size() + gap.size() + part.size() <= width)
            (line += gap) += part;
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

    if (line.size() > width)
        line.resize(width);
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
