#include "oracle.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::simulation {

using policy::resolution;

namespace {

// Deadlines are looked at every 50 ms, and stops are told to the other threads within a few.
constexpr duration coarse = 110ms;

}  // namespace

oracle::oracle(const world_plan& plan, event_log& log)
    : plan_{plan}
    , log_{log}
    , jobs_{plan.jobs}
    , books_(plan.schedulers)
    , rate_{plan.options.rate}
    , slowest_rate_{plan.options.rate}
    , highest_rate_{plan.options.rate}
    , rate_at_{at({})}
    , quiet_until_{time_point::min()}
    , opens_latest_{time_point::min()}
    , held_at_{time_point::min()}
    , last_answer_{at({})}
    , tokens_at_{at({})}
    , tokens_low_at_{time_point::min()}
    , ends_(plan.schedulers)
    , has_others_answer_(plan.jobs)
{
    for (const span& each : plan.stalls)
        stalled_ += each.until - each.from;
    if (plan.rate_changes_at != duration::max())
        slowest_rate_ = rate_ > 0 ? std::min(rate_, plan.rate_then) : plan.rate_then;
}

void oracle::fail(const std::string& what, time_point now)
{
    if (!violation_.empty())
        return;
    violation_ = what + ", after " + std::to_string(event_log::seconds(now - at({}))) + " s";
}

void oracle::note_eligible(job_record& record, time_point when, const scheduler_books& books) const
{
    record.eligible = true;
    record.eligible_at = when;
    record.eligible_holds = holds_;
    record.all_starts = all_starts_;
    record.own_starts = books.starts;
    record.new_starts = books.new_starts;
    record.paid_starts = paid_starts_;
}

void oracle::took(unsigned who, std::uint32_t job, time_point now)
{
    if (jobs_.place(job) != job_place::outside)
        return fail("a job was taken twice", now);
    jobs_.open(job);
    jobs_.place(job) = job_place::pending;
    job_record& record = jobs_[job];
    record.scheduler = who;
    note_eligible(record, now, books_[who]);
    // Those before it in line may start first.
    record.new_starts += books_[who].pending++;
}

// Retries whose time has come since the last look are counted from now on.
void oracle::advance(scheduler_books& books, time_point now)
{
    while (!books.dues.empty() && books.dues.top().first <= now) {
        const auto [due, job] = books.dues.top();
        books.dues.pop();
        if (jobs_.place(job) == job_place::waiting && jobs_[job].due == due)
            note_eligible(jobs_[job], due, books);
    }
}

void oracle::waits(unsigned who, const policy::decision& what, time_point now)
{
    advance(books_[who], now);
    check_wait(who, what, now);
}

void oracle::started(unsigned who, std::uint32_t job, const policy::attempt& what, time_point now)
{
    log_.note(now, who, what.probe ? "starts a probe" : "starts an attempt", job, what.number);
    scheduler_books& books = books_[who];
    advance(books, now);
    const job_place place = jobs_.place(job);
    if (place != job_place::pending && place != job_place::waiting)
        return fail("a job was started that is in flight, set aside or over", now);
    job_record& record = jobs_[job];
    if (record.scheduler != who)
        return fail("a scheduler started a job of another", now);
    if (place == job_place::waiting && record.due > now)
        return fail("a retry started before its time", now);
    if (what.number > plan_.options.attempts || what.number > record.failures - record.free + 1)
        return fail("attempt " + std::to_string(what.number) + " is above what is allowed", now);
    if (++books.in_flight > books.lanes)
        return fail("more attempts in flight than lanes", now);
    first_start_ = std::min(first_start_, now);
    if (!any_success_ && !long_run() && now < first_start_ + 3s &&
        std::any_of(books_.begin(), books_.end(),
                    [&books](const auto& each) { return each.in_flight > (&each == &books ? 1U : 0U); }))
        return fail("two attempts at once before anything succeeded", now);
    if (now < quiet_until_)
        return fail("an attempt started behind a closed gate", now);
    if (what.probe && !long_run())
        return fail("a probe though the server has answered", now);
    if (what.probe && probes_++ > 0)
        return fail("two probes at once", now);
    check_fairness(job, record, books, now);

    (place == job_place::pending ? books.pending : books.waiting) -= 1;
    books.starts += 1;
    all_starts_ += 1;
    // Behind a hold new jobs go first until one has got through.
    if (place == job_place::pending && !what.probe && books.flowing > 0)
        books.new_starts += 1;
    if (!what.probe)
        take_from_budget(record, now);
    if (!record.tried) {
        record.first_start = now;
        record.holds_then = holds_;
    } else if (record.due > record.failed_at) {
        record.own_time += record.due - record.failed_at;
    }
    jobs_.place(job) = job_place::in_flight;
    record.probe = what.probe;
    record.probe_run = run_lengths_.size();
    record.owed = record.may_owe = 0;
    record.eligible = false;
    record.requests_in_attempt = 0;
    record.started_as = ++events_;
    record.began = record.started = now;
    record.deadline = what.deadline;
    const duration given = what.deadline - now;
    if (given <= duration::zero() || given > plan_.options.timeout)
        return fail("an attempt's time is out of range", now);
    // What was held back counts against no job, so that only a job that was not can be judged.
    if (holds_ == record.holds_then && !long_run() && now >= opens_latest_ &&
        record.own_time + given > std::max<duration>(plan_.options.job_timeout, record.own_time + 100ms))
        return fail("an attempt may outlast its job's time", now);
}

