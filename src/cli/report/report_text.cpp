#include "cli/report/report_text.hpp"

#include "cli/options/quantities.hpp"
#include "cli/outcome_meaning.hpp"
#include "cli/report/figures_table.hpp"
#include "cli/report/figures_text.hpp"
#include "cli/report/run_facts.hpp"
#include "cli/terminal/terminal_text.hpp"
#include "cli/terminal/wrapped_text.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace jobaudit::cli {
namespace {

using report::failure_report;

constexpr std::size_t longest_example = 200;

template <class Row>
std::span<const Row> first_of(const std::vector<Row>& rows, std::size_t top)
{
    return std::span{rows}.first(std::min(rows.size(), top));
}

/// `Why files fail (10 of 104 reasons)`.
std::string heading(std::string_view title, std::uint64_t all, std::size_t shown, std::string_view what,
                    std::size_t width)
{
    auto text = "\n" + std::string{title};
    if (all > shown)
        text += " (" + to_text(std::uint64_t{shown}) + " of " + to_text(all) + ' ' + std::string{what} + ')';
    return wrapped_lines(text + '\n', width);
}

std::string reason_name(const failure_report& report, std::uint32_t reason)
{
    return reason == report::no_reason ? "" : printable(report.reasons[reason].text);
}

std::string head(const failure_report& report, const std::string& name, std::size_t width)
{
    const auto listed = report.count(outcome_kind::ok);
    auto text = printable(name) + ": " + counted(report.jobs, "job", "jobs") + ", " + to_text(listed) + " with a list";
    if (listed < report.jobs)
        text += ", " + to_text(report.jobs - listed) + " without";
    text += '\n' + counted(report.failed_files, "failed file", "failed files");
    if (report.failed_files > 0)
        text += " of " + counted(report.documents, "document", "documents") + " in " +
                counted(report.jobs_with_failures, "job", "jobs");
    text += '\n';
    if (!report.note.empty())
        text += "note: " + printable(report.note) + '\n';
    return wrapped_lines(text, width);
}

std::string reasons(const failure_report& report, std::size_t top, std::size_t width)
{
    figures_table table{{"share", "files", "jobs", "documents", "reason"}};
    for (const auto& each : first_of(report.reasons, top)) {
        std::vector<std::string> below;
        if (const auto help = usual_help(each.family); !help.empty())
            below.push_back(std::string{to_string(each.family)} + ": " + std::string{help});
        if (each.example != each.text)
            below.push_back("e.g. " + shortened(printable(each.example), longest_example));
        table.add({share_of(each.failed_files, report.failed_files), to_text(each.failed_files), to_text(each.jobs),
                   to_text(each.documents), printable(each.text)},
                  std::move(below));
    }
    return heading("Why files fail", report.reasons.size(), top, "reasons", width) + table.text(width);
}

std::string families(const failure_report& report, std::size_t width)
{
    figures_table table{{"share", "files", "reasons", "family"}};
    for (const auto& each : report.families)
        table.add({share_of(each.failed_files, report.failed_files), to_text(each.failed_files), to_text(each.reasons),
                   std::string{to_string(each.family)}});
    return "\nFamilies of reasons\n" + table.text(width);
}

std::string groups(const failure_report& report, std::span<const report::job_group> rows, std::string_view what,
                   std::size_t width)
{
    figures_table table{{"files", "jobs", "with failures", std::string{what}}};
    for (const auto& each : rows) {
        std::vector<std::string> below;
        if (each.commonest_reason != report::no_reason)
            below.push_back("mostly " + reason_name(report, each.commonest_reason));
        table.add({to_text(each.failed_files), to_text(each.jobs), to_text(each.jobs_with_failures),
                   printable(name_of(each))},
                  std::move(below));
    }
    return table.text(width);
}

std::string workflows(const failure_report& report, std::size_t top, std::size_t width)
{
    if (!is_said(report.workflows))
        return {};
    return heading("Workflows", report.workflows.size(), top, "workflows", width) +
           groups(report, first_of(report.workflows, top), "workflow", width);
}

/// The latest days: what is new is asked for more often than what is old.
std::string days(const failure_report& report, std::size_t top, std::size_t width)
{
    if (!is_said(report.days))
        return {};
    const auto shown = std::min(report.days.size(), top);
    return heading("Days of the jobs' creation", report.days.size(), top, "days", width) +
           groups(report, std::span{report.days}.last(shown), "day", width);
}

std::string types(const failure_report& report, std::size_t top, std::size_t width)
{
    figures_table table{{"share", "files", "type"}};
    for (const auto& each : first_of(report.types, top))
        table.add({share_of(each.failed_files, report.failed_files), to_text(each.failed_files), name_of(each)});
    return heading("File types", report.types.size(), top, "types", width) + table.text(width);
}

std::string documents(const failure_report& report, std::size_t top, std::size_t width)
{
    figures_table table{{"times", "document"}};
    for (const auto& each : first_of(report.worst, top))
        table.add({to_text(each.failed_files), printable(each.name)}, {reason_name(report, each.reason)});
    return heading("Documents that fail most", report.documents, first_of(report.worst, top).size(), "documents",
                   width) +
           table.text(width);
}

std::string without_list(const failure_report& report, std::size_t width)
{
    figures_table table{{"jobs", "outcome"}};
    for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
        const auto kind = static_cast<outcome_kind>(i);
        if (kind != outcome_kind::ok && report.outcomes[i] > 0)
            table.add(
                {to_text(report.outcomes[i]), std::string{to_string(kind)} + ": " + std::string{meaning_of(kind)}});
    }
    return "\nJobs without a list\n" + table.text(width);
}

std::string times(const failure_report& report, std::size_t width)
{
    if (report.count(outcome_kind::ok) == 0)
        return {};
    const auto& at = report.times;
    return wrapped_lines("\nHalf of the lists took up to " + milliseconds(at.median) + ", 90 % up to " +
                             milliseconds(at.p90) + ", 99 % up to " + milliseconds(at.p99) + ", the longest " +
                             milliseconds(at.longest) + "; " + counted(report.jobs_retried, "job took", "jobs took") +
                             " more than one attempt.\n",
                         width);
}

std::string run(const failure_report& report, std::size_t width)
{
    const auto facts = run_facts(report);
    std::string text = facts.empty() ? "" : "\nThe audit itself\n";
    for (const auto& [name, value] : facts)
        text += table_line("", name + ": " + printable(value), 2, width);
    return text;
}

}  // namespace

std::string report_text(const failure_report& report, const std::string& name, std::size_t top, std::size_t width)
{
    auto text = head(report, name, width);
    if (report.failed_files > 0)
        text += reasons(report, top, width) + families(report, width) + workflows(report, top, width) +
                days(report, top, width) + types(report, top, width) + documents(report, top, width);
    if (report.count(outcome_kind::ok) < report.jobs)
        text += without_list(report, width);
    return text + times(report, width) + run(report, width);
}

}  // namespace jobaudit::cli
