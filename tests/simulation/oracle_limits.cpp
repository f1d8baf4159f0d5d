#include "oracle.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace jobaudit::simulation {

using policy::wait_cause;

namespace {

// What the limiter's margin makes good for: a slot may be used this late.
constexpr double latest_use = 0.005;
constexpr double margin = 0.995;

[[nodiscard]] double seconds(duration length) { return std::chrono::duration<double>{length}.count(); }

}  // namespace

void oracle::rate_changed(double per_second, time_point now)
{
    // Without a limit nothing was counted.
    rate_level_ = rate_ > 0 ? rate_level(now) : 0;
    rate_at_ = now;
    last_second_.clear();
    rate_ = per_second;
    highest_rate_ = std::max(highest_rate_, rate_);
}

double oracle::rate_level(time_point now) const
{
    return std::max(0.0, rate_level_ - seconds(now - rate_at_) * rate_ * margin);
}

void oracle::check_rate(time_point now)
{
    if (rate_ <= 0)
        return;
    rate_level_ = rate_level(now) + 1;
    rate_at_ = now;
    if (rate_level_ > plan_.options.burst + highest_rate_ * latest_use + 0.01)
        return fail("requests follow each other faster than the rate", now);
    last_second_.push_back(now);
    while (last_second_.front() <= now - 1s)
        last_second_.pop_front();
    const double late_before = (highest_rate_ - rate_) * latest_use;
    if (static_cast<double>(last_second_.size()) > rate_ + plan_.options.burst + late_before)
        fail(std::to_string(last_second_.size()) + " requests within a second", now);
}

duration oracle::longest_interval() const
{
    // An adaptive rate may fall to one in two seconds.
    const double slowest = plan_.options.adaptive ? 0.5 : slowest_rate_;
    return slowest > 0 ? duration{static_cast<duration::rep>(1.01e9 / slowest)} : 0ns;
}

void oracle::check_wait(unsigned who, const policy::decision& what, time_point now)
{
    const scheduler_books& books = books_[who];
    const end_books& end = end_of(who);
    const bool names_a_time = what.until != time_point::max();
    const duration length = names_a_time ? what.until - now : 0ns;
    if (names_a_time && length <= 0ns)
        return fail("told to wait until a time that has passed", now);
    const bool will_stop = now >= end.stop_due || end.canceled || end.fatal_seen;
    if (is_refused_too_long(end) && books.in_flight == 0)
        return fail("waits on though all has been refused for too long", now);
    switch (what.cause) {
    case wait_cause::jobs_in_flight:
        if (books.in_flight < books.lanes && books.pending + books.waiting > 0 && !will_stop && !long_run() &&
            (plan_.options.deadline <= 0ns || now < at(plan_.options.deadline)))
            fail("a lane stays idle though there is work", now);
        break;
    case wait_cause::rate:
        if (length > longest_interval() * (2 * plan_.schedulers + 1) + 5ms)
            fail("the wait for a slot of the rate is too long: " + std::to_string(event_log::seconds(length)) + " s",
                 now);
        break;
    case wait_cause::server_asked:
        if (what.until > opens_latest_)
            fail("the gate stays closed for longer than it was asked to", now);
        break;
    case wait_cause::outage:
        check_wait_in_outage(who, what, now);
        break;
    case wait_cause::retry_budget:
        if (length > 201ms || books.waiting == 0)
            fail("the wait for the retry budget is too long", now);
        break;
    case wait_cause::backoff:
        // Where a retry is due already, the budget is empty and holds back all that pay; a free one may come first.
        if (books.pending > 0)
            fail("waits for a retry though new jobs are there", now);
        else if (books.waiting > books.dues.size() ? length > 201ms
                                                   : books.dues.empty() || what.until > books.dues.top().first)
            fail("sleeps past the time of a retry", now);
        break;
    case wait_cause::first_contact:
        if (any_success_ || length > 3s)
            fail("waits for a first answer that has come, or for too long", now);
        break;
    case wait_cause::server_full:
        check_wait_for_place(who, length, now);
        break;
    case wait_cause::ramp:
        if (books.in_flight == 0 || books.flowing >= books.lanes)
            fail("requests do not grow again after a pause", now);
        break;
    }
}

void oracle::check_wait_in_outage(unsigned who, const policy::decision& what, time_point now)
{
    const scheduler_books& books = books_[who];
    const bool names_a_time = what.until != time_point::max();
    if (!long_run())
        return fail("waits for the end of an outage though the server has answered", now);
    if (names_a_time && what.until > std::max(now + 5s, books.dues.empty() ? now : books.dues.top().first) &&
        probes_ == 0)
        return fail("the pause between two probes is too long", now);
    const duration limit = any_success_ ? plan_.options.outage_limit : plan_.options.outage_limit_at_start;
    if (plan_.fetches && what.until > std::max(run_began_, end_of(who).began) + limit)
        fail("a fetch waits for longer than an outage may last", now);
}

