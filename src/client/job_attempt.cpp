#include "client/job_attempt.hpp"

#include "policy/stop_cause.hpp"

#include <jobaudit/observer.hpp>

#include <utility>

namespace jobaudit::client_detail {

namespace asio = boost::asio;
using net::clock;

job_attempt::job_attempt(shard& home, net::pool_share& connections, policy::scheduler& scheduler,
                         const audit_options& options, const request_marks& marks, other_request* instead)
    : scheduler_{scheduler}
    , options_{options}
    , marks_{marks}
    , observer_{home.shared().options.observer}
    , request_{home, connections, instead}
    , may_send_{[this](job_request::departure what, clock::time_point now) { return allow(what, now); }}
{}

asio::awaitable<void> job_attempt::async_run(const policy::attempt& decided, clock::time_point now, job_writer& records)
{
    current_ = decided;
    started_ = now;
    in_flight_ = true;
    announced_ = false;
    const bool last = decided.last_of_job;
    return request_.async_run({decided.job, now, decided.deadline, last ? errc::job_timed_out : errc::attempt_timed_out,
                               last ? options_.job_timeout : options_.timeout, &records, marks_.field_lines},
                              &may_send_);
}

std::optional<policy::resolution> job_attempt::conclude()
{
    in_flight_ = false;
    const auto& ended = request_.ended();
    if (ended.interrupted) {
        cut_off(errc::canceled);
        return std::nullopt;
    }
    if (ended.taken_back) {
        if (announced_) {
            // Its connection was stale, and what would have replaced the request has to wait.
            report_end(0, errc::connection_lost);
            report_retry(current_.number, {}, make_error_code(errc::connection_lost).message());
        }
        return std::nullopt;
    }
    announce();
    report_end(ended.verdict.http_status, ended.verdict.error);
    scheduler_.stood_in_line(current_, request_.time_in_line());
    const auto resolved = scheduler_.finished(current_, ended.verdict, ended.connection, clock::now());
    if (resolved.what == policy::resolution::kind::again && observer_ != nullptr)
        report_retry(resolved.attempts + 1, resolved.retry_in, policy::in_words(ended.verdict));
    return resolved;
}

void job_attempt::cut_off(error_code why)
{
    in_flight_ = false;
    if (announced_)
        report_end(0, why);
    scheduler_.abandoned(current_, clock::now());
}

void job_attempt::take_outcome(const policy::resolution& resolved, outcome& result)
{
    auto& verdict = request_.ended().verdict;
    result.job = current_.job;
    if (!marks_.request_id.empty())
        result.request_id = marks_.request_id;
    result.kind = verdict.kind;
    result.http_status = verdict.http_status;
    result.attempts = resolved.attempts;
    result.elapsed = resolved.elapsed;
    result.message = std::move(verdict.message);
    result.validation = std::move(verdict.validation);
    result.error = verdict.error;
    if (verdict.kind == outcome_kind::ok)
        result.failed_file_count = request_.records();
}

bool job_attempt::allow(job_request::departure what, clock::time_point now)
{
    switch (what) {
    case job_request::departure::request:
        if (!scheduler_.may_send(current_, now))
            return false;
        break;
    case job_request::departure::dial:
        return scheduler_.may_open_replacement(current_, now);
    case job_request::departure::replacement:
        if (!scheduler_.may_send_replacement(current_, now))
            return false;
        break;
    }
    announce();
    return true;
}

// Once an attempt: a request that replaces one on a stale connection belongs to the same attempt, and one that never
// got a connection was an attempt too.
void job_attempt::announce()
{
    if (!std::exchange(announced_, true) && observer_ != nullptr)
        observer_->attempt_started(marks_.of(current_.job), current_.number);
}

void job_attempt::report_end(int http_status, error_code error) const
{
    if (observer_ != nullptr)
        observer_->attempt_finished(marks_.of(current_.job), current_.number, http_status, error,
                                    clock::now() - started_);
}

void job_attempt::report_retry(unsigned number, policy::duration wait, std::string_view cause) const
{
    if (observer_ != nullptr)
        observer_->retry_scheduled(marks_.of(current_.job), number, wait, cause);
}

}  // namespace jobaudit::client_detail
