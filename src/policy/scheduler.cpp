#include "policy/scheduler.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace jobaudit::policy {

namespace {

constexpr std::size_t most_jobs_ahead = 256;

// Requests of others between two refusals of one job.
constexpr unsigned enough_to_compare = 32;
constexpr duration longest_comparison = std::chrono::seconds{1};

constexpr duration look_at_others = std::chrono::milliseconds{5};

[[nodiscard]] decision wait(time_point until, wait_cause cause) noexcept
{
    decision result;
    result.what = decision::kind::wait;
    result.until = until;
    result.cause = cause;
    return result;
}

[[nodiscard]] decision wait_for_flight(wait_cause cause = wait_cause::jobs_in_flight) noexcept
{
    return wait(time_point::max(), cause);
}

}  // namespace

scheduler::scheduler(batch_state& batch, unsigned lanes, std::uint64_t seed, bool is_told_of_others)
    : batch_{batch}
    , origin_{batch.origin()}
    , options_{batch.options()}
    , is_told_of_others_{is_told_of_others}
    , lanes_{std::max(lanes, 1u)}
    , random_{seed}
    , seen_open_at_{origin_.gate.open_at()}
    , seen_outages_{origin_.outage.ended()}
{}

std::size_t scheduler::wanted_jobs() const noexcept
{
    if (source_ended_ || batch_.stopped() || waiting_for_retry() >= max_waiting)
        return 0;
    const std::size_t ahead = std::min<std::size_t>(std::size_t{2} * lanes_, most_jobs_ahead);
    return pending_.size() > ahead / 2 ? 0 : ahead - pending_.size();
}

void scheduler::add(const job_id& job)
{
    const std::uint32_t index = table_.insert(job);
    table_[index].time_left = options_.job_timeout;
    table_[index].place = job_place::pending;
    pending_.push_back(index);
}

void scheduler::no_more_jobs() noexcept { source_ended_ = true; }

void scheduler::set_lanes(unsigned lanes) noexcept { lanes_ = std::max(lanes, 1u); }

decision scheduler::next(time_point now)
{
    if (origin_.refusals.is_under_way())
        batch_.check_refusals();
    if (batch_.stopped())
        return end_when_all_is_over();
    if (pending_.empty() && waiting_for_retry() == 0)
        return in_flight_ == 0 && source_ended_ ? decision{} : wait_for_flight();
    if (in_flight_ >= lanes_) {
        let_slots_pass();
        return wait_for_flight();
    }

    // Read before the gate is looked at, so that may_send notices a closing in between.
    const std::uint64_t epoch = origin_.gate.epoch();
    if (origin_.gate.closed(now))
        return wait_at_gate(now);
    if (origin_.outage.active())
        return next_probe(epoch, now);
    watch_for_reopening();
    return next_attempt(epoch, now);
}

decision scheduler::next_attempt(std::uint64_t epoch, time_point now)
{
    for (;;) {
        const source from = choose(now);
        if (from == source::none)
            return wait_for_retry(now);
        if (ramping_ && ramp_in_flight_ >= ramp_limit_) {
            let_slots_pass();
            return wait_for_flight(wait_cause::ramp);
        }
        if (!slot_is_due(now))
            return wait(slot_.at, wait_cause::rate);
        const bool is_first = waits_for_contact(now);
        if (is_first && !origin_.contact.try_begin(now))
            return wait_for_contact(now);
        const auto place =
            options_.adaptive ? origin_.adaptive.concurrency.try_begin(now) : adaptive_concurrency::place{};
        if (options_.adaptive && place.number == 0) {
            if (is_first)
                origin_.contact.end();
            let_slots_pass();
            return wait_for_place(now);
        }
        if (from != source::paying || origin_.budget.take(now, table_[paying_.front()].owed)) {
            auto started = start(from, false, epoch, now);
            table_[started.attempt.entry].first = is_first;
            table_[started.attempt.entry].place_in_flight = place;
            return started;
        }
        if (is_first)
            origin_.contact.end();
        if (place.number != 0)
            origin_.adaptive.concurrency.end();
    }
}

