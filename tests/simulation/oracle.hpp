#pragma once

#include "event_log.hpp"
#include "job_ledger.hpp"
#include "simulated_server.hpp"
#include "world_plan.hpp"

#include "policy/scheduler.hpp"

#include <deque>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::simulation {

/// Watches a world from the server's and the sink's side and says which promise was broken first. Keeps its own books:
/// it uses of the scheduler only what was decided, never how.
class oracle {
public:
    oracle(const world_plan& plan, event_log& log);

    // What the schedulers decide.
    void took(unsigned who, std::uint32_t job, time_point now);
    void waits(unsigned who, const policy::decision& what, time_point now);
    void started(unsigned who, std::uint32_t job, const policy::attempt& what, time_point now);
    void took_back(std::uint32_t job, time_point now);

    // What the server sees.
    void opened(unsigned who, time_point now);
    void closed(unsigned who);
    void holds(std::uint32_t job, std::uint64_t connection) { jobs_[job].connection = connection; }
    /// A connection could not be opened; so many were.
    void could_not_open(unsigned who, bool others_work, std::uint64_t opened, time_point now);
    /// A request leaves on a connection that the way to the server has forgotten.
    void met_forgotten(std::uint32_t job, time_point now);
    /// A request is to be replaced, as its connection was stale: `is_announced`, although the server had said for how
    /// long it would be kept.
    void replaced(bool was_idle_for_too_long, bool is_announced, time_point now);
    void lets_go(std::uint32_t job) { jobs_[job].connection = 0; }
    /// It waited for so long for a connection, which is no time of its own.
    void stood_in_line(std::uint32_t job, duration time);
    void departed(unsigned who, std::uint32_t job, time_point now);

    // How attempts end. `ended` comes before the scheduler is told, `resolved` after.
    void ended(unsigned who, std::uint32_t job, const attempt_facts& facts, time_point now);
    void resolved(std::uint32_t job, const attempt_facts& facts, const policy::resolution& what, time_point now);
    void abandoned(std::uint32_t job, time_point now);

    // What the sink and the owner of the batch see.
    /// `is_own`: what was answered is this job's.
    void delivered(std::uint32_t job, outcome_kind kind, bool is_own, time_point now);
    /// It is asked for again, as its answer may be another's.
    void doubted(unsigned who, std::uint32_t job, time_point now);
    void left(std::uint32_t job, unsigned attempts, time_point now);
    void canceled(unsigned who, time_point now);
    /// Where jobs are fetched one by one: the caller begins another fetch.
    void begins_fetch(unsigned who, time_point now);
    void rate_changed(double per_second, time_point now);
    void has_lanes(unsigned who, unsigned usable) { books_[who].lanes = usable; }
    void stopped(unsigned who, stop_reason why, time_point now);
    void finished(std::uint32_t given, bool stopped, time_point now);

    void fail(const std::string& what, time_point now);
    [[nodiscard]] const std::string& violation() const { return violation_; }

    [[nodiscard]] std::uint64_t requests() const { return requests_; }
    [[nodiscard]] std::uint64_t delivered_jobs() const { return delivered_; }

private:
    struct scheduler_books {
        unsigned lanes = 0;  // that may be used
        unsigned in_flight = 0;
        unsigned connections = 0;
        std::uint32_t fruitless_openings = 0;
        std::size_t pending = 0;
        std::size_t waiting = 0;
        std::uint64_t starts = 0;
        std::uint64_t new_starts = 0;
        unsigned flowing = 0;  // successes since requests may flow again
        std::priority_queue<std::pair<time_point, std::uint32_t>, std::vector<std::pair<time_point, std::uint32_t>>,
                            std::greater<>>
            dues;
    };

