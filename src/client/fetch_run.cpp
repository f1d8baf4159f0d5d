#include "client/fetch_run.hpp"

#include "client/collecting_writer.hpp"
#include "policy/backoff.hpp"
#include "policy/stop_cause.hpp"

#include <jobaudit/observer.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace jobaudit::client_detail {

namespace asio = boost::asio;
using net::clock;

fetch_run::fetch_run(std::shared_ptr<shard> home, std::shared_ptr<fetch_policy> shared, job_id job,
                     const fetch_options& options)
    : home_{std::move(home)}
    , policy_{std::move(shared)}
    , options_{options}
    , request_{*home_, policy_->connections}
    , timer_{home_->executor()}
    , may_send_{[this](clock::time_point now) { return allow_sending(now); }}
{
    result_.job = job;
}

void fetch_run::start(std::function<void(error_code, outcome)> done)
{
    done_ = std::move(done);
    asio::co_spawn(home_->executor(), run(), [self = shared_from_this()](const std::exception_ptr& failed) {
        if (failed)
            self->end_without_memory(failed);
        const auto finish = std::move(self->done_);
        finish(self->ended_by_, std::move(self->result_));
    });
}

void fetch_run::end_without_memory(const std::exception_ptr& failed) noexcept
{
    try {
        std::rethrow_exception(failed);
    } catch (const std::bad_alloc&) {
        ended_by_ = make_error_code(boost::system::errc::not_enough_memory);
        result_.kind = outcome_kind::canceled;
        result_.error = ended_by_;
    }
}

void fetch_run::cancel(errc why)
{
    if (!canceled_)
        canceled_ = why;
    request_.interrupt(why);
    timer_.cancel();
}

asio::awaitable<void> fetch_run::run()
{
    collecting_writer records;
    while (!canceled_) {
        const auto now = clock::now();
        if (const auto wait = policy_->asked_until - now; wait > options_.max_wait) {
            if (!verdict_)
                verdict_ = asked_to_wait(wait);
            break;
        }
        if (const auto opens = policy_->gate.open_at(); now < opens) {
            co_await pause_until(opens);
            continue;
        }
        if (owed_ != 0 && !policy_->budget.take(now, owed_)) {
            co_await pause_until(policy_->budget.available_at(now, owed_));
            continue;
        }
        owed_ = 0;
        is_concluded_ = false;
        co_await attempt(records);
        if (canceled_)
            break;
        if (!is_concluded_)
            continue;
        const auto pause = pause_before_retry(*verdict_, clock::now());
        if (!pause)
            break;
        if (home_->shared().options.observer != nullptr)
            home_->shared().options.observer->retry_scheduled(result_.job, result_.attempts + 1, *pause);
        co_await pause_until(clock::now() + *pause);
    }
    if (result_.attempts > 0)
        result_.elapsed = clock::now() - started_;
    if (canceled_) {
        ended_by_ = *canceled_;
        result_.kind = outcome_kind::canceled;
        result_.error = *canceled_;
        co_return;
    }
    take(std::move(*verdict_));
    if (result_.kind == outcome_kind::ok) {
        records.commit(std::move(result_));
        result_.failed_file_count = result_.failed_files.size();
    }
}

asio::awaitable<void> fetch_run::pause_until(clock::time_point when)
{
    // What is told of a retry may cancel it, before there is a wait to be ended.
    if (canceled_)
        co_return;
    timer_.expires_at(when);
    co_await timer_.async_wait(asio::as_tuple(asio::deferred));
}

asio::awaitable<void> fetch_run::attempt(job_writer& records)
{
    const auto began = clock::now();
    if (result_.attempts == 0) {
        started_ = began;
        held_before_ = policy_->held.total(began);
    }
    epoch_ = policy_->gate.epoch();
    const auto job_deadline = job_ends(began);
    const bool last = job_deadline < began + options_.timeout;
    ++result_.attempts;
    announced_ = false;
    try {
        auto request = request_.async_run({result_.job, began, last ? job_deadline : began + options_.timeout,
                                           last ? errc::job_timed_out : errc::attempt_timed_out,
                                           last ? options_.job_timeout : options_.timeout, &records},
                                          &may_send_);
        co_await std::move(request);
    } catch (...) {
        announce();
        report_end(began, 0, make_error_code(boost::system::errc::not_enough_memory));
        result_.elapsed = clock::now() - started_;
        throw;
    }
    conclude(began);
    request_.release();
}

