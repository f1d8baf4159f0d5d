#include "cli/jobs/list_report.hpp"

#include "cli/advice.hpp"
#include "cli/options/quantities.hpp"

#include <jobaudit/error.hpp>

namespace jobaudit::cli {

exit_code exit_code_of(const list_outcome& ended) noexcept
{
    if (ended.kind == outcome_kind::ok)
        return exit_code::complete;
    if (ended.error == condition::fatal)
        return exit_code::fatal;
    return may_pass(ended.kind) || ended.kind == outcome_kind::canceled ? exit_code::worth_resuming
                                                                        : exit_code::incomplete;
}

std::string list_failure_text(const list_outcome& ended)
{
    if (ended.kind == outcome_kind::ok)
        return {};
    std::string text =
        ended.jobs == 0 ? "the list of jobs could not be read"
                        : "the list of jobs could not be read to its end, behind " + counted(ended.jobs, "job", "jobs");
    text += ": " + std::string{to_string(ended.kind)};
    if (ended.http_status != 0 && ended.http_status != 200)
        text += " (HTTP " + std::to_string(ended.http_status) + ')';
    if (!ended.message.empty())
        text += ": " + ended.message;
    return with_advice(std::move(text), advice_on(ended.error));
}

}  // namespace jobaudit::cli
