#include "cli/report/html_sections.hpp"

#include "cli/options/quantities.hpp"
#include "cli/outcome_meaning.hpp"
#include "cli/report/day_chart.hpp"
#include "cli/report/figures_text.hpp"
#include "cli/report/html_table.hpp"
#include "cli/report/html_text.hpp"
#include "cli/report/run_facts.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace jobaudit::cli {
namespace {

using report::failure_report;
using kind = html_table::column_kind;

constexpr std::size_t most_reasons = 500;
constexpr std::size_t most_rows = 1'000;

std::uint64_t without_list(const failure_report& report) noexcept
{
    return report.jobs - report.count(outcome_kind::ok);
}

std::string paragraph(std::string_view of_class, std::string_view html)
{
    std::string text = "<p";
    if (!of_class.empty())
        text += " class=\"" + std::string{of_class} + '"';
    return text + '>' + std::string{html} + "</p>\n";
}

/// What a list says that is not whole.
std::string left_out(std::uint64_t shown, std::uint64_t all, std::string_view which, std::string_view option)
{
    if (shown >= all)
        return {};
    return paragraph("quiet", "The " + to_text(shown) + ' ' + std::string{which} + " of " + to_text(all) +
                                  "; all of them by <code>jobaudit report FILE " + std::string{option} + "</code>.");
}

std::string big_figure(std::string_view name, std::uint64_t number)
{
    return "<div><dt>" + std::string{name} + "</dt><dd>" + to_text(number) + "</dd></div>\n";
}

std::string lead(const failure_report& report)
{
    if (report.failed_files == 0)
        return without_list(report) == 0
                   ? "No file failed in any of the jobs."
                   : "No file failed in the jobs that have a list. What failed in the others is not known.";
    constexpr std::size_t few = 3;
    const auto first = std::span{report.reasons}.first(std::min(few, report.reasons.size()));
    std::uint64_t files = 0;
    for (const auto& each : first)
        files += each.failed_files;
    if (report.reasons.size() <= few)
        return "All failed files have " + counted(report.reasons.size(), "reason", "reasons") + '.';
    return "The " + std::to_string(few) + " commonest of " + to_text(report.reasons.size()) + " reasons account for " +
           share_of(files, report.failed_files) + " of the failed files.";
}

std::string reason_item(const failure_report& report, std::size_t index)
{
    const auto& each = report.reasons[index];
    auto html = "<li data-reason=\"" + std::to_string(index) + "\" data-jobs=\"" + std::to_string(each.jobs) +
                "\" data-documents=\"" + std::to_string(each.documents) + "\">\n<p class=\"template\">" +
                html_text(each.text) + "</p><p class=\"share\">" + share_of(each.failed_files, report.failed_files) +
                "</p>\n" + html_bar(each.failed_files, report.failed_files) + "\n<p class=\"counts\">" +
                counted(each.failed_files, "failed file", "failed files") + " · " + counted(each.jobs, "job", "jobs") +
                " · " + counted(each.documents, "document", "documents") + " <span class=\"family\">" +
                html_text(to_string(each.family)) + "</span></p>\n";
    if (const auto help = usual_help(each.family); !help.empty())
        html += paragraph("help", "What usually helps: " + html_text(help));
    if (each.example != each.text)
        html += paragraph("example", "For example: <q>" + html_text(each.example) + "</q>");
    return html + "</li>\n";
}

/// A search, and a choice of `options`, which the script shows and obeys.
std::string controls(std::string_view choice, std::string_view options)
{
    return R"(<div class="controls" role="search" hidden>
<label>Search <input type="search" autocomplete="off" spellcheck="false"></label>
<label>)" + std::string{choice} +
           " <select>" + std::string{options} + R"(</select></label>
<p role="status"></p>
</div>
)";
}

