#include "client/fetch_run.hpp"

#include "client/collecting_writer.hpp"

#include <jobaudit/shared_limits.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace jobaudit::client_detail {

namespace asio = boost::asio;
using net::clock;

namespace {

constexpr auto look_at_others = std::chrono::milliseconds{10};

[[nodiscard]] audit_options as_batch(const fetch_options& options)
{
    audit_options batch;
    batch.concurrency = 1;
    batch.attempts = options.attempts;
    batch.timeout = options.timeout;
    batch.job_timeout = options.job_timeout;
    batch.max_wait = options.max_wait;
    batch.backoff_base = options.backoff_base;
    batch.backoff_limit = options.backoff_limit;
    batch.outage_limit = batch.outage_limit_at_start = options.outage_limit;
    return batch;
}

/// Whether what is waited for may come with the end of another fetch's attempt.
[[nodiscard]] bool waits_for_others(policy::wait_cause cause) noexcept
{
    using policy::wait_cause;
    return cause == wait_cause::first_contact || cause == wait_cause::server_full || cause == wait_cause::outage;
}

}  // namespace

fetch_group::fetch_group(const client_options& options, std::uint64_t seed_of_all)
    : connections{options.connections}
    , shares_origin{options.limits != nullptr}
    , origin{shares_origin
                 ? options.limits->state()
                 : std::make_shared<policy::origin_state>(options.rate, options.burst, clock::now(), seed_of_all)}
    , seed{seed_of_all}
{}

void fetch_group::wake_next()
{
    if (line.empty())
        return;
    line.begin()->second->cancel();
    line.erase(line.begin());
}

fetch_run::fetch_run(std::shared_ptr<shard> home, std::shared_ptr<fetch_group> group, job_id job,
                     const fetch_options& options, request_marks marks, std::shared_ptr<other_request> instead)
    : home_{std::move(home)}
    , group_{std::move(group)}
    , number_{group_->fetches.fetch_add(1, std::memory_order_relaxed)}
    , marks_{std::move(marks)}
    , instead_{std::move(instead)}
    , batch_{as_batch(options), *group_->origin, clock::now()}
    , scheduler_{batch_, 1, group_->seed + number_, true}
    , attempt_{*home_, group_->connections, scheduler_, batch_.options(), marks_, instead_.get()}
    , timer_{home_->executor()}
{
    result_.job = job;
    result_.request_id = marks_.request_id;
}

void fetch_run::start(std::function<void(error_code, outcome)> done)
{
    done_ = std::move(done);
    asio::co_spawn(home_->executor(), run(), [self = shared_from_this()](const std::exception_ptr& failed) {
        if (failed)
            self->end_without_memory(failed);
        // The place in the line, or at the server, that it does not take any more is another one's.
        self->group_->wake_next();
        const auto finish = std::move(self->done_);
        finish(self->ended_by_, std::move(self->result_));
    });
}

void fetch_run::end_without_memory(const std::exception_ptr& failed) noexcept
{
    try {
        std::rethrow_exception(failed);
    } catch (const std::bad_alloc&) {
        give_up(make_error_code(boost::system::errc::not_enough_memory));
    }
}

void fetch_run::cancel(errc why)
{
    if (!canceled_)
        canceled_ = why;
    batch_.stop({.reason = stop_reason::canceled, .error = why});
    attempt_.request().interrupt(why);
    timer_.cancel();
}

asio::awaitable<void> fetch_run::run()
{
    collecting_writer records;
    scheduler_.add(result_.job);
    scheduler_.no_more_jobs();
    for (;;) {
        const auto now = clock::now();
        const auto next = scheduler_.next(now);
        if (next.what == policy::decision::kind::done)
            break;
        if (next.what == policy::decision::kind::wait)
            co_await wait(next);
        else
            co_await attempt(next.attempt, now, records);
    }
    take_leftover();
}

asio::awaitable<void> fetch_run::wait(policy::decision what)
{
    const bool is_woken = waits_for_others(what.cause) && !group_->shares_origin;
    // Other clients wake nobody here, nor does a rate that is changed for all.
    const bool looks = group_->shares_origin && what.cause != policy::wait_cause::backoff;
    timer_.expires_at(looks ? std::min(what.until, clock::now() + look_at_others) : what.until);
    if (is_woken)
        group_->line.emplace(number_, &timer_);
    // Also when the context ends meanwhile.
    const struct leaving {
        fetch_run& self;
        ~leaving() { self.group_->line.erase(self.number_); }
    } at_end{*this};
    co_await timer_.async_wait(asio::as_tuple(asio::deferred));
}

asio::awaitable<void> fetch_run::attempt(policy::attempt decided, clock::time_point now, job_writer& records)
{
    group_->wake_next();
    try {
        auto request = attempt_.async_run(decided, now, records);
        co_await std::move(request);
    } catch (...) {
        attempt_.cut_off(make_error_code(boost::system::errc::not_enough_memory));
        take_leftover();
        throw;
    }
    conclude(records);
    attempt_.release();
    attempt_.request().release_memory();
    group_->wake_next();
}

void fetch_run::conclude(job_writer& records)
{
    const auto resolved = attempt_.conclude();
    if (!resolved)
        return;
    attempt_.take_outcome(*resolved, result_);
    if (resolved->what == policy::resolution::kind::final && result_.kind == outcome_kind::ok)
        records.commit(std::move(result_));
}

void fetch_run::take_leftover()
{
    for (const auto& each : scheduler_.take_leftovers(clock::now())) {
        result_.attempts = each.attempts;
        result_.elapsed = each.elapsed;
        if (canceled_)
            give_up(*canceled_);
        else if (!result_.error)
            explain_stop();
    }
}

/// It was not asked for even once.
void fetch_run::explain_stop()
{
    auto cause = batch_.cause();
    const bool is_asked_to_wait = cause.reason == stop_reason::wait_too_long;
    result_.kind = is_asked_to_wait ? outcome_kind::rate_limited : outcome_kind::not_tried;
    result_.error = is_asked_to_wait ? errc::rate_limited : errc::not_tried;
    result_.message = std::move(cause.message);
}

void fetch_run::give_up(error_code why)
{
    ended_by_ = why;
    result_.kind = outcome_kind::canceled;
    result_.error = why;
    result_.message.clear();
}

}  // namespace jobaudit::client_detail