void oracle::took_back(std::uint32_t job, time_point now)
{
    job_record& record = jobs_[job];
    log_.note(now, record.scheduler, "takes an attempt back", job);
    scheduler_books& books = books_[record.scheduler];
    if (jobs_.place(job) != job_place::in_flight)
        return fail("an attempt was taken back that is not in flight", now);
    if (record.connection != 0)
        return fail("an attempt that was taken back keeps its connection", now);
    books.in_flight -= 1;
    if (!record.tried && !record.probe && books.new_starts > 0)
        books.new_starts -= 1;
    end_probe(record);
    record.probe = false;
    jobs_.place(job) = record.tried ? job_place::waiting : job_place::pending;
    (record.tried ? books.waiting : books.pending) += 1;
    record.waits_free = true;
    record.due = record.failed_at = now;
    note_eligible(record, now, books);
    // Of those that are taken back together, the last goes first.
    record.new_starts += plan_.lanes;
}

void oracle::opened(unsigned who, time_point now)
{
    // Those that are used no more stay open until their answers are proven: all of them, once a reply came twice, each
    // behind a malformed body, and in lines, once two of these broke.
    const bool are_kept = plan_.doubled <= 0 && plan_.depth == 1 && plan_.malformed <= 0 && plan_.poisoned <= 0;
    if (++books_[who].connections > 2 * plan_.share() && are_kept)
        fail("more connections than allowed", now);
}

void oracle::could_not_open(unsigned who, bool others_work, std::uint64_t opened, time_point now)
{
    // As many as were tried at once; then one after pauses of 100 ms and more, and one more with each that was opened.
    // Once a reply came twice, each request needs one of its own.
    const auto tenths = static_cast<std::uint64_t>((now - at({})) / 100ms);
    if (others_work && plan_.doubled <= 0 && ++books_[who].fruitless_openings > plan_.share() + 2 * opened + tenths + 1)
        fail("connections are opened again and again that the server does not take", now);
}

void oracle::met_forgotten(std::uint32_t job, time_point now)
{
    // Once when it happened, and once on what had been idle by then.
    if (++jobs_[job].forgotten > 2)
        fail("job " + std::to_string(job) + " was sent again and again where nobody answers", now);
}

void oracle::replaced(bool was_idle_for_too_long, bool is_announced, time_point now)
{
    if (was_idle_for_too_long && is_announced)
        fail("a request was sent on a connection that was idle for longer than the server announced", now);
    stale_ += was_idle_for_too_long ? 1 : 0;
    if (stale_ > 2 * plan_.share() * plan_.schedulers + requests_ / 10)
        fail("the server's idle limit is not learnt", now);
}

void oracle::closed(unsigned who) { books_[who].connections -= 1; }

void oracle::departed(unsigned who, std::uint32_t job, time_point now)
{
    log_.note(now, who, "sends", job);
    job_record& record = jobs_[job];
    requests_ += 1;
    if (jobs_.place(job) != job_place::in_flight)
        return fail("a request was sent for a job that is not in flight", now);
    // A new connection takes one replacement; where none can be opened, others take one each as they fall idle, and of
    // those at most three in ten are dead. Behind others it is lost with each line that breaks, until there are none.
    const unsigned broken_lines = plan_.depth > 1 ? 2 * plan_.share() + 10 : 0;
    if (++record.requests_in_attempt > 2 + broken_lines + (plan_.refuses_connections() ? plan_.share() + 10 : 0))
        return fail("a request was replaced more than once", now);
    if (now < quiet_until_)
        return fail("a request was sent behind a closed gate", now);
    if (now > end_of(who).stop_due)
        return fail("a request was sent after the batch had to stop", now);
    if (plan_.options.deadline > 0ns && now > at(plan_.options.deadline) + coarse + stalled_)
        return fail("a request was sent after the deadline of the batch", now);
    check_rate(now);
}