html_section reasons(const failure_report& report)
{
    const auto shown = std::min(report.reasons.size(), most_reasons);
    auto html = left_out(shown, report.reasons.size(), "commonest reasons", "--json") +
                controls("Order", R"(<option value="files">Most failed files first</option>)"
                                  R"(<option value="jobs">Most jobs first</option>)"
                                  R"(<option value="documents">Most documents first</option>)"
                                  R"(<option value="text">By text</option>)") +
                "<ol class=\"reasons\">\n";
    for (std::size_t i = 0; i < shown; ++i)
        html += reason_item(report, i);
    return {"reasons", "Why files fail", html + "</ol>\n"};
}

html_section families(const failure_report& report)
{
    html_table table{
        "Families of reasons",
        "families",
        {{"Family", kind::name}, {"Failed files", kind::figure}, {"Share", kind::bar}, {"Reasons", kind::figure}}};
    for (const auto& each : report.families)
        table.row()
            .name(to_string(each.family))
            .figure(each.failed_files)
            .bar(each.failed_files, report.failed_files)
            .figure(each.reasons);
    return {"families", "Families of reasons", table.html(), true};
}

html_section types(const failure_report& report)
{
    html_table table{
        "File types", "types", {{"Type", kind::name}, {"Failed files", kind::figure}, {"Share", kind::bar}}};
    const auto shown = std::min(report.types.size(), most_rows);
    for (const auto& each : std::span{report.types}.first(shown))
        table.row().name(name_of(each)).figure(each.failed_files).bar(each.failed_files, report.failed_files);
    return {"types", "File types", left_out(shown, report.types.size(), "commonest types", "--json") + table.html(),
            true};
}

std::string groups(const failure_report& report, const std::vector<report::job_group>& rows, std::string_view label,
                   std::string_view what, std::string_view heading)
{
    html_table table{label,
                     what,
                     {{heading, kind::name},
                      {"Failed files", kind::figure},
                      {"Share", kind::bar},
                      {"Jobs", kind::figure},
                      {"With failures", kind::figure},
                      {"Without a list", kind::figure},
                      {"Commonest reason", kind::words}}};
    for (const auto& each : rows)
        table.row()
            .name(name_of(each))
            .figure(each.failed_files)
            .bar(each.failed_files, report.failed_files)
            .figure(each.jobs)
            .figure(each.jobs_with_failures)
            .figure(each.jobs_without_list)
            .words(each.commonest_reason == report::no_reason ? "" : report.reasons[each.commonest_reason].text);
    return table.html();
}

html_section workflows(const failure_report& report)
{
    const auto shown = std::min(report.workflows.size(), most_rows);
    const auto first = std::span{report.workflows}.first(shown);
    return {"workflows", "Workflows",
            left_out(shown, report.workflows.size(), "workflows with the most failed files", "--json") +
                groups(report, {first.begin(), first.end()}, "Workflows", "workflows", "Workflow")};
}

/// The latest day first: what is new is asked for more often than what is old.
html_section days(const failure_report& report)
{
    const auto shown = std::min(report.days.size(), most_rows);
    const auto latest = std::span{report.days}.last(shown);
    return {"days", "Days of the jobs' creation",
            day_chart(report.days) + left_out(shown, report.days.size(), "latest days", "--json") +
                groups(report, {latest.rbegin(), latest.rend()}, "Days of the jobs' creation", "days", "Day")};
}

std::string list_table(std::string_view headings)
{
    return R"(<table class="records" role="table" hidden><thead role="rowgroup"><tr role="row">)" +
           std::string{headings} + "</tr></thead><tbody role=\"rowgroup\"></tbody></table>\n";
}

html_section documents(const failure_report& report)
{
    return {"documents", "Documents that fail most",
            left_out(report.worst.size(), report.documents, "documents that fail most", "--csv") +
                controls("Reason of the last failure", R"(<option value="">Every reason</option>)") +
                list_table(R"(<th role="columnheader" scope="col" class="figure" aria-sort="descending">Times</th>)"
                           R"(<th role="columnheader" scope="col">Document</th>)"
                           R"(<th role="columnheader" scope="col">Reason</th>)") +
                "<noscript><p>The list of documents needs JavaScript; <code>jobaudit report FILE --documents</code> "
                "prints them.</p></noscript>\n"};
}