decision scheduler::end_when_all_is_over() const noexcept { return in_flight_ == 0 ? decision{} : wait_for_flight(); }

decision scheduler::wait_at_gate(time_point now)
{
    // Others of the same origin may be willing to wait longer than this batch is.
    const duration asked = std::max(origin_.gate.asked_until(), now) - now;
    if (asked <= options_.max_wait)
        return wait(origin_.gate.open_at(), wait_cause::server_asked);
    batch_.stop(asked_to_wait(asked, options_.max_wait));
    return end_when_all_is_over();
}

decision scheduler::wait_for_others(time_point latest, wait_cause cause, time_point now) const noexcept
{
    // Else what ends elsewhere wakes nobody here.
    const bool is_woken = in_flight_ > 0 || is_told_of_others_;
    return wait(is_woken ? latest : std::min(latest, now + look_at_others), cause);
}

decision scheduler::wait_for_place(time_point now) const noexcept
{
    return wait_for_others(std::max(origin_.adaptive.concurrency.more_at(), now + duration{1}), wait_cause::server_full,
                           now);
}

bool scheduler::waits_for_contact(time_point now) const noexcept
{
    return !origin_.succeeded() && now < origin_.contact.patient_until();
}

decision scheduler::wait_for_contact(time_point now) const noexcept
{
    return wait_for_others(origin_.contact.patient_until(), wait_cause::first_contact, now);
}

scheduler::source scheduler::choose(time_point now) const noexcept
{
    // A verdict that may end the batch is asked for again before anything else gets it too.
    if (free_.due() <= now && table_[free_.front()].confirming)
        return source::free;
    // A server that may refuse all, or not answer at all, is asked for one job after the other, rather than for one
    // again and again that may be at fault itself.
    const bool is_trying = waits_for_contact(now) || (ramping_ && ramp_limit_ == 1);
    if (is_trying && !pending_.empty())
        return source::pending;
    const bool free_is_due = free_.due() <= now && !lets_others_go_first(free_, now);
    const bool paying_is_due =
        paying_.due() <= now && origin_.budget.available_at(now, table_[paying_.front()].owed) <= now;
    if (free_is_due && paying_is_due)
        return free_.due() <= paying_.due() ? source::free : source::paying;
    if (free_is_due)
        return source::free;
    if (paying_is_due)
        return source::paying;
    return pending_.empty() ? source::none : source::pending;
}

// A server that asks for a pause at each refusal of one job would hear little but that job at each reopening.
bool scheduler::lets_others_go_first(const retry_queue& due, time_point now) const noexcept
{
    return options_.adaptive && ramping_ && ramp_limit_ <= enough_to_compare && !pending_.empty() &&
           now - due.due() < longest_comparison && table_[due.front()].refusals > 0;
}

decision scheduler::wait_for_retry(time_point now) const noexcept
{
    if (paying_.due() > now)
        return wait(std::min(free_.due(), paying_.due()), wait_cause::backoff);
    const time_point paid_at = origin_.budget.available_at(now, table_[paying_.front()].owed);
    return free_.due() < paid_at ? wait(free_.due(), wait_cause::backoff) : wait(paid_at, wait_cause::retry_budget);
}

decision scheduler::next_probe(std::uint64_t epoch, time_point now)
{
    // A job that was never asked for tells most: one that fails again may be at fault itself.
    const source retry = free_.due() <= paying_.due() ? source::free : source::paying;
    const source from = pending_.empty() ? retry : source::pending;
    const time_point due = pending_.empty() ? std::min(free_.due(), paying_.due()) : time_point::min();

    const time_point at = std::max(due, origin_.outage.next_probe_at());
    if (at > now)
        return wait_for_probe(at, now);
    if (!slot_is_due(now))
        return wait(slot_.at, wait_cause::rate);
    if (!origin_.outage.try_begin_probe(now))
        return origin_.outage.active() ? wait_for_probe(time_point::max(), now) : next(now);
    if (from == source::paying)
        table_[paying_.front()].owed = 0;
    return start(from, true, epoch, now);
}

