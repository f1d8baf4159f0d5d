#include "cli/audit/audit_report.hpp"
#include "cli/options/quantities.hpp"
#include "cli/outcome_meaning.hpp"
#include "cli/terminal/terminal_text.hpp"
#include "cli/terminal/wrapped_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <string_view>
#include <vector>

namespace jobaudit::cli {
namespace {

/// One line: a name, a figure, and what is worth adding.
struct row {
    std::string name;
    std::string figure;
    std::string note{};
};

std::string rate_note(const audit_report& report)
{
    const auto per_second = static_cast<std::uint64_t>(std::llround(report.requests_per_second()));
    return per_second > 0 ? counted(per_second, "request/s", "requests/s") : "";
}

void append_note(std::string& note, std::uint64_t count, std::string_view what)
{
    if (count == 0)
        return;
    note += note.empty() ? "" : ", ";
    (note += to_text(count)) += what;
}

std::string limit_note(const audit_report& report)
{
    if (report.limit_at_a_time > 0)
        return "the server takes " + counted(report.limit_at_a_time, "request at a time", "requests at a time");
    if (report.limit_a_second <= 0)
        return "";
    const auto a_second = static_cast<std::uint64_t>(std::llround(report.limit_a_second));
    return a_second > 0 ? "the server takes about " + counted(a_second, "request/s", "requests/s")
                        : "the server takes less than 1 request/s";
}

constexpr std::size_t shown_reasons = 5;
constexpr std::size_t longest_reason = 120;

/// Among all failed files of this run; in a sample of very many, what that says of all of them.
std::uint64_t failed_files_of(const grouping::error_reason& reason, const audit_report& report)
{
    if (report.reasons.is_all)
        return reason.failed_files;
    const auto share = static_cast<double>(reason.failed_files) / static_cast<double>(report.reasons.sampled);
    return static_cast<std::uint64_t>(std::llround(share * static_cast<double>(report.failed_files)));
}

void append_reasons(std::vector<row>& rows, const audit_report& report)
{
    const auto& reasons = report.reasons.reasons;
    for (std::size_t i = 0; i < std::min(reasons.size(), shown_reasons); ++i)
        rows.push_back({"  " + std::string{to_string(reasons[i].family)},
                        (report.reasons.is_all ? "" : "~") + to_text(failed_files_of(reasons[i], report)),
                        shortened(printable(reasons[i].text), longest_reason)});
}

std::string failed_files_note(const audit_report& report)
{
    const auto& [reasons, sampled, is_all] = report.reasons;
    if (reasons.empty())
        return {};
    std::string note = reasons.size() > shown_reasons ? "the commonest " + to_text(std::uint64_t{shown_reasons}) +
                                                            " of " + to_text(std::uint64_t{reasons.size()}) + " reasons"
                                                      : std::string{};
    if (!is_all)
        note += (note.empty() ? "estimated from " : ", estimated from ") + to_text(sampled) + " drawn at random";
    if (report.resumed > 0 && !report.has_reasons_of_all)
        note += note.empty() ? "reasons of this run alone" : ", of this run alone";
    return note;
}

std::vector<row> rows_of(const audit_report& report)
{
    std::vector<row> rows;
    std::string jobs_note;
    append_note(jobs_note, report.resumed, " done by an earlier run");
    append_note(jobs_note, report.duplicates, report.duplicates == 1 ? " duplicate left out" : " duplicates left out");
    rows.push_back({"jobs", to_text(report.jobs), jobs_note});
    for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
        const auto kind = static_cast<outcome_kind>(i);
        if (report.outcomes[i] > 0)
            rows.push_back(
                {"  " + std::string{to_string(kind)}, to_text(report.outcomes[i]), std::string{meaning_of(kind)}});
    }
    rows.push_back({"failed files", to_text(report.failed_files), failed_files_note(report)});
    append_reasons(rows, report);
    rows.push_back(
        {"requests", to_text(report.requests), counted(report.retries, "of them a retry", "of them retries")});
    rows.push_back({"connections", to_text(report.connections)});
    if (report.was_out_of_order())
        rows.push_back({"out of order", to_text(report.delivered_again),
                        "jobs have a second line, which counts: the server sent answers too many or too few"});
    if (report.refusals > 0)
        rows.push_back({"refused", to_text(report.refusals), limit_note(report)});
    rows.push_back({"time", to_text(report.elapsed), rate_note(report)});
    if (report.waited_for_server > std::chrono::nanoseconds{})
        rows.push_back({"waited", to_text(report.waited_for_server), "for the server"});
    return rows;
}

std::string table(const std::vector<row>& rows, std::size_t width)
{
    const auto longest = [&rows](std::string row::*part) {
        std::size_t most = 0;
        for (const auto& each : rows)
            most = std::max(most, (each.*part).size());
        return most;
    };
    constexpr std::size_t gap = 2;
    const auto names = longest(&row::name);
    const auto figures = longest(&row::figure);

    std::string text;
    for (const auto& each : rows) {
        const auto left =
            each.name + std::string(names - each.name.size() + gap + figures - each.figure.size(), ' ') + each.figure;
        text += table_line(left, each.note, names + gap + figures + gap, width);
    }
    return text;
}

std::string local_time(std::chrono::system_clock::time_point when)
{
    const auto seconds = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    std::array<char, 64> buffer{};
    if (::localtime_r(&seconds, &parts) == nullptr)
        return {};
    return {buffer.data(), std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M:%S %z", &parts)};
}

std::string stop_text(const audit_report& report, std::size_t width)
{
    std::string text;
    if (!report.message.empty())
        text += wrapped("stopped: " + report.message, {.width = width, .indent = 2}) + '\n';
    if (report.resume_at)
        text += "not before: " + local_time(*report.resume_at) + '\n';
    return text;
}

/// `3 timeout, 1 not_found`.
std::string kinds_without_list(const audit_report& report)
{
    std::string kinds;
    for (std::size_t i = 0; i < report.outcomes.size(); ++i)
        if (const auto kind = static_cast<outcome_kind>(i); kind != outcome_kind::ok)
            append_note(kinds, report.outcomes[i], ' ' + std::string{to_string(kind)});
    return kinds;
}

}  // namespace

std::string summary_text(const audit_report& report, std::size_t width)
{
    return table(rows_of(report), width) + stop_text(report, width);
}

std::string trouble_text(const audit_report& report, std::size_t width)
{
    std::string text;
    if (!report.all_fetched())
        text += "jobaudit: " + to_text(report.jobs - report.count(outcome_kind::ok)) + " of " +
                counted(report.jobs, "job has", "jobs have") + " no list: " + kinds_without_list(report) + '\n';
    if (report.was_out_of_order())
        text += "jobaudit: " + counted(report.delivered_again, "job has", "jobs have") +
                " a second line, which counts: the server sent answers too many or too few\n";
    return wrapped_lines(text, width) + stop_text(report, width);
}

}  // namespace jobaudit::cli
