#include "cli/report/diff_text.hpp"

#include "cli/options/quantities.hpp"
#include "cli/report/figures_table.hpp"
#include "cli/terminal/terminal_text.hpp"
#include "cli/terminal/wrapped_text.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace jobaudit::cli {
namespace {

namespace json = boost::json;
using report::document_changes;
using report::failure_diff;
using report::fate;

std::string heading(std::string_view title, std::size_t all, std::size_t top, std::size_t width)
{
    std::string text = "\n" + std::string{title};
    if (all > top)
        text += " (" + to_text(std::uint64_t{top}) + " of " + to_text(std::uint64_t{all}) + ')';
    return wrapped_lines(text + '\n', width);
}

template <class Rows, class NameOf>
std::string changes_table(const Rows& rows, std::string_view what, std::size_t top, std::size_t width, NameOf name_of)
{
    figures_table table{{"new", "still", "recovered", "not known", std::string{what}}};
    for (std::size_t i = 0; i < std::min(rows.size(), top); ++i) {
        const auto& counts = rows[i].documents;
        table.add({to_text(counts.appeared), to_text(counts.remained), to_text(counts.recovered),
                   to_text(counts.unknown_before + counts.unknown_now), printable(name_of(rows[i]))});
    }
    return table.text(width);
}

std::string name_of_workflow(const report::changes_of_workflow& workflow)
{
    if (!workflow.name.empty())
        return workflow.name;
    return workflow.id.empty() ? "(not said)" : workflow.id;
}

std::string documents(const failure_diff& diff, fate what, std::string_view title, std::size_t top, std::size_t width)
{
    const auto& list = diff.of(what);
    if (list.empty())
        return {};
    auto text = heading(title, list.size(), top, width);
    for (std::size_t i = 0; i < std::min(list.size(), top); ++i) {
        text += table_line("", printable(list[i].name), 2, width);
        text += table_line("", printable(diff.reasons[list[i].reason].text), 6, width);
    }
    return text;
}

json::object changes_object(const document_changes& changes)
{
    return {{"new", changes.appeared},
            {"still", changes.remained},
            {"recovered", changes.recovered},
            {"not_known_before", changes.unknown_before},
            {"not_known_now", changes.unknown_now}};
}

json::array documents_array(const failure_diff& diff, fate what)
{
    json::array all;
    for (const auto& each : diff.of(what))
        all.push_back(json::object{{"document", each.name}, {"reason", diff.reasons[each.reason].text}});
    return all;
}

}  // namespace

std::string diff_text(const failure_diff& diff, const std::string& older, const std::string& newer, std::size_t top,
                      std::size_t width)
{
    auto text = wrapped_lines(printable(newer) + " (" + counted(diff.newer_jobs, "job", "jobs") + ") against " +
                                  printable(older) + " (" + counted(diff.older_jobs, "job", "jobs") + ")\n",
                              width);
    figures_table head{{"documents", ""}};
    const auto& counts = diff.documents;
    head.add({to_text(counts.appeared), "fail now and did not"});
    head.add({to_text(counts.remained), "still fail"});
    head.add({to_text(counts.recovered), "no longer fail"});
    if (counts.unknown_before > 0)
        head.add({to_text(counts.unknown_before), "fail now, and may have before"});
    if (counts.unknown_now > 0)
        head.add({to_text(counts.unknown_now), "failed, and may still"});
    text += head.text(width);
    for (const auto& [jobs, which] : {std::pair{diff.older_without_list, "older"}, {diff.newer_without_list, "newer"}})
        if (jobs > 0)
            text += wrapped_lines(counted(jobs, "job", "jobs") + " of the " + which +
                                      " audit have no list: what failed in them is not known.\n",
                                  width);
    if (diff.reasons.empty())
        return text;
    text += heading("By reason", diff.reasons.size(), top, width) +
            changes_table(diff.reasons, "reason", top, width, [](const auto& each) { return each.text; });
    if (std::ranges::any_of(diff.workflows, [](const auto& each) { return !each.id.empty() || !each.name.empty(); }))
        text += heading("By workflow", diff.workflows.size(), top, width) +
                changes_table(diff.workflows, "workflow", top, width, name_of_workflow);
    return text + documents(diff, fate::appeared, "Documents that fail now and did not", top, width) +
           documents(diff, fate::unknown_before, "Documents that fail now, and may have before", top, width) +
           documents(diff, fate::remained, "Documents that still fail", top, width) +
           documents(diff, fate::recovered, "Documents that no longer fail", top, width) +
           documents(diff, fate::unknown_now, "Documents that failed, and may still", top, width);
}

json::object diff_json(const failure_diff& diff)
{
    json::array reasons;
    for (const auto& each : diff.reasons)
        reasons.push_back(json::object{
            {"reason", each.text}, {"family", to_string(each.family)}, {"documents", changes_object(each.documents)}});
    json::array workflows;
    for (const auto& each : diff.workflows)
        workflows.push_back(json::object{{"workflow_id", each.id.empty() ? json::value{} : json::value(each.id)},
                                         {"workflow_name", each.name.empty() ? json::value{} : json::value(each.name)},
                                         {"documents", changes_object(each.documents)}});
    return {{"documents", changes_object(diff.documents)},
            {"older_jobs", diff.older_jobs},
            {"newer_jobs", diff.newer_jobs},
            {"older_jobs_without_list", diff.older_without_list},
            {"newer_jobs_without_list", diff.newer_without_list},
            {"reasons", std::move(reasons)},
            {"workflows", std::move(workflows)},
            {"new", documents_array(diff, fate::appeared)},
            {"still", documents_array(diff, fate::remained)},
            {"recovered", documents_array(diff, fate::recovered)},
            {"not_known_before", documents_array(diff, fate::unknown_before)},
            {"not_known_now", documents_array(diff, fate::unknown_now)}};
}

}  // namespace jobaudit::cli
