#include "policy/backoff.hpp"
#include "policy/scheduler.hpp"
#include "policy/stop_cause.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::policy {

namespace {

/// Whether the server did what it is there for, whatever it said of the job.
[[nodiscard]] bool is_success(const protocol::verdict& result) noexcept
{
    if (result.is_foreign)
        return false;
    switch (result.kind) {
    case outcome_kind::ok:
    case outcome_kind::forbidden:
    case outcome_kind::not_found:
    case outcome_kind::validation:
        return true;
    case outcome_kind::http_error:
        return result.then == protocol::action::deliver && result.http_status < 500;
    default:
        return false;
    }
}

[[nodiscard]] std::uint8_t cost_of_retry_after(const protocol::verdict& result) noexcept
{
    return result.kind == outcome_kind::timeout ? retry_budget::timeout_retry_cost : retry_budget::retry_cost;
}

}  // namespace

resolution scheduler::finished(const attempt& started, const protocol::verdict& result, std::uint64_t connection,
                               time_point now)
{
    using protocol::action;

    job_entry& entry = table_[started.entry];
    leave_flight(entry);

    bool counts = true;
    if (is_success(result)) {
        note_success(started, entry, now);
    } else {
        entry.time_left -= std::max(duration::zero(), now - entry.started - (origin_.held_back(now) - entry.held_then));
        counts = note_failure(started, entry, result, connection, now);
    }
    if (result.http_status != 0 && batch_.note_answer(result.http_status))
        batch_.stop(all_forbidden(result));
    if (!result.is_foreign)
        batch_.note_other_answer();
    else if (batch_.note_foreign_answer())
        return stop_with(started.entry, not_the_platform(result), now);

    switch (result.then) {
    case action::deliver:
        break;
    case action::stop:
        return stop_with(started.entry, refused(result), now);
    case action::confirm_then_stop:
        if (!origin_.succeeded() || entry.confirming)
            return stop_with(started.entry, refused(result), now);
        return confirm(started.entry, now);
    case action::stop_at_start:
        if (!origin_.succeeded())
            return stop_with(started.entry, refused(result), now);
        return retry(started.entry, result, counts, now);
    case action::retry:
        return retry(started.entry, result, counts, now);
    }
    ++entry.counted;
    forgive(entry);
    return deliver(started.entry, false, now);
}

void scheduler::leave_flight(job_entry& entry) noexcept
{
    --in_flight_;
    if (std::exchange(entry.first, false))
        origin_.contact.end();
    if (ramping_ && entry.ramp == ramp_)
        --ramp_in_flight_;
    if (entry.place_in_flight.number != 0)
        origin_.adaptive.concurrency.end();
}

void scheduler::note_success(const attempt& started, const job_entry& entry, time_point now)
{
    origin_.note_success(entry.started, now);
    origin_.outage.note_answer(now);
    origin_.budget.give_back(now, retry_budget::success_gain + entry.paid);
    if (options_.adaptive)
        origin_.adaptive.note_success(now, entry.started, entry.place_in_flight);
    if (ramping_ && entry.ramp == ramp_) {
        origin_.gate.recovered(started.gate_epoch);
        ramping_ = ++ramp_limit_ < lanes_;
    }
}

bool scheduler::note_failure(const attempt& started, job_entry& entry, const protocol::verdict& result,
                             std::uint64_t connection, time_point now)
{
    if (result.slows_host || (result.may_slow_host && origin_.succeeds_at(now)))
        return note_refusal(started, entry, result, now);
    if (result.outage_sign) {
        const auto said = in_words(result);
        const auto failure = origin_.outage.note_failure(
            now, {connection, entry.suspect, entry.streak, probes_now(entry), result.error, said});
        entry.suspect = failure.suspect;
        if (failure.in_outage)
            return false;
        if (entry.streak != failure.streak) {
            forgive(entry);
            entry.streak = failure.streak;
            entry.streak_charges = 0;
        }
        ++entry.streak_charges;
        return true;
    }

    if (result.kind == outcome_kind::timeout && options_.adaptive)
        origin_.adaptive.concurrency.note_timeout(now);
    if (result.http_status != 0)
        origin_.outage.note_answer(now);
    else if (probes_now(entry))
        origin_.outage.release_probe(now);
    return true;
}

bool scheduler::note_refusal(const attempt& started, job_entry& entry, const protocol::verdict& result, time_point now)
{
    origin_.outage.note_answer(now);
    origin_.refusals.note_refusal(now, in_words(result));
    batch_.check_refusals();
    if (entry.refusals < most_refusals && origin_.succeeds_beside(entry.started))
        ++entry.refusals;
    if (entry.refusals == most_refusals)
        return true;
    if (is_job_at_fault(entry, now))
        return false;
    // What was not said in so many words closes no gate: its job alone comes back later, unless the rate can give way.
    // A wait that is too long ends the batch instead.
    const bool is_for_all = result.slows_host || options_.adaptive;
    const auto pause = asked_pause(result);
    if (is_for_all && pause.value_or(duration::zero()) <= options_.max_wait)
        note_throttle(started, pause, now);
    return false;
}

// What the server says of such a job holds for it alone, and a limit that nobody else ran into is none.
bool scheduler::is_job_at_fault(job_entry& entry, time_point now)
{
    if (!options_.adaptive || !origin_.succeeded())
        return false;
    entry.repeated.note(origin_.adaptive.rate.sent(), origin_.refusals.refusals());
    if (!entry.repeated.is_job_at_fault())
        return false;
    origin_.adaptive.disregard(std::exchange(entry.lowered, std::uint8_t{0}), now);
    return true;
}

