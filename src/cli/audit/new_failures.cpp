#include "cli/audit/new_failures.hpp"

#include "cli/audit/resume_command.hpp"
#include "cli/failure.hpp"
#include "cli/options/quantities.hpp"
#include "cli/terminal/terminal_text.hpp"
#include "cli/terminal/wrapped_text.hpp"
#include "report/failure_diff.hpp"
#include "store/input/input_error.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace jobaudit::cli {
namespace {

constexpr std::size_t named_documents = 10;
constexpr std::size_t longest_name = 200;

/// The latest run of the baseline that has finished, and is not the one that is gone on with.
store::run_choice run_before(const audit_arguments& arguments)
{
    std::error_code there_is_none;
    const bool is_gone_on_with =
        arguments.resume && std::filesystem::equivalent(arguments.baseline, arguments.output, there_is_none);
    return is_gone_on_with ? store::finished_run_before_latest : store::latest_finished_run;
}

/// Whether this is the first of many nights that are each compared with the one before.
bool is_first(const audit_arguments& arguments)
{
    std::error_code cannot_tell;
    return arguments.baseline == arguments.output && !std::filesystem::exists(arguments.baseline, cannot_tell);
}

}  // namespace

new_failures::new_failures(const audit_arguments& arguments) : output_{arguments.output}
{
    if (!arguments.fail_on_new)
        return;
    try {
        if (is_first(arguments))
            note_ = "jobaudit: nothing to compare with yet: the next audit is compared with this one\n";
        else
            baseline_ = store::open_outcomes(arguments.baseline, run_before(arguments));
    } catch (const store::input_error& error) {
        throw failure{exit_code::usage, "--baseline: " + std::string{error.what()}};
    }
    if (baseline_ && !baseline_->note().empty())
        note_ = "jobaudit: --baseline: " + baseline_->note() + '\n';
}

void new_failures::find()
{
    if (!baseline_)
        return;
    const auto now = store::open_outcomes(output_);
    const auto diff = report::compare(*baseline_, *now);
    const auto& counts = diff.documents;
    documents_ = counts.appeared + counts.unknown_before;
    if (documents_ == 0)
        return;
    heading_ = "jobaudit: " + counted(documents_, "document fails", "documents fail") + " now and did not in " +
               printable(baseline_->name());
    if (counts.unknown_before > 0)
        heading_ += ", which does not say so of " + to_text(counts.unknown_before) + ": it has no list of their jobs";
    heading_ += ":\n";
    auto found = diff.of(report::fate::appeared);
    const auto& others = diff.of(report::fate::unknown_before);
    found.insert(found.end(), others.begin(), others.end());
    const auto named = std::min(found.size(), named_documents);
    for (std::size_t i = 0; i < named; ++i)
        names_ += "  " + shortened(printable(found[i].name), longest_name) + '\n';
    if (found.size() > named)
        names_ += "and " + to_text(std::uint64_t{found.size() - named}) + " more\n";
}

std::string new_failures::text(std::size_t width) const { return wrapped_lines(note_ + heading_, width) + names_; }

}  // namespace jobaudit::cli
