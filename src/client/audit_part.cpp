#include "client/audit_part.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <exception>

namespace jobaudit::client_detail {

namespace asio = boost::asio;
using net::clock;

audit_part::lane::lane(audit_part& part)
    : writer{part.batch_->delivery.make_writer()}
    , attempt{*part.home_, part.connections_, part.scheduler_, part.batch_->state.options(), part.batch_->marks}
{}

audit_part::audit_part(std::shared_ptr<shard> home, std::shared_ptr<audit_batch> batch, unsigned connections,
                       std::uint64_t seed, bool first)
    : home_{std::move(home)}
    , batch_{std::move(batch)}
    , connections_{connections, net::line_time::stands_still}
    , first_{first}
    , scheduler_{batch_->state, usable_lanes(), seed}
    , timer_{home_->executor()}
    , look_timer_{home_->executor()}
    , left_over_before_{home_->shared().pipelining.left_over()}
    , tasks_{home_->executor(), [this] { part_ended(); }}
{
    connections_.on_doubt([this](std::span<const policy::unproven_answer> answers) { ask_again(answers); });
    for (unsigned i = 0; i < connections * home_->shared().options.pipeline; ++i)
        lanes_.push_back(std::make_unique<lane>(*this));
}

void audit_part::start(std::function<void()> ended)
{
    ended_ = std::move(ended);
    home_->listen(*this);
    tasks_.hold();
    for (const auto& each : lanes_)
        tasks_.spawn(run(*each), shared_from_this());
    tasks_.release();
}

void audit_part::abandon() noexcept
{
    for (const auto& each : lanes_)
        each->waits_at.drop();
}

void audit_part::part_ended()
{
    // The first one goes on watching the batch.
    if (!first_)
        home_->leave(*this);
    timer_.cancel();
    home_->connections().forget(connections_);
    counts_.retries = scheduler_.retries();
    if (first_)
        counts_.responses_left_over = home_->shared().pipelining.left_over() - left_over_before_;
    // Who else still holds the part holds no writer of the sink's.
    for (const auto& each : lanes_)
        each->writer.reset();
    const auto ended = std::move(ended_);
    ended();
}

asio::awaitable<void> audit_part::run(lane& self)
{
    for (;;) {
        scheduler_.set_lanes(usable_lanes());
        refill();
        const auto now = clock::now();
        const auto next = scheduler_.next(now);
        if (next.what == policy::decision::kind::done && is_proven_)
            break;
        if (next.what == policy::decision::kind::done && !is_proving_) {
            auto proof = async_prove_answers();
            co_await std::move(proof);
            continue;
        }
        if (next.what != policy::decision::kind::start) {
            if (next.what == policy::decision::kind::wait)
                set_timer(next.until);
            parked_.push_back(&self);
            (void)co_await self.waits_at.async_wait(asio::deferred);
            continue;
        }
        // There may be work for another one too.
        if (!parked_.empty())
            wake_one_later();
        bool sink_failed = false;
        try {
            auto request = self.attempt.async_run(next.attempt, now, *self.writer);
            co_await std::move(request);
        } catch (...) {
            if (!self.attempt.request().writer_threw())
                throw;
            sink_failed = true;
            fail_sink();
        }
        outcome result;
        const bool is_done = conclude(self, sink_failed, result);
        self.attempt.release();
        if (is_done) {
            if (batch_->delivery.is_asynchronous()) {
                auto delivery = async_deliver(self, std::move(result));
                co_await std::move(delivery);
            } else {
                deliver(self, std::move(result));
            }
        }
        self.attempt.request().release_memory();
        note_stop();
    }
    wake_all();
}

asio::awaitable<void> audit_part::async_prove_answers()
{
    is_proving_ = is_proven_ = true;  // unless what is seen meanwhile says otherwise
    while (!gave_up_proving_ && !batch_->delivery.failed()) {
        const auto next_look = home_->connections().look(connections_, clock::now());
        if (!next_look)
            break;
        look_timer_.expires_at(*next_look);
        co_await look_timer_.async_wait(asio::as_tuple(asio::deferred));
    }
    is_proving_ = false;
}

void audit_part::ask_again(std::span<const policy::unproven_answer> answers)
{
    for (const auto& each : answers) {
        auto& known = doubts_[each.job];
        if (known.is_open || (known.times >= most_doubts && each.kind != outcome_kind::ok))
            continue;
        known = {each, known.times + 1, true};
        if (known.times >= most_doubts)
            home_->shared().pipelining.distrust_order();
        --counts_.outcomes[static_cast<std::size_t>(each.kind)];
        counts_.failed_files -= each.failed_files;
        scheduler_.add(each.job);
        is_proven_ = false;
    }
    wake_one_later();
}

bool audit_part::is_in_doubt(const job_id& job) const
{
    if (doubts_.empty())
        return false;
    const auto found = doubts_.find(job);
    return found != doubts_.end() && found->second.is_open;
}

bool audit_part::resolve_doubt(lane& self, outcome& result)
{
    auto& known = doubts_.find(result.job)->second;
    known.is_open = false;
    const bool is_the_same = known.answer.digest != 0 && known.answer.digest == self.attempt.request().digest() &&
                             known.answer.kind == result.kind;
    if (!is_the_same) {
        home_->shared().pipelining.distrust_order();
        ++counts_.delivered_again;
        result.is_delivered_again = true;
        return true;
    }
    if (result.kind == outcome_kind::ok)
        self.writer->discard();
    ++counts_.outcomes[static_cast<std::size_t>(result.kind)];
    counts_.failed_files += result.failed_file_count;
    return false;
}

unsigned audit_part::usable_lanes() const noexcept
{
    return static_cast<unsigned>(connections_.most()) * home_->shared().pipelining.depth();
}

void audit_part::fail_sink()
{
    batch_->delivery.fail(std::current_exception());
    batch_->sink_failed();
}

bool audit_part::conclude(lane& self, bool sink_failed, outcome& result)
{
    auto& request = self.attempt.request();
    counts_.requests += request.requests();
    counts_.connections += request.connections();
    if (sink_failed) {
        self.attempt.cut_off(errc::sink_failed);
        return false;
    }
    const auto resolved = self.attempt.conclude();
    if (!resolved || resolved->what != policy::resolution::kind::final)
        return false;
    self.attempt.take_outcome(*resolved, result);
    request.note_answer(result);
    return !is_in_doubt(result.job) || resolve_doubt(self, result);
}

void audit_part::deliver(lane& self, outcome&& result)
{
    const auto kind = result.kind;
    const auto files = result.failed_file_count;
    note_delivery(batch_->delivery.deliver(self.writer.get(), std::move(result)), kind, files);
}

asio::awaitable<void> audit_part::async_deliver(lane& self, outcome result)
{
    const auto kind = result.kind;
    const auto files = result.failed_file_count;
    auto delivery = first_ ? batch_->delivery.async_deliver(self.writer.get(), std::move(result))
                           : batch_->delivery.async_deliver_from(home_->executor(), self.waits_at, self.writer.get(),
                                                                 std::move(result), batch_);
    const bool delivered = co_await std::move(delivery);
    note_delivery(delivered, kind, files);
}

void audit_part::note_delivery(bool delivered, outcome_kind kind, std::uint64_t files)
{
    if (!delivered)
        batch_->sink_failed();
    ++counts_.outcomes[static_cast<std::size_t>(delivered ? kind : outcome_kind::not_tried)];
    counts_.failed_files += delivered ? files : 0;
}

void audit_part::refill()
{
    while (!source_ended_) {
        const auto wanted = scheduler_.wanted_jobs();
        if (wanted == 0)
            return;
        std::array<job_id, 256> jobs;
        job_feed::portion taken;
        try {
            taken = batch_->feed.take(std::span{jobs}.first(std::min(wanted, jobs.size())));
        } catch (...) {
            batch_->source_failed(std::current_exception());
            note_stop();
            return;
        }
        for (std::size_t i = 0; i < taken.count; ++i)
            scheduler_.add(jobs[i]);
        if (taken.ended) {
            source_ended_ = true;
            scheduler_.no_more_jobs();
        }
        if (taken.count == 0)
            return;
    }
}

void audit_part::note_stop()
{
    if (batch_->state.stopped() && !batch_->stop_announced.exchange(true))
        batch_->announce_stop();
}

void audit_part::batch_ended()
{
    home_->leave(*this);
    batch_->waits.finish();
}

void audit_part::jobs_arrived() { wake_one(); }

void audit_part::batch_stopped(bool drain)
{
    // Where no request was sent yet, there is nothing in flight that could end.
    for (const auto& each : lanes_)
        if (each->attempt.in_flight() && (!drain || !each->attempt.has_sent()))
            each->attempt.request().interrupt(errc::canceled);
    if (!drain && batch_->state.cause().reason == stop_reason::canceled) {
        gave_up_proving_ = true;
        look_timer_.cancel();
    }
    wake_all();
}

void audit_part::on_tick(clock::time_point now)
{
    batch_->state.check_limits(now);
    note_stop();
    if (first_)
        batch_->waits.look(now);
    // Another thread may have closed or opened the gate meanwhile.
    wake_one();
}

void audit_part::set_timer(clock::time_point when)
{
    if (when >= timer_at_)
        return;
    timer_at_ = when;
    timer_.expires_at(when);
    timer_.async_wait([weak = weak_from_this()](error_code ec) {
        const auto self = weak.lock();
        if (ec || !self)
            return;
        self->timer_at_ = clock::time_point::max();
        self->wake_one();
    });
}

void audit_part::wake_one()
{
    if (parked_.empty())
        return;
    auto* last = parked_.back();
    parked_.pop_back();
    last->waits_at.notify(net::wake::ready);
}

void audit_part::wake_one_later()
{
    if (std::exchange(wake_posted_, true))
        return;
    asio::post(home_->executor(), [self = shared_from_this()] {
        self->wake_posted_ = false;
        self->wake_one();
    });
}

void audit_part::wake_all()
{
    if (parked_.empty())
        return;
    asio::post(home_->executor(), [self = shared_from_this()] {
        for (auto left = self->parked_.size(); left > 0 && !self->parked_.empty(); --left) {
            auto* first = self->parked_.front();
            self->parked_.erase(self->parked_.begin());
            first->waits_at.notify(net::wake::ready);
        }
    });
}

}  // namespace jobaudit::client_detail