decision scheduler::wait_for_probe(time_point at, time_point now)
{
    batch_.check_limits(now);
    if (batch_.stopped())
        return end_when_all_is_over();
    return wait(std::min(at, batch_.outage_ends_batch_at()), wait_cause::outage);
}

bool scheduler::slot_is_due(time_point now)
{
    if (origin_.limiter.unlimited()) {
        has_slot_ = false;
        slot_ = {};  // in which no request is to leave when a limit is set meanwhile
        return true;
    }
    if (has_slot_) {
        const auto moved = origin_.limiter.moved(slot_, now);
        const bool woke_late = now > slot_.at + rate_limiter::max_delay && !lets_slots_pass_;
        if (woke_late && origin_.adaptive.rate.limits())
            origin_.adaptive.rate.note_lost();
        has_slot_ = moved && !(lets_slots_pass_ && now > moved->planned);
        slot_ = moved.value_or(slot_);
    }
    if (!has_slot_) {
        slot_ = origin_.limiter.reserve(now, lets_slots_pass_ ? duration::zero() : rate_limiter::max_lag);
        has_slot_ = true;
    }
    lets_slots_pass_ = false;
    return slot_.at <= now;
}

// What waited for an answer is not made good for where the server's limit is being looked for: one slot used late
// brings the next one too close to it, and a server without a burst refuses that at any rate.
void scheduler::let_slots_pass() noexcept { lets_slots_pass_ = origin_.adaptive.rate.limits(); }

void scheduler::keep_slot(rate_limiter::slot unused, time_point now)
{
    if (!origin_.limiter.moved(unused, now))
        return;
    if (has_slot_ && slot_.number < unused.number)
        std::swap(slot_, unused);
    give_slot_back();
    slot_ = unused;
    has_slot_ = true;
}

void scheduler::give_slot_back()
{
    if (std::exchange(has_slot_, false))
        origin_.limiter.give_back(slot_);
}

void scheduler::watch_for_reopening() noexcept
{
    const time_point open_at = origin_.gate.open_at();
    const std::uint64_t outages = origin_.outage.ended();
    if (open_at == seen_open_at_ && outages == seen_outages_)
        return;
    seen_open_at_ = open_at;
    seen_outages_ = outages;
    ++ramp_;
    ramping_ = true;
    ramp_limit_ = 1;
    ramp_in_flight_ = 0;
}

std::uint32_t scheduler::take(source from)
{
    if (from == source::pending) {
        const std::uint32_t index = pending_.front();
        pending_.pop_front();
        return index;
    }
    retry_queue& queue = from == source::paying ? paying_ : free_;
    const std::uint32_t index = queue.front();
    queue.pop();
    return index;
}

decision scheduler::start(source from, bool probe, std::uint64_t epoch, time_point now)
{
    const std::uint32_t index = take(from);
    job_entry& entry = table_[index];
    const duration held = origin_.held_back(now);
    if (entry.tried)
        settle_wait(entry, held, now);
    else
        entry.first_start = now;
    forgive(entry);
    entry.paid = static_cast<std::uint8_t>(std::min(entry.paid + entry.owed, 255));
    entry.owed = 0;
    entry.started = now;
    entry.sent = false;
    entry.held_then = held;
    entry.place = job_place::in_flight;
    entry.probe = probe;
    entry.first = false;
    entry.place_in_flight = {};
    entry.outages = origin_.outage.ended();
    entry.ramp = ramp_;
    ++in_flight_;
    ramp_in_flight_ += ramping_ ? 1 : 0;
    has_slot_ = false;

    decision result;
    result.what = decision::kind::start;
    attempt& started = result.attempt;
    started.entry = index;
    started.job = entry.job;
    started.number = entry.counted + 1;
    started.probe = probe;
    started.last_of_job = entry.time_left < options_.timeout;
    started.deadline = now + std::min(entry.time_left, duration{options_.timeout});
    started.gate_epoch = epoch;
    started.slot = slot_;
    return result;
}