void oracle::ended(unsigned who, std::uint32_t job, const attempt_facts& facts, time_point now)
{
    log_.note(now, who, "an attempt ends with", job, facts.status);
    scheduler_books& books = books_[who];
    if (jobs_.place(job) != job_place::in_flight)
        return fail("an attempt ended that is not in flight", now);
    job_record& record = jobs_[job];
    jobs_.place(job) = job_place::judged;
    books.in_flight -= 1;
    if (now > record.deadline + coarse + 2 * stalled_)
        fail("an attempt outlasted its time", now);
    end_probe(record);
    record.last_kind = facts.kind;
    record.failed_at = now;
    if (facts.status != 0) {
        end_books& end = end_of(who);
        end.answers += 1;
        end.forbidden += facts.status == 403 ? 1 : 0;
        if (end.answers == 20 && end.forbidden == 20)
            end.must_stop(now);
    }
    if (facts.success) {
        if (!std::exchange(any_success_, true))
            first_success_at_ = now;
        last_success_at_ = now;
        last_success_started_ = record.started;
        refused_since_ = time_point::max();
        pauses_in_row_ = 0;
        books.flowing += record.began > held_at_ ? 1 : 0;
        refill_budget(now);
        most_tokens_ = std::min(500.0, most_tokens_ + 5 + record.may_have_paid);
        least_tokens_ = std::min(500.0, least_tokens_ + 5 + record.paid);
        note_answer(now);
        return;
    }
    record.own_time += now - record.started;
    record.failures += 1;
    is_refused_ = false;
    if (is_refusal(facts, now)) {
        note_refusal(record, facts, now);
    } else if (facts.sign) {
        note_sign(record, now);
    } else {
        record.certain += facts.fatal ? 0 : 1;
        if (facts.status != 0)
            note_answer(now);
    }
    if (facts.retried && facts.asked.value_or(0ns) > plan_.options.max_wait) {
        end_of(who).long_wait_seen = true;
        end_of(who).must_stop(now);
    }
    if (facts.fatal)
        note_fatal(who, facts, now);
}

void oracle::resolved(std::uint32_t job, const attempt_facts& facts, const resolution& what, time_point now)
{
    if (!violation_.empty())
        return;
    job_record& record = jobs_[job];
    if (what.attempts > plan_.options.attempts)
        return fail("more attempts were counted than allowed", now);
    if (what.attempts > record.failures - record.free + (what.what == resolution::kind::final ? 1 : 0))
        return fail("a refusal cost an attempt", now);
    if (record.certain > plan_.options.attempts ||
        (what.what == resolution::kind::again && record.certain >= plan_.options.attempts))
        return fail("a job is tried more often than allowed", now);
    record.tried = true;
    switch (what.what) {
    case resolution::kind::final:
        jobs_.place(job) = job_place::at_sink;
        if (facts.kind == outcome_kind::unauthorized || facts.kind == outcome_kind::payment_required)
            end_of(record.scheduler).must_stop(now);
        return check_final(record, facts, what, now);
    case resolution::kind::unfinished: {
        const end_books& end = end_of(record.scheduler);
        jobs_.place(job) = job_place::set_aside;
        if (!end.canceled && !end.fatal_seen && !end.is_due() && !long_run() &&
            (plan_.options.deadline <= 0ns || now < at(plan_.options.deadline)))
            fail("a job is left unfinished though the batch goes on", now);
        return;
    }
    case resolution::kind::again:
        break;
    }
    jobs_.place(job) = job_place::waiting;
    if (facts.success || (!facts.retried && !facts.fatal))
        return fail("a job is asked for again though it has its answer", now);
    if (what.retry_in < facts.asked.value_or(0ns))
        return fail("a retry is due before the time that the server named", now);
    if (what.retry_in > std::max<duration>(plan_.options.backoff_limit, facts.asked.value_or(0ns) * 21 / 20 + 2s))
        return fail("a retry waits longer than any backoff", now);
    record.due = now + what.retry_in;
    record.may_owe = is_refused_ || facts.fatal ? 0 : facts.kind == outcome_kind::timeout ? 10 : 5;
    record.owed = facts.sign && long_run() ? 0 : record.may_owe;
    record.waits_free = is_refused_;
    scheduler_books& books = books_[record.scheduler];
    books.waiting += 1;
    books.dues.push({record.due, job});
    advance(books, now);
}