void oracle::check_wait_for_place(unsigned who, duration length, time_point now)
{
    const bool others_work =
        std::any_of(books_.begin(), books_.end(), [](const auto& each) { return each.in_flight > 0; });
    // Who is not told of the ends of others has to look for itself.
    const bool looks = books_[who].in_flight > 0 || plan_.fetches || length <= 5ms;
    if (!any_refusal_ || !others_work || !looks)
        fail("waits for room at a server that refused nothing, or that works on nothing", now);
}

void oracle::check_fairness(std::uint32_t job, const job_record& record, const scheduler_books& books, time_point now)
{
    // Before the first success new jobs go first, one at a time.
    if (!record.eligible || !any_success_ || record.eligible_at <= first_success_at_)
        return;
    // Only probes of an outage, which prefer new jobs, are exempt from the order.
    // One that was refused while others were let through lets them go first behind a hold.
    const bool in_order = !long_run() && record.beside == 0 &&
                          (record.waits_free || !record.tried || tokens_low_at_ < record.eligible_at);
    if (in_order && books.new_starts > record.new_starts + 2 * plan_.lanes + 8)
        return fail("job " + std::to_string(job) + " was overtaken by " +
                        std::to_string(books.new_starts - record.new_starts) + " others",
                    now);
    if (holds_ != record.eligible_holds || record.eligible_at < opens_latest_ || long_run())
        return;
    // Those that had started before it may stand in line for a connection.
    const bool has_line = plan_.share() < plan_.lanes || plan_.refuses_connections();
    const auto own = static_cast<std::int64_t>(books.starts - record.own_starts) + 1 + (has_line ? plan_.lanes : 0);
    const auto all = static_cast<std::int64_t>(all_starts_ - record.all_starts) + plan_.schedulers;
    const auto paid = static_cast<std::int64_t>(paid_starts_ - record.paid_starts) + 1;
    // One that has to be connected for leaves in its fourth slot at the latest.
    const unsigned slots = plan_.idle_limit > 0ns || plan_.fetches ? 4 : 1;
    const duration attempt = plan_.options.timeout + 200ms;
    const duration longest = 200ms + 2 * stalled_ + own * attempt + slots * all * longest_interval() + paid * 200ms +
                             (own + plan_.lanes) * plan_.schedulers * plan_.sink_time;
    if (now - record.eligible_at > longest)
        fail("job " + std::to_string(job) + " starved", now);
}

void oracle::refill_budget(time_point now)
{
    const double refill = 50 * seconds(now - tokens_at_);
    most_tokens_ = std::min(500.0, most_tokens_ + refill);
    least_tokens_ = std::min(500.0, least_tokens_ + refill);
    tokens_at_ = now;
}

void oracle::take_from_budget(job_record& record, time_point now)
{
    refill_budget(now);
    if (least_tokens_ < 60)
        tokens_low_at_ = std::max(tokens_low_at_, now);
    least_tokens_ = std::max(0.0, least_tokens_ - record.may_owe);
    record.may_have_paid = std::min(record.may_have_paid + record.may_owe, 255u);
    if (record.owed == 0)
        return;
    most_tokens_ -= record.owed;
    record.paid = std::min(record.paid + record.owed, 255u);
    paid_starts_ += 1;
    if (most_tokens_ < -0.01)
        fail("a retry took what the retry budget does not have", now);
}

void oracle::note_answer(time_point now)
{
    last_answer_ = now;
    if (run_length_ == 0)
        return;
    if (long_run()) {
        probes_ = 0;
        holds_ += 1;
        held_at_ = now;
        for (scheduler_books& books : books_)
            books.flowing = 0;
    }
    run_lengths_.push_back(0);
    run_length_ = 0;
}

// One that was started in an outage that is over is none of the present one's.
void oracle::end_probe(const job_record& record)
{
    if (record.probe && record.probe_run == run_lengths_.size() && probes_ > 0)
        probes_ -= 1;
}

void oracle::note_sign(job_record& record, time_point now)
{
    if (run_length_ == 0)
        run_began_ = now;
    run_lengths_.back() = ++run_length_;
    if (run_length_ == 20)
        holds_ += 1;
    // Whether such failures cost tokens is not known here: for as long as the bucket needs to fill, nor is its level.
    if (long_run())
        tokens_low_at_ = now + 10s;
    const std::uint64_t run = run_lengths_.size() - 1;
    if (record.run != run) {
        if (run_lengths_[record.run] < 20)
            record.certain += record.in_run;
        record.run = run;
        record.in_run = 0;
    }
    record.in_run += 1;
}

