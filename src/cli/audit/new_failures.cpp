#include "cli/audit/new_failures.hpp"

#include "cli/audit/resume_command.hpp"
#include "cli/failure.hpp"
#include "cli/options/quantities.hpp"
#include "cli/terminal/terminal_text.hpp"
#include "cli/terminal/wrapped_text.hpp"
#include "report/failure_diff.hpp"
#include "store/input/input_error.hpp"

#include <algorithm>

namespace jobaudit::cli {
namespace {

constexpr std::size_t named_documents = 10;
constexpr std::size_t longest_name = 200;

}  // namespace

new_failures::new_failures(const audit_arguments& arguments) : output_{arguments.output}
{
    if (!arguments.fail_on_new)
        return;
    try {
        baseline_.emplace(arguments.baseline);
    } catch (const store::input_error& error) {
        throw failure{exit_code::usage, "--baseline: " + std::string{error.what()}};
    }
}

void new_failures::find()
{
    if (!baseline_)
        return;
    const store::outcome_file now{output_};
    const auto diff = report::compare(*baseline_, now);
    documents_ = diff.documents.appeared;
    const auto named = std::min(diff.appeared.size(), named_documents);
    for (std::size_t i = 0; i < named; ++i)
        names_ += "  " + shortened(printable(diff.appeared[i].name), longest_name) + '\n';
    if (diff.appeared.size() > named)
        names_ += "and " + to_text(std::uint64_t{diff.appeared.size() - named}) + " more\n";
}

std::string new_failures::text(std::size_t width) const
{
    if (documents_ == 0)
        return {};
    return wrapped_lines("jobaudit: " + counted(documents_, "document fails", "documents fail") +
                             " now and did not in " + printable(baseline_->name()) + ":\n",
                         width) +
           names_;
}

}  // namespace jobaudit::cli