void fetch_run::conclude(clock::time_point began)
{
    time_in_line_ += request_.time_in_line();
    auto& ended = request_.ended();
    if (ended.taken_back) {
        // Told of already when its connection was stale, and what would have replaced the request has to wait.
        if (announced_)
            report_end(began, 0, errc::connection_lost);
        --result_.attempts;
        return;
    }
    announce();
    if (ended.interrupted) {
        report_end(began, 0, errc::canceled);
        return;
    }
    report_end(began, ended.verdict.http_status, ended.verdict.error);
    const auto now = clock::now();
    // A wait that is too long ends this fetch instead: the others need not hang on it.
    const auto asked = ended.verdict.retry_after.value_or(policy::duration::zero());
    if (ended.verdict.slows_host && asked <= options_.max_wait) {
        (void)policy_->gate.throttled(now, epoch_, ended.verdict.retry_after);
        policy_->asked_until = std::max(policy_->asked_until, now + asked);
    } else if (!ended.verdict.error) {
        policy_->gate.recovered(epoch_);
    }
    if (!ended.verdict.error)
        policy_->budget.give_back(now, policy::retry_budget::success_gain);
    verdict_ = std::move(ended.verdict);
    is_concluded_ = true;
}

// The gate may have closed while a connection was waited for.
bool fetch_run::allow_sending(clock::time_point now)
{
    if (policy_->gate.closed(now))
        return false;
    epoch_ = policy_->gate.epoch();
    announce();
    return true;
}

void fetch_run::announce()
{
    auto* observer = home_->shared().options.observer;
    if (!std::exchange(announced_, true) && observer != nullptr)
        observer->attempt_started(result_.job, result_.attempts);
}

void fetch_run::report_end(clock::time_point began, int http_status, error_code error) const
{
    if (auto* observer = home_->shared().options.observer; observer != nullptr)
        observer->attempt_finished(result_.job, result_.attempts, http_status, error, clock::now() - began);
}

protocol::verdict fetch_run::asked_to_wait(clock::duration wait) const
{
    protocol::verdict never_asked;
    never_asked.kind = outcome_kind::rate_limited;
    never_asked.error = errc::rate_limited;
    never_asked.message = "the server asked for a pause that lasts another " + policy::in_words(wait) +
                          ", longer than is to be waited (" + policy::in_words(options_.max_wait) + ")";
    return never_asked;
}

// The time behind the gate, or in line behind other requests, is not the job's own.
clock::time_point fetch_run::job_ends(clock::time_point now) const
{
    return started_ + options_.job_timeout + policy_->held.total(now) - held_before_ + time_in_line_;
}

std::optional<policy::duration> fetch_run::pause_before_retry(const protocol::verdict& verdict, clock::time_point now)
{
    if (verdict.then != protocol::action::retry || result_.attempts >= options_.attempts)
        return std::nullopt;
    const auto asked = verdict.retry_after.value_or(policy::duration::zero());
    if (asked > options_.max_wait)
        return std::nullopt;
    auto pause =
        policy::full_jitter(policy_->random, options_.backoff_base, options_.backoff_limit, result_.attempts - 1);
    pause = std::max(pause, policy::at_least(policy_->random, asked));
    if (!verdict.slows_host)
        owed_ = verdict.kind == outcome_kind::timeout ? policy::retry_budget::timeout_retry_cost
                                                      : policy::retry_budget::retry_cost;
    pause = std::max(pause, policy::duration{policy_->budget.available_at(now, owed_) - now});
    const auto due = now + pause;
    const auto own_wait = due - std::clamp(policy_->gate.open_at(), now, due);
    if (now + own_wait >= job_ends(now))
        return std::nullopt;
    return pause;
}

void fetch_run::take(protocol::verdict verdict)
{
    result_.kind = verdict.kind;
    result_.http_status = verdict.http_status;
    result_.message = std::move(verdict.message);
    result_.validation = std::move(verdict.validation);
    result_.error = verdict.error;
}

}  // namespace jobaudit::client_detail