void oracle::check_final(const job_record& record, const attempt_facts& facts, const resolution& what, time_point now)
{
    if (facts.success || facts.fatal || !facts.retried)
        return;
    if (what.out_of_time) {
        const duration longest =
            std::max<duration>(plan_.options.backoff_limit, facts.asked.value_or(0ns) * 21 / 20 + 2s);
        if (now - record.first_start + longest < plan_.options.job_timeout)
            fail("a job ran out of time too early", now);
        return;
    }
    if (what.attempts != plan_.options.attempts || record.failures - record.free < plan_.options.attempts)
        fail("a job was given up before its attempts were used", now);
}

void oracle::abandoned(std::uint32_t job, time_point now)
{
    job_record& record = jobs_[job];
    log_.note(now, record.scheduler, "abandons", job);
    if (jobs_.place(job) != job_place::in_flight)
        return fail("an attempt was abandoned that is not in flight", now);
    if (record.connection != 0)
        return fail("a job keeps its connection after it was abandoned", now);
    end_probe(record);
    jobs_.place(job) = job_place::set_aside;
    books_[record.scheduler].in_flight -= 1;
}

void oracle::stood_in_line(std::uint32_t job, duration time)
{
    jobs_[job].started += time;
    jobs_[job].deadline += time;
}

void oracle::delivered(std::uint32_t job, outcome_kind kind, bool is_own, time_point now)
{
    if (job >= jobs_.size() || jobs_.place(job) != job_place::at_sink)
        return fail("the sink was given a job that has no outcome, or has had one", now);
    if (jobs_[job].last_kind != kind)
        return fail("the sink was given another outcome than the server's", now);
    has_others_answer_[job] = !is_own;
    delivered_ += 1;
    jobs_.close(job);
}

void oracle::doubted(unsigned who, std::uint32_t job, time_point now)
{
    log_.note(now, who, "doubts the answer", job);
    if (jobs_.place(job) != job_place::over)
        return fail("an answer is doubted that nobody has got", now);
    delivered_ -= 1;
    jobs_.place(job) = job_place::outside;
    took(who, job, now);
}

void oracle::left(std::uint32_t job, unsigned attempts, time_point now)
{
    const job_place place = jobs_.place(job);
    if (place != job_place::pending && place != job_place::waiting && place != job_place::set_aside)
        return fail("a job is left over that has ended", now);
    if (attempts > plan_.options.attempts || attempts > jobs_[job].failures - jobs_[job].free + 1)
        return fail("a job that is left over has too many attempts", now);
    if (plan_.fetches && !end_of(jobs_[job].scheduler).is_due())
        return fail("a fetch ended without an outcome, and without a cause", now);
    left_ += 1;
    jobs_.close(job);
}

void oracle::canceled(unsigned who, time_point now)
{
    log_.note(now, who, plan_.fetches ? "the fetch is canceled" : "the batch is canceled");
    end_of(who).canceled = true;
    end_of(who).must_stop(now);
}

void oracle::begins_fetch(unsigned who, time_point now)
{
    ends_[who] = {.began = now};
    // An earlier fetch may have left its job behind.
    books_[who].pending = books_[who].waiting = 0;
    books_[who].dues = {};
}

void oracle::finished(std::uint32_t given, bool was_stopped, time_point now)
{
    for (std::uint32_t job = 0; job < given; ++job) {
        if (jobs_.place(job) != job_place::over)
            return fail("job " + std::to_string(job) + " was lost", now);
        if (has_others_answer_[job] && !was_stopped)
            return fail("job " + std::to_string(job) + " was given the answer to another", now);
    }
    if (!was_stopped && (given != jobs_.size() || delivered_ + (plan_.fetches ? left_ : 0) != jobs_.size()))
        return fail("the batch ended before its jobs", now);
    if (!plan_.fetches && end_of(0).is_due() && !was_stopped && !end_of(0).canceled)
        return fail("the batch did not stop though it had to", now);
    for (const scheduler_books& books : books_)
        if (books.in_flight != 0)
            return fail("the batch ended with attempts in flight", now);
}

}  // namespace jobaudit::simulation