std::string outcomes(const failure_report& report)
{
    html_table table{"Jobs without a list by outcome",
                     "outcomes",
                     {{"Outcome", kind::name}, {"Jobs", kind::figure}, {"Meaning", kind::words}}};
    for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
        const auto outcome = static_cast<outcome_kind>(i);
        if (outcome != outcome_kind::ok && report.outcomes[i] > 0)
            table.row().name(to_string(outcome)).figure(report.outcomes[i]).words(meaning_of(outcome));
    }
    return table.html();
}

html_section jobs_without_list(const failure_report& report)
{
    return {"jobs", "Jobs without a list",
            paragraph("", "What failed in these jobs is not known.") + outcomes(report) +
                left_out(report.no_list.size(), without_list(report), "jobs that came first", "--csv") +
                controls("Outcome", R"(<option value="">Every outcome</option>)") +
                list_table(R"(<th role="columnheader" scope="col" class="mark">Job</th>)"
                           R"(<th role="columnheader" scope="col" class="narrow">Outcome</th>)"
                           R"(<th role="columnheader" scope="col" class="figure status">HTTP status</th>)"
                           R"(<th role="columnheader" scope="col">Message</th>)") +
                "<noscript><p>The list of jobs needs JavaScript; <code>jobaudit report FILE --csv</code> has "
                "them.</p></noscript>\n"};
}

/// Figures of the audit itself, each with its name.
std::vector<std::pair<std::string_view, std::string>> figures_of_run(const failure_report& report)
{
    std::vector<std::pair<std::string_view, std::string>> all{
        {"Jobs", to_text(report.jobs)},
        {"Jobs with a list", to_text(report.count(outcome_kind::ok))},
        {"Jobs without a list", to_text(without_list(report))},
        {"Attempts", to_text(report.attempts)},
        {"Jobs that took more than one attempt", to_text(report.jobs_retried)}};
    if (report.count(outcome_kind::ok) > 0) {
        all.emplace_back("Half of the lists took up to", milliseconds(report.times.median));
        all.emplace_back("90 % of the lists took up to", milliseconds(report.times.p90));
        all.emplace_back("99 % of the lists took up to", milliseconds(report.times.p99));
        all.emplace_back("The longest took", milliseconds(report.times.longest));
    }
    return all;
}

html_section run(const failure_report& report)
{
    std::string html = "<table class=\"plain\"><tbody>\n";
    const auto add = [&](std::string_view name, std::string_view value) {
        html += "<tr><th scope=\"row\">" + html_text(name) + "</th><td class=\"figure\">" + html_text(value) +
                "</td></tr>\n";
    };
    for (const auto& [name, value] : figures_of_run(report))
        add(name, value);
    for (const auto& [name, value] : run_facts(report))
        add(name, value);
    return {"run", "The audit itself", html + "</tbody></table>\n"};
}

}  // namespace

std::string html_head(const failure_report& report)
{
    auto html = paragraph("lead", lead(report)) + "<dl class=\"figures\">\n" +
                big_figure("failed files", report.failed_files) +
                big_figure("documents that failed", report.documents) +
                big_figure("jobs with failed files", report.jobs_with_failures) +
                big_figure("jobs with a list", report.count(outcome_kind::ok)) +
                big_figure("jobs without a list", without_list(report)) + "</dl>\n";
    if (!report.note.empty())
        html += paragraph("note", "Note: " + html_text(report.note));
    return html;
}

std::vector<html_section> html_sections(const failure_report& report)
{
    std::vector<html_section> all;
    if (report.failed_files > 0) {
        all.push_back(reasons(report));
        all.push_back(families(report));
        all.push_back(types(report));
        if (is_said(report.workflows))
            all.push_back(workflows(report));
        if (is_said(report.days))
            all.push_back(days(report));
        all.push_back(documents(report));
    }
    if (without_list(report) > 0)
        all.push_back(jobs_without_list(report));
    all.push_back(run(report));
    return all;
}

}  // namespace jobaudit::cli