bool oracle::is_refusal(const attempt_facts& facts, time_point now) const
{
    return facts.slows || (facts.overload && any_success_ && now - last_success_at_ <= 2s);
}

void oracle::note_refusal(job_record& record, const attempt_facts& facts, time_point now)
{
    note_answer(now);
    refused_since_ = std::min(refused_since_, now);
    refused_at_ = now;
    refusals_ += 1;
    for (end_books& end : ends_)
        end.refused_too_long = end.refused_too_long || is_refused_too_long(end);
    if (end_books& end = end_of(record.scheduler); is_refused_too_long(end))
        end.must_stop(now);
    const auto apart = std::chrono::abs(record.started - last_success_started_);
    if (any_success_ && record.beside < 10 && apart <= 1s)
        record.beside += 1;
    // One that is refused again and again while others are not is refused for what it is.
    if (record.beside == 10) {
        record.certain += 1;
        return;
    }
    is_refused_ = any_refusal_ = true;
    record.free += 1;
    if ((facts.slows || plan_.options.adaptive) && !is_job_at_fault(record))
        note_slowing(record, facts, now);
}

// One of n requests was refused, and yet this job each time: what has one chance in a thousand closes no gate.
bool oracle::is_job_at_fault(job_record& record) const
{
    if (!plan_.options.adaptive || !any_success_)
        return false;
    const std::uint64_t sent = requests_ - std::exchange(record.sent_then, requests_);
    const std::uint64_t before = std::exchange(record.refused_then, refusals_);
    if (before > 0)
        record.at_fault += std::max(0.0, std::log(static_cast<double>(sent) / static_cast<double>(refusals_ - before)));
    return record.at_fault >= 7;
}

bool oracle::is_refused_too_long(const end_books& end) const
{
    return refused_since_ != time_point::max() &&
           refused_at_ - std::max(refused_since_, end.began) >= plan_.options.outage_limit;
}

void oracle::note_slowing(const job_record& record, const attempt_facts& facts, time_point now)
{
    const bool is_new = record.started_as >= last_event_;
    if (facts.asked) {
        if (*facts.asked > plan_.options.max_wait)
            return;
        quiet_until_ = std::max(quiet_until_, now + *facts.asked);
        opens_latest_ = std::max(opens_latest_, now + *facts.asked + std::min<duration>(*facts.asked / 20, 1s) + 5ms);
    } else if (!is_new) {
        return;
    } else {
        opens_latest_ = std::max(opens_latest_, now + 75s);
        // An adaptive batch may answer with fewer requests instead, once something has succeeded.
        if (!plan_.options.adaptive || !any_success_)
            quiet_until_ =
                std::max(quiet_until_, now + std::min<duration>(60s, 1s * (1 << std::min(pauses_in_row_++, 6u))));
    }
    if (is_new)
        last_event_ = ++events_;
    holds_ += 1;
    held_at_ = now;
    for (scheduler_books& books : books_)
        books.flowing = 0;
}

void oracle::note_fatal(unsigned who, const attempt_facts& facts, time_point now)
{
    end_books& end = end_of(who);
    const bool is_key = facts.kind == outcome_kind::unauthorized;
    if (facts.kind == outcome_kind::payment_required || (is_key && (end.fatal_seen || !any_success_)))
        end.fatal_seen = true;
    if (facts.kind == outcome_kind::payment_required || (is_key && !any_success_) ||
        ((facts.kind == outcome_kind::dns || facts.kind == outcome_kind::tls) && !any_success_)) {
        end.fatal_seen = true;
        end.must_stop(now);
    }
    end.fatal_seen = end.fatal_seen || is_key;
}

void oracle::stopped(unsigned who, stop_reason why, time_point now)
{
    log_.note(now, who, plan_.fetches ? "the fetch ends for reason" : "the batch stops for reason", event_log::no_job,
              static_cast<std::int64_t>(why));
    end_books& end = end_of(who);
    bool justified = false;
    switch (why) {
    case stop_reason::fatal:
        justified = end.fatal_seen || end.refused_too_long || (end.answers >= 20 && end.forbidden >= 20);
        break;
    case stop_reason::wait_too_long:
        justified = end.long_wait_seen;
        break;
    case stop_reason::deadline:
        justified = plan_.options.deadline > 0ns && now >= at(plan_.options.deadline);
        break;
    case stop_reason::outage:
        justified = long_run() && now - last_answer_ >=
                                      (any_success_ ? plan_.options.outage_limit : plan_.options.outage_limit_at_start);
        break;
    case stop_reason::canceled:
        justified = end.canceled;
        break;
    default:
        break;
    }
    if (!justified)
        fail("the batch was stopped without a cause", now);
    end.must_stop(now);
}

}  // namespace jobaudit::simulation