void scheduler::settle_wait(job_entry& entry, duration held, time_point now) const noexcept
{
    // What the job waited beyond its time, for a lane, a slot or the budget, is not its own either.
    const duration waited = std::min(entry.due, now) - entry.failed_at;
    const duration own = waited - (held - entry.held_then);
    if (own > duration::zero())
        entry.time_left = std::max(entry.time_left - own, shortest_attempt);
}

bool scheduler::may_send(const attempt& started, time_point now)
{
    if (is_held_back(started, now))
        return false;
    // One that has sent a request has used its slot.
    const bool may_leave = table_[started.entry].sent ? leaves_in_next_slot(now) : leaves_in_slot(started, now);
    if (!may_leave) {
        take_back(started, now);
        return false;
    }
    note_sent(table_[started.entry]);
    if (options_.adaptive)
        origin_.adaptive.rate.note_sent();
    return true;
}

// A second request of the same attempt replaces one that got no answer: it is no retry.
void scheduler::note_sent(job_entry& entry) noexcept
{
    if (!std::exchange(entry.sent, true) && std::exchange(entry.asked, true))
        ++retries_;
}

bool scheduler::may_open_replacement(attempt& started, time_point now)
{
    if (is_held_back(started, now))
        return false;
    if (!slot_is_due(now)) {
        take_back(started, now);
        return false;
    }
    has_slot_ = false;
    started.slot = slot_;
    return true;
}

bool scheduler::may_send_replacement(const attempt& started, time_point now)
{
    if (is_held_back(started, now))
        return false;
    if (!leaves_in_slot(started, now)) {
        take_back(started, now);
        return false;
    }
    if (options_.adaptive)
        origin_.adaptive.rate.note_sent();
    return true;
}

bool scheduler::leaves_in_slot(const attempt& started, time_point now)
{
    return origin_.limiter.unlimited() || origin_.limiter.leave(started.slot, now) || leaves_in_next_slot(now);
}

bool scheduler::leaves_in_next_slot(time_point now)
{
    if (!slot_is_due(now))
        return false;
    has_slot_ = !origin_.limiter.unlimited() && !origin_.limiter.leave(slot_, now);
    return !has_slot_;
}

bool scheduler::is_held_back(const attempt& started, time_point now)
{
    const bool is_probe = probes_now(table_[started.entry]);
    const bool is_held = batch_.stopped() || origin_.gate.epoch() != started.gate_epoch || origin_.gate.closed(now) ||
                         (origin_.outage.active() && !is_probe);
    if (is_held)
        take_back(started, now);
    return is_held;
}

bool scheduler::probes_now(const job_entry& entry) const noexcept
{
    return entry.probe && entry.outages == origin_.outage.ended();
}

void scheduler::take_back(const attempt& started, time_point now)
{
    const std::uint32_t index = started.entry;
    job_entry& entry = table_[index];
    leave_flight(entry);
    if (probes_now(entry))
        origin_.outage.release_probe(now);
    // One that has sent a request has used its slot.
    if (!entry.sent)
        keep_slot(started.slot, now);
    if (!entry.tried) {
        entry.place = job_place::pending;
        pending_.push_front(index);
        return;
    }
    entry.place = job_place::waiting;
    // It has waited and paid: nothing of that is asked for again.
    const time_point was_due = entry.due;
    entry.due = entry.failed_at = now;
    free_.push(entry.confirming ? time_point{} : was_due, index);
}

}  // namespace jobaudit::policy