// When a limit is reset is a fact and no demand: it ends no batch, however far away it is.
std::optional<duration> scheduler::asked_pause(const protocol::verdict& result) const noexcept
{
    if (!result.resets_in)
        return result.retry_after;
    return std::max(result.retry_after.value_or(duration::zero()),
                    std::min<duration>(*result.resets_in, options_.max_wait));
}

void scheduler::note_throttle(const attempt& started, std::optional<duration> asked, time_point now)
{
    if (!options_.adaptive || !origin_.succeeded()) {
        origin_.gate.throttled(now, started.gate_epoch, asked);
        return;
    }
    const duration pause = asked.value_or(duration::zero());
    job_entry& entry = table_[started.entry];
    const auto sent_at = entry.started;
    ++entry.lowered;
    if (origin_.adaptive.note_refusal(now, sent_at, entry.place_in_flight, pause) != refusal_cause::rate) {
        if (asked)
            origin_.gate.throttled(now, started.gate_epoch, asked);
        return;
    }
    if (origin_.gate.throttled(now, started.gate_epoch, asked, origin_.adaptive.rate.pause(now)))
        origin_.adaptive.rate.note_throttle(now, sent_at, std::max(now, origin_.gate.open_at()),
                                            origin_.adaptive.borne());
}

void scheduler::forgive(job_entry& entry) const
{
    if (entry.streak_charges == 0 || !origin_.outage.tripped(entry.streak))
        return;
    entry.counted -= entry.streak_charges;
    entry.streak_charges = 0;
}

resolution scheduler::deliver(std::uint32_t index, bool out_of_time, time_point now) noexcept
{
    const job_entry& entry = table_[index];
    resolution result;
    result.what = resolution::kind::final;
    result.attempts = entry.counted;
    result.elapsed = now - entry.first_start;
    result.out_of_time = out_of_time;
    table_.erase(index);
    return result;
}

resolution scheduler::set_aside(std::uint32_t index, time_point now) noexcept
{
    job_entry& entry = table_[index];
    entry.tried = true;
    entry.place = job_place::set_aside;
    resolution result;
    result.what = resolution::kind::unfinished;
    result.attempts = entry.counted;
    result.elapsed = now - entry.first_start;
    return result;
}

resolution scheduler::stop_with(std::uint32_t index, stop_cause cause, time_point now)
{
    ++table_[index].counted;
    forgive(table_[index]);
    // One job tells why the batch ended; the others that were told the same have nothing to add.
    return batch_.stop(std::move(cause)) ? deliver(index, false, now) : set_aside(index, now);
}

resolution scheduler::confirm(std::uint32_t index, time_point now)
{
    job_entry& entry = table_[index];
    if (batch_.stopped())
        return set_aside(index, now);
    forgive(entry);
    entry.confirming = true;
    entry.owed = 0;
    // The answer may have come at the end of the job's time.
    entry.time_left = std::max(entry.time_left, shortest_attempt);
    return wait_until(index, now, now);
}

resolution scheduler::retry(std::uint32_t index, const protocol::verdict& result, bool counts, time_point now)
{
    job_entry& entry = table_[index];
    entry.counted += counts ? 1 : 0;
    forgive(entry);
    if (result.retry_after.value_or(duration::zero()) > options_.max_wait)
        batch_.stop(asked_to_wait(*result.retry_after, options_.max_wait));
    if (batch_.stopped())
        return set_aside(index, now);
    if (entry.counted >= options_.attempts)
        return deliver(index, false, now);

    const unsigned failures = std::max(entry.counted + entry.refusals, 1u) - 1;
    const duration backoff = full_jitter(random_, options_.backoff_base, options_.backoff_limit, failures);
    const duration asked = at_least(random_, asked_pause(result).value_or(duration::zero()));
    const time_point due = now + std::max(backoff, asked);
    if (entry.time_left <= own_wait(due, now))
        return deliver(index, true, now);
    entry.owed = counts ? cost_of_retry_after(result) : std::uint8_t{0};
    return wait_until(index, due, now);
}

duration scheduler::own_wait(time_point due, time_point now) const noexcept
{
    if (origin_.outage.active())
        return duration::zero();
    return std::max(duration::zero(), due - std::max(now, origin_.gate.open_at()));
}

resolution scheduler::wait_until(std::uint32_t index, time_point due, time_point now)
{
    job_entry& entry = table_[index];
    entry.tried = true;
    entry.place = job_place::waiting;
    entry.due = due;
    entry.failed_at = now;
    entry.held_then = origin_.held_back(now);
    const bool goes_first = entry.confirming && due <= now;
    (entry.owed == 0 ? free_ : paying_).push(goes_first ? time_point{} : due, index);

    resolution result;
    result.what = resolution::kind::again;
    result.attempts = entry.counted;
    result.elapsed = now - entry.first_start;
    result.retry_in = due - now;
    return result;
}

void scheduler::abandoned(const attempt& started, time_point now) noexcept
{
    job_entry& entry = table_[started.entry];
    leave_flight(entry);
    if (probes_now(entry))
        origin_.outage.release_probe(now);
    entry.tried = true;
    ++entry.counted;
    entry.place = job_place::set_aside;
}

std::vector<scheduler::leftover> scheduler::take_leftovers(time_point now)
{
    std::vector<leftover> jobs;
    jobs.reserve(table_.size());
    for (std::uint32_t index = 0; index < table_.capacity(); ++index) {
        job_entry& entry = table_[index];
        if (entry.place == job_place::nowhere)
            continue;
        forgive(entry);
        jobs.push_back({entry.job, entry.counted, entry.tried ? now - entry.first_start : duration::zero()});
    }
    table_.clear();
    pending_.clear();
    paying_.clear();
    free_.clear();
    return jobs;
}

}  // namespace jobaudit::policy
