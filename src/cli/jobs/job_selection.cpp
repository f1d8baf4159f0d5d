#include "cli/jobs/job_selection.hpp"

#include "cli/options/points_in_time.hpp"
#include "cli/options/quantities.hpp"
#include "cli/terminal/terminal_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace jobaudit::cli {
namespace {

constexpr std::string_view scheduled_status = "SCHEDULED";
constexpr std::size_t most_workflows_named = 10;

/// In any case where it is one that is known; one that came later stays as it is spelled.
std::string spelled(const std::string& status)
{
    constexpr std::array<std::string_view, 5> known{scheduled_status, "IN_PROGRESS", "COMPLETED", "STOPPED", "FAILED"};
    std::string upper{status};
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c == '-' ? '_' : c;
    });
    return std::ranges::find(known, upper) == known.end() ? status : upper;
}

result<std::optional<protocol::utc_time>> read_time(const std::string& option, const std::string& text,
                                                    end_of_span which, protocol::utc_time now)
{
    if (text.empty())
        return std::optional<protocol::utc_time>{};
    auto time = parse_point_in_time(text, which, now);
    if (!time)
        return problem{option + ": " + time.error().message};
    return std::optional{*time};
}

}  // namespace

result<job_selection> job_selection::make(const selection_arguments& arguments, scheduled not_begun,
                                          protocol::utc_time now)
{
    job_selection made;
    made.given_ = arguments;
    made.not_begun_ = not_begun;
    for (const auto& each : arguments.status) {
        if (each.empty())
            return problem{"--status: give a status, such as FAILED"};
        made.status_.push_back(spelled(each));
    }
    (job_id::parse(arguments.workflow) ? made.workflow_id_ : made.workflow_name_) = arguments.workflow;
    const auto since = read_time("--since", arguments.since, end_of_span::first, now);
    const auto until = read_time("--until", arguments.until, end_of_span::last, now);
    if (!since || !until)
        return since ? until.error() : since.error();
    made.since_ = *since;
    made.until_ = *until;
    if (made.since_ && made.until_ && *made.since_ > *made.until_)
        return problem{"--since is after --until: no job can be between them"};
    return made;
}

void job_selection::narrow(list_options& how) const
{
    how.status = status_;
    how.workflow_id = workflow_id_;
}

bool job_selection::takes(const job_information& job)
{
    auto& counts = left_out_;
    if (!is_of_workflow(job))
        ++counts.by_workflow;
    else if (!is_in_time(job))
        ++counts.by_time;
    else if (status_.empty() && not_begun_ == scheduled::left_out && job.status == scheduled_status)
        ++counts.not_begun;
    else
        return true;
    return false;
}

bool job_selection::is_of_workflow(const job_information& job)
{
    if (workflow_name_.empty())
        return true;
    const bool is = job.workflow_name == workflow_name_;
    has_met_workflow_ = has_met_workflow_ || is;
    if (!has_met_workflow_ && other_workflows_.size() <= most_workflows_named)
        other_workflows_.insert(job.workflow_name);
    return is;
}

bool job_selection::is_in_time(const job_information& job) const
{
    if (!since_ && !until_)
        return true;
    const auto created = protocol::parse_date_time(job.created_at);
    return !created || ((!since_ || *created >= *since_) && (!until_ || *created <= *until_));
}

std::string job_selection::remarks() const
{
    std::string text;
    if (left_out_.not_begun > 0)
        text += counted(left_out_.not_begun, "job is", "jobs are") +
                " SCHEDULED and left out: nothing of them has run, so no file can have failed (--status SCHEDULED "
                "asks for them)\n";
    return text + remark_on_workflow();
}

std::string job_selection::remark_on_workflow() const
{
    if (workflow_name_.empty() || has_met_workflow_ || other_workflows_.empty())
        return {};
    std::string text = "No job is of a workflow named \"" + printable(workflow_name_) + "\". Those in the list are of ";
    std::size_t named = 0;
    for (const auto& each : other_workflows_)
        if (named++ < most_workflows_named)
            text += (named > 1 ? ", \"" : "\"") + printable(each) + '"';
    return text + (named > most_workflows_named ? " and others\n" : "\n");
}

}  // namespace jobaudit::cli
