#include "client/audit_run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <exception>
#include <utility>

namespace jobaudit::client_detail {

namespace asio = boost::asio;
using net::clock;

audit_run::audit_run(asio::any_io_executor home, std::shared_ptr<audit_batch> batch,
                     std::vector<std::shared_ptr<audit_part>> parts)
    : home_{std::move(home)}
    , batch_{std::move(batch)}
    , parts_{std::move(parts)}
    , drain_timer_{home_}
    , held_back_before_{batch_->origin.held_back(started_)}
    , refusals_before_{batch_->origin.refusals.refusals()}
{}

void audit_run::start(std::function<void(error_code, summary)> done)
{
    done_ = std::move(done);
    batch_->announce_stop = [weak = weak_from_this(), executor = home_] {
        asio::post(executor, [weak] {
            if (const auto self = weak.lock())
                self->on_stop(self->batch_->state.cause().reason == stop_reason::wait_too_long);
        });
    };
    running_ = parts_.size();
    if (batch_->feed.is_asynchronous())
        start_pump();
    for (const auto& part : parts_)
        asio::post(part->executor(), [part, self = shared_from_this()] {
            part->start([self] { asio::post(self->home_, [self] { self->one_ended(); }); });
        });
}

void audit_run::start_pump()
{
    ++running_;
    auto arrived = [self = shared_from_this()] {
        for (const auto& part : self->parts_)
            asio::post(part->executor(), [part] { part->jobs_arrived(); });
    };
    auto ended = [self = shared_from_this(), arrived](const std::exception_ptr& failed) {
        if (failed && !self->batch_->state.stopped()) {
            self->batch_->source_failed(failed);
            self->on_stop(false);
        }
        self->batch_->feed.stop();
        arrived();
        self->one_ended();
    };
    asio::co_spawn(home_, batch_->feed.pump(arrived),
                   asio::bind_cancellation_slot(stop_pump_.slot(), std::move(ended)));
}

void audit_run::cancel(errc why, bool drain)
{
    cancel_code_ = why;
    batch_->state.stop({.reason = stop_reason::canceled, .error = cancel_code_, .message = "canceled"});
    batch_->stop_announced = true;
    on_stop(drain);
}

void audit_run::abandon() noexcept
{
    for (const auto& part : parts_)
        part->abandon();
    batch_->delivery.abandon();
    // Those of other threads must not outlive these, as others who still hold the run do.
    parts_.clear();
    done_ = nullptr;
}

void audit_run::on_stop(bool drain)
{
    batch_->feed.stop();
    stop_pump_.emit(asio::cancellation_type::terminal);
    for (const auto& part : parts_)
        asio::post(part->executor(), [part, drain] { part->batch_stopped(drain); });
    if (!drain)
        return;
    drain_timer_.expires_after(batch_->state.options().drain_limit);
    drain_timer_.async_wait([weak = weak_from_this()](error_code ec) {
        if (const auto self = weak.lock(); self && !ec)
            self->on_stop(false);
    });
}

void audit_run::one_ended()
{
    if (--running_ > 0)
        return;
    parts_.front()->batch_ended();
    asio::co_spawn(home_, finish(), [self = shared_from_this()](const std::exception_ptr& failed) {
        if (failed)
            std::terminate();
        self->drain_timer_.cancel();
        auto result = self->make_summary();
        // What belongs to the owner of the batch is not touched any more when that hears of its end.
        self->parts_.clear();
        self->batch_->delivery.release();
        self->batch_->feed.release();
        const auto code = self->code_of(result.stopped);
        const auto done = std::move(self->done_);
        done(code, std::move(result));
    });
}

asio::awaitable<void> audit_run::finish()
{
    for (const auto& part : parts_) {
        const auto left = part->take_leftovers();
        for (const auto& each : left) {
            const bool is_in_doubt = part->is_in_doubt(each.job);
            auto delivery = deliver_leftover(is_in_doubt ? doubtful_outcome(each.job)
                                                         : leftover_outcome(each.job, each.attempts, each.elapsed));
            co_await std::move(delivery);
        }
    }
    if (!batch_->state.stopped())
        co_return;
    std::array<job_id, 256> jobs;
    for (;;) {
        job_feed::portion taken;
        try {
            taken = batch_->feed.take(jobs);
        } catch (...) {
            batch_->source_failed(std::current_exception());
        }
        for (std::size_t i = 0; i < taken.count; ++i) {
            auto delivery = deliver_leftover(leftover_outcome(jobs[i], 0, {}));
            co_await std::move(delivery);
        }
        if (taken.count == 0)
            co_return;
        // However long the source is, others on the executor get their turn.
        co_await asio::post(home_, asio::deferred);
    }
}

outcome audit_run::leftover_outcome(const job_id& job, unsigned attempts, policy::duration elapsed)
{
    outcome result;
    result.job = job;
    result.request_id = batch_->marks.request_id;
    const bool canceled = attempts > 0 && batch_->state.cause().reason == stop_reason::canceled;
    result.kind = canceled ? outcome_kind::canceled : outcome_kind::not_tried;
    result.error = canceled ? errc::canceled : errc::not_tried;
    result.attempts = attempts;
    result.elapsed = elapsed;
    result.message = "the batch ended before this job did";
    count_leftover(result.kind);
    return result;
}

outcome audit_run::doubtful_outcome(const job_id& job)
{
    outcome result;
    result.job = job;
    result.request_id = batch_->marks.request_id;
    result.kind = outcome_kind::protocol;
    result.error = errc::bad_response;
    result.message = "its connection sent a response too many or too few: what was taken for its answer may be that to "
                     "another job; the batch ended before it was asked for again";
    result.is_delivered_again = true;
    count_leftover(result.kind);
    ++leftovers_.delivered_again;
    return result;
}

void audit_run::count_leftover(outcome_kind kind)
{
    ++leftovers_.outcomes[static_cast<std::size_t>(kind)];
    ++leftover_count_;
}

asio::awaitable<void> audit_run::deliver_leftover(outcome result)
{
    if (batch_->delivery.is_asynchronous()) {
        auto delivery = batch_->delivery.async_deliver(nullptr, std::move(result));
        (void)co_await std::move(delivery);
    } else {
        (void)batch_->delivery.deliver(nullptr, std::move(result));
    }
}

summary audit_run::make_summary() const
{
    summary result;
    result.jobs = batch_->feed.given();
    auto add = [&result](const part_counts& counts) {
        for (std::size_t i = 0; i < outcome_kind_count; ++i)
            result.outcomes[i] += counts.outcomes[i];
        result.failed_files += counts.failed_files;
        result.requests += counts.requests;
        result.retries += counts.retries;
        result.connections += counts.connections;
        result.responses_left_over += counts.responses_left_over;
        result.delivered_again += counts.delivered_again;
    };
    for (const auto& part : parts_)
        add(part->counts());
    add(leftovers_);
    result.threads = static_cast<unsigned>(parts_.size());
    const auto now = clock::now();
    result.elapsed = now - started_;
    result.waited_for_server = batch_->origin.held_back(now) - held_back_before_;
    result.refusals = batch_->origin.refusals.refusals() - refusals_before_;
    result.limit_a_second = batch_->origin.adaptive.rate.found();
    result.limit_at_a_time = batch_->origin.adaptive.concurrency.found();
    if (batch_->delivery.failed()) {
        // Whatever ended the batch first: what the sink did not take is lost to its owner.
        result.stopped = stop_reason::sink_failed;
        result.error = errc::sink_failed;
        result.message = batch_->sink_failure();
        return result;
    }
    const auto cause = batch_->state.cause();
    // What came when everything was done in any case has stopped nothing.
    const bool came_late = cause.reason == stop_reason::canceled || cause.reason == stop_reason::deadline;
    if (came_late && leftover_count_ == 0 && batch_->feed.exhausted())
        return result;
    result.stopped = cause.reason;
    result.error = cause.error;
    result.message = cause.message;
    if (cause.resume_after)
        result.resume_at = std::chrono::system_clock::now() +
                           std::chrono::duration_cast<std::chrono::system_clock::duration>(*cause.resume_after);
    return result;
}

error_code audit_run::code_of(stop_reason stopped) const
{
    switch (stopped) {
    case stop_reason::canceled:
        return cancel_code_;
    case stop_reason::sink_failed:
        return errc::sink_failed;
    case stop_reason::source_failed:
        return errc::source_failed;
    default:
        return {};
    }
}

}  // namespace jobaudit::client_detail