    // oracle_limits.cpp: rate, gate, budget, outage, time.
    void check_rate(time_point now);
    [[nodiscard]] double rate_level(time_point now) const;
    void check_wait(unsigned who, const policy::decision& what, time_point now);
    void check_wait_in_outage(unsigned who, const policy::decision& what, time_point now);
    void check_wait_for_place(unsigned who, duration length, time_point now);
    void check_fairness(std::uint32_t job, const job_record& record, const scheduler_books& books, time_point now);
    void take_from_budget(job_record& record, time_point now);
    void refill_budget(time_point now);
    [[nodiscard]] bool is_refusal(const attempt_facts& facts, time_point now) const;
    void note_refusal(job_record& record, const attempt_facts& facts, time_point now);
    void note_answer(time_point now);
    void end_probe(const job_record& record);
    void note_sign(job_record& record, time_point now);
    void note_slowing(const job_record& record, const attempt_facts& facts, time_point now);
    [[nodiscard]] bool is_job_at_fault(job_record& record) const;
    void note_fatal(unsigned who, const attempt_facts& facts, time_point now);
    [[nodiscard]] bool long_run() const { return run_length_ >= 20; }

    void note_eligible(job_record& record, time_point when, const scheduler_books& books) const;
    void advance(scheduler_books& books, time_point now);
    [[nodiscard]] duration longest_interval() const;
    void check_final(const job_record& record, const attempt_facts& facts, const policy::resolution& what,
                     time_point now);

    /// What may end a batch, or a fetch.
    struct end_books {
        time_point began = at({});
        time_point stop_due = time_point::max();
        bool canceled = false;
        bool fatal_seen = false;
        bool long_wait_seen = false;
        bool refused_too_long = false;
        unsigned answers = 0;
        unsigned forbidden = 0;

        void must_stop(time_point now) { stop_due = std::min(stop_due, now); }
        [[nodiscard]] bool is_due() const { return stop_due != time_point::max(); }
    };
    /// With nothing but refusals since.
    [[nodiscard]] bool is_refused_too_long(const end_books& end) const;
    [[nodiscard]] end_books& end_of(unsigned who) { return ends_[plan_.fetches ? who : 0]; }

    const world_plan& plan_;
    event_log& log_;
    job_ledger jobs_;
    std::vector<scheduler_books> books_;
    std::string violation_;
    duration stalled_{};  // the most that the event loop's standing still may add to anything
    std::uint64_t events_ = 0;
    std::uint64_t requests_ = 0;
    std::uint64_t delivered_ = 0;
    std::uint64_t all_starts_ = 0;
    std::uint64_t paid_starts_ = 0;

    // The rate, as a bucket: what holds for it holds for windows of any length.
    double rate_;
    double slowest_rate_;
    double highest_rate_;
    double rate_level_ = 0;
    time_point rate_at_;
    std::deque<time_point> last_second_;

    // The gate.
    time_point quiet_until_;
    time_point opens_latest_;
    std::uint64_t last_event_ = 0;
    unsigned pauses_in_row_ = 0;
    std::uint64_t holds_ = 0;
    time_point held_at_;  // the last time that the gate closed or a long run of failures ended

    // Runs of failures that are signs of an outage.
    std::vector<std::uint32_t> run_lengths_{0};
    std::uint32_t run_length_ = 0;
    time_point run_began_{};
    time_point last_answer_;
    unsigned probes_ = 0;
    bool any_success_ = false;
    bool any_refusal_ = false;
    std::uint64_t refusals_ = 0;
    time_point first_success_at_{};
    time_point last_success_at_{};
    time_point last_success_started_{};
    time_point first_start_ = time_point::max();
    time_point refused_since_ = time_point::max();
    time_point refused_at_{};
    bool is_refused_ = false;  // what is being judged, for nothing of its own

    // The retry budget.
    double most_tokens_ = 500;   // as many as it can have: what may be free was
    double least_tokens_ = 500;  // as many as it must have: what may be free was not
    time_point tokens_at_;
    time_point tokens_low_at_;

    std::vector<end_books> ends_;
    std::vector<bool> has_others_answer_;
    std::uint64_t stale_ = 0;  // requests that came later than the server's idle limit allows
    std::uint64_t left_ = 0;
};

}  // namespace jobaudit::simulation
