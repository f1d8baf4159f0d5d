#include "cli/audit/audit_report.hpp"

#include "cli/advice.hpp"

#include <algorithm>
#include <numeric>

namespace jobaudit::cli {
namespace {

std::size_t index_of(outcome_kind kind) noexcept { return static_cast<std::size_t>(kind); }

template <class Predicate>
bool holds_any(const std::array<std::uint64_t, outcome_kind_count>& outcomes, Predicate holds) noexcept
{
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        if (outcomes[i] > 0 && holds(static_cast<outcome_kind>(i)))
            return true;
    return false;
}

}  // namespace

bool audit_report::is_unfinished() const noexcept
{
    return holds_any(outcomes, [](outcome_kind kind) {
        return may_pass(kind) || kind == outcome_kind::unauthorized || kind == outcome_kind::payment_required;
    });
}

bool audit_report::has_passing_failures() const noexcept { return holds_any(outcomes, may_pass); }

double audit_report::requests_per_second() const noexcept
{
    const auto seconds = std::chrono::duration<double>(elapsed).count();
    return seconds > 0 ? static_cast<double>(requests) / seconds : 0;
}

audit_report make_report(const summary& batch, const store::job_file_counts& input, const store::job_ledger& earlier,
                         std::uint64_t unread, const store::audit_output::lost_outcomes& lost)
{
    audit_report report;
    report.outcomes = batch.outcomes;
    report.outcomes[index_of(outcome_kind::not_tried)] += unread;
    report.outcomes[index_of(outcome_kind::invalid_job_id)] += input.invalid;
    std::ranges::transform(report.outcomes, lost.outcomes, report.outcomes.begin(), std::minus{});
    report.outcomes[index_of(outcome_kind::not_tried)] +=
        std::accumulate(lost.outcomes.begin(), lost.outcomes.end(), std::uint64_t{0});
    std::ranges::transform(report.outcomes, earlier.ended(), report.outcomes.begin(), std::plus{});
    report.jobs = std::accumulate(report.outcomes.begin(), report.outcomes.end(), std::uint64_t{0});
    report.resumed = earlier.ended_count();
    report.duplicates = input.duplicates;
    report.failed_files = batch.failed_files - lost.failed_files + earlier.failed_files();
    report.requests = batch.requests;
    report.retries = batch.retries;
    report.connections = batch.connections;
    report.threads = batch.threads;
    report.responses_left_over = batch.responses_left_over;
    report.delivered_again = batch.delivered_again;
    report.refusals = batch.refusals;
    report.limit_a_second = batch.limit_a_second;
    report.limit_at_a_time = batch.limit_at_a_time;
    report.elapsed = batch.elapsed;
    report.waited_for_server = batch.waited_for_server;
    report.stopped = batch.stopped;
    report.message = with_advice(batch.message, advice_on(batch.stopped, batch.error));
    report.resume_at = batch.resume_at;
    return report;
}

}  // namespace jobaudit::cli
