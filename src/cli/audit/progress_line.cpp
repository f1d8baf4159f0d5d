#include "cli/audit/progress_line.hpp"

#include "cli/options/quantities.hpp"
#include "cli/terminal/terminal_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

namespace jobaudit::cli {
namespace {

constexpr std::string_view gap = "  ";
// In columns.
constexpr std::size_t longest_cause = 90;
constexpr std::size_t most_in_brief = 24;
constexpr double longest_forecast = 365 * 86400.0;  // in seconds

/// 100 % is for the end alone.
std::uint64_t percent(std::uint64_t done, std::uint64_t total) noexcept
{
    return done >= total ? 100 : std::min<std::uint64_t>(99, done * 100 / total);
}

/// A part of the line in ever fewer words; an empty form leaves it out.
using forms = std::vector<std::string>;

forms jobs_forms(const progress_snapshot& progress)
{
    if (!progress.total || *progress.total == 0)
        return {counted(progress.done, "job", "jobs"), ""};
    const auto total = std::max(*progress.total, progress.done);
    const auto share = std::to_string(percent(progress.done, total)) + " %";
    const auto jobs = to_text(progress.done) + '/' + to_text(total) + " jobs";
    return {jobs + std::string{gap} + share, jobs, share, ""};
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

/// The status alone, or what stands last in a message: `cannot connect to host:443: Connection refused`.
std::string in_brief(const std::string& cause)
{
    constexpr std::string_view status = "HTTP 503";
    if (cause.starts_with(status.substr(0, 5)))
        return cause.substr(0, status.size());
    const auto colon = cause.rfind(": ");
    return shortened(colon == std::string::npos ? cause : cause.substr(colon + 2), most_in_brief);
}

std::string in_brackets(const std::string& text) { return text.empty() ? text : " (" + text + ')'; }

/// `down since 14 s`, behind `beginning` where there is room for it.
forms probing_forms(const current_wait& wait, const std::string& beginning, const std::string& state)
{
    const auto cause = in_brackets(shortened(printable(wait.cause), longest_cause));
    const auto brief = in_brackets(in_brief(printable(wait.cause)));
    const auto since = state + " since " + to_text(wait.since);
    const auto next_try = "; next try in " + to_text(wait.remaining);
    return {beginning + since + cause + next_try,
            beginning + since + brief + next_try,
            since + brief + next_try,
            since + brief,
            since,
            ""};
}

forms wait_forms(const current_wait& wait)
{
    if (wait.reason == wait_reason::outage)
        return probing_forms(wait, "the server is ", "down");
    if (wait.reason == wait_reason::local_shortage)
        return probing_forms(wait, "this machine can open ", "no connection");
    const auto cause = in_brackets(shortened(printable(wait.cause), longest_cause));
    const auto brief = in_brackets(in_brief(printable(wait.cause)));
    const auto waiting = "waiting " + to_text(wait.remaining);
    const std::string why = ": the server asked to";
    return {waiting + why + cause, waiting + why + brief, waiting + why, waiting, waiting, ""};
}

forms limit_forms(const server_limit& limit)
{
    if (limit.refusals == 0)
        return {""};
    const auto refusals = counted(limit.refusals, "refusal", "refusals");
    if (limit.at_a_time > 0)
        return {"the server takes " + to_text(std::uint64_t{limit.at_a_time}) + " at a time: " + refusals, refusals,
                ""};
    if (limit.a_second > 0)
        return {"the server takes " + rate_text(limit.a_second) + ": " + refusals, refusals, ""};
    return {refusals, ""};
}

forms counter(std::uint64_t count, std::string_view one, std::string_view many)
{
    return count > 0 ? forms{counted(count, one, many), ""} : forms{""};
}

/// In their order on the line.
enum part : std::size_t { jobs, pace, limit, retries, failures, failed_files, left, part_count };

using parts = std::array<forms, part_count>;

parts parts_of(const progress_snapshot& progress)
{
    parts all;
    all[jobs] = jobs_forms(progress);
    all[pace] = progress.wait ? wait_forms(*progress.wait) : forms{rate_text(progress.jobs_per_second), ""};
    all[limit] = limit_forms(progress.limit);
    all[retries] = counter(progress.retries, "retry", "retries");
    all[failures] = counter(progress.failures, "failure", "failures");
    all[failed_files] = {counted(progress.failed_files, "failed file", "failed files"), ""};
    const auto time = progress.wait ? std::nullopt : time_left(progress);
    all[left] = time ? forms{to_text(*time) + " left", ""} : forms{""};
    return all;
}

std::string joined(const parts& all)
{
    std::string line;
    for (const auto& each : all)
        if (!each.front().empty())
            (line += line.empty() ? "" : gap) += each.front();
    return line;
}

}  // namespace

std::string progress_line(const progress_snapshot& progress, unsigned width)
{
    // What can be missed most easily comes first; a part that is named twice gives way in two steps.
    constexpr std::array order{limit, retries, limit, failed_files, failures, pace, pace,
                               pace,  jobs,    jobs,  pace,         pace,     left, jobs};
    auto all = parts_of(progress);
    auto line = joined(all);
    for (const auto each : order) {
        if (columns(line) <= width)
            break;
        if (all[each].size() > 1)
            all[each].erase(all[each].begin());
        line = joined(all);
    }
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
