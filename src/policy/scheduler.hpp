#pragma once

#include "policy/batch_state.hpp"
#include "policy/job_table.hpp"
#include "policy/pending_jobs.hpp"
#include "policy/random.hpp"
#include "policy/retry_queue.hpp"
#include "policy/time.hpp"
#include "protocol/verdict.hpp"

#include <jobaudit/job_id.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace jobaudit::policy {

/// One request for one job, from the decision to start it until it is reported back.
struct attempt {
    std::uint32_t entry = 0;  ///< the scheduler's own
    job_id job;
    unsigned number = 1;           ///< this attempt among those of its job that count
    bool probe = false;            ///< the one request that finds out whether an outage is over
    time_point deadline{};         ///< the attempt's, or the job's where that comes first
    bool last_of_job = false;      ///< `deadline` is the job's
    std::uint64_t gate_epoch = 0;  ///< host_gate::epoch when it started
    rate_limiter::slot slot;       ///< of the rate, in which its request is to leave
};

/// Why a scheduler has nothing to start now.
enum class wait_cause : std::uint8_t {
    jobs_in_flight,
    rate,
    server_asked,
    outage,
    backoff,
    retry_budget,
    ramp,
    first_contact,
    server_full
};

/// What to do next.
struct decision {
    enum class kind : std::uint8_t { start, wait, done };

    kind what = kind::done;
    policy::attempt attempt{};  ///< with `start`
    time_point until =
        time_point::max();  ///< with `wait`: ask again then, or when an attempt finished or jobs were added
    wait_cause cause = wait_cause::jobs_in_flight;
};

/// What became of an attempt that was reported.
struct resolution {
    enum class kind : std::uint8_t {
        final,      ///< the verdict is the job's outcome: deliver it
        again,      ///< the job waits for its retry
        unfinished  ///< the batch was stopped meanwhile: the job has no outcome of its own, and is among the
                    ///< leftovers
    };

    kind what = kind::final;
    unsigned attempts = 0;     ///< that counted
    duration elapsed{};        ///< since the job's first attempt started
    duration retry_in{};       ///< with `again`
    bool out_of_time = false;  ///< with `final`: the job's time was over
};

/// The state machine of a whole batch on one thread, or of a single fetch, which is a batch of one job: decides which
/// job is asked for when. Does no I/O and reads no clock; `now` must not go back.
///
/// Memory: what is in flight, what waits for a retry (at most `max_waiting`, then no new job is taken) and a
/// few jobs ahead.
class scheduler {
public:
    static constexpr std::size_t max_waiting = 100'000;

    /// `lanes`: how many attempts this scheduler may have in flight; set_lanes() changes it. `is_told_of_others`:
    /// next() is asked again also whenever an attempt of another scheduler of the same origin has ended; else, what
    /// only such an end changes is looked at every few milliseconds.
    scheduler(batch_state& batch, unsigned lanes, std::uint64_t seed, bool is_told_of_others = false);
    scheduler(const scheduler&) = delete;
    scheduler& operator=(const scheduler&) = delete;
    ~scheduler() { give_slot_back(); }

    /// How many jobs add() should be given now; 0 when there are enough, or the batch is stopped.
    [[nodiscard]] std::size_t wanted_jobs() const noexcept;
    void add(const job_id& job);
    /// The source is at its end: when all is finished, next() says `done`.
    void no_more_jobs() noexcept;
    /// Changes how many attempts may be in flight; those above it end in their own time. Ask next() again.
    void set_lanes(unsigned lanes) noexcept;

    [[nodiscard]] decision next(time_point now);

    /// Whether a request of a started attempt may leave now; asked again for one that replaces a lost one, which takes
    /// a slot of the rate of its own. False when the gate has closed, an outage began or the batch was stopped since,
    /// when connecting took so long that the slot has passed, or when there is none yet: the attempt is then taken
    /// back, as if it had not been started, and must not be reported. Ask next() again.
    [[nodiscard]] bool may_send(const attempt& started, time_point now);

    /// Whether a connection may be opened for the request that is to replace a lost one: its slot is taken before, as a
    /// connection that waits for its slot is idle meanwhile. False as above.
    [[nodiscard]] bool may_open_replacement(attempt& started, time_point now);
    /// Whether that request may leave now that it has its connection. False as above.
    [[nodiscard]] bool may_send_replacement(const attempt& started, time_point now);

    /// Before finished(): so long the attempt's request stood in line behind others of its connection; that is no time
    /// of the job's own.
    void stood_in_line(const attempt& started, duration time) noexcept { table_[started.entry].started += time; }

    /// Takes the result of an attempt. `connection` tells the connections of a process apart (0: none was
    /// made).
    [[nodiscard]] resolution finished(const attempt& started, const protocol::verdict& result, std::uint64_t connection,
                                      time_point now);

    /// The attempt was cut off by a stop of the batch: its job counts as unfinished, and is among the
    /// leftovers.
    void abandoned(const attempt& started, time_point now) noexcept;

    /// A job that the stop of the batch left without an outcome.
    struct leftover {
        job_id job;
        unsigned attempts = 0;
        duration elapsed{};
    };
    /// After a stop, and once nothing is in flight: all jobs that were added and have no outcome. Empties the
    /// scheduler.
    [[nodiscard]] std::vector<leftover> take_leftovers(time_point now);

    [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_; }
    [[nodiscard]] std::size_t waiting_for_retry() const noexcept { return paying_.size() + free_.size(); }
    /// Attempts that sent a request for a job which an earlier attempt had sent one for.
    [[nodiscard]] std::uint64_t retries() const noexcept { return retries_; }

private:
    // What a job is given for an attempt also when it has less time left, which was not its own doing.
    static constexpr duration shortest_attempt = std::chrono::milliseconds{100};
    // A job that is refused so often while others are let through is refused for what it is.
    static constexpr std::uint8_t most_refusals = 10;

    enum class source : std::uint8_t { none, pending, paying, free };

    // Deciding.
    [[nodiscard]] bool lets_others_go_first(const retry_queue& due, time_point now) const noexcept;
    [[nodiscard]] source choose(time_point now) const noexcept;
    [[nodiscard]] decision wait_for_retry(time_point now) const noexcept;
    [[nodiscard]] bool waits_for_contact(time_point now) const noexcept;
    [[nodiscard]] decision wait_for_contact(time_point now) const noexcept;
    [[nodiscard]] decision wait_for_place(time_point now) const noexcept;
    [[nodiscard]] decision wait_for_others(time_point latest, wait_cause cause, time_point now) const noexcept;
    [[nodiscard]] decision end_when_all_is_over() const noexcept;
    [[nodiscard]] decision wait_at_gate(time_point now);
    [[nodiscard]] decision wait_for_probe(time_point at, time_point now);
    [[nodiscard]] decision next_attempt(std::uint64_t epoch, time_point now);
    [[nodiscard]] decision next_probe(std::uint64_t epoch, time_point now);
    [[nodiscard]] bool slot_is_due(time_point now);
    void let_slots_pass() noexcept;
    /// Of two slots, the first; who comes next may have the other.
    void keep_slot(rate_limiter::slot unused, time_point now);
    void give_slot_back();
    void watch_for_reopening() noexcept;
    [[nodiscard]] std::uint32_t take(source from);
    [[nodiscard]] decision start(source from, bool probe, std::uint64_t epoch, time_point now);
    void settle_wait(job_entry& entry, duration held, time_point now) const noexcept;
    [[nodiscard]] bool probes_now(const job_entry& entry) const noexcept;
    /// Whether nothing may leave for it; it was taken back then.
    [[nodiscard]] bool is_held_back(const attempt& started, time_point now);
    void note_sent(job_entry& entry) noexcept;
    [[nodiscard]] bool leaves_in_slot(const attempt& started, time_point now);
    [[nodiscard]] bool leaves_in_next_slot(time_point now);
    void take_back(const attempt& started, time_point now);

    // Taking results: scheduler_results.cpp.
    void leave_flight(job_entry& entry) noexcept;
    void note_success(const attempt& started, const job_entry& entry, time_point now);
    /// Says whether the attempt counts among those of its job.
    [[nodiscard]] bool note_failure(const attempt& started, job_entry& entry, const protocol::verdict& result,
                                    std::uint64_t connection, time_point now);
    /// Says whether the attempt counts among those of its job.
    [[nodiscard]] bool note_refusal(const attempt& started, job_entry& entry, const protocol::verdict& result,
                                    time_point now);
    [[nodiscard]] bool is_job_at_fault(job_entry& entry, time_point now);
    [[nodiscard]] std::optional<duration> asked_pause(const protocol::verdict& result) const noexcept;
    void note_throttle(const attempt& started, std::optional<duration> asked, time_point now);
    void forgive(job_entry& entry) const;
    [[nodiscard]] resolution deliver(std::uint32_t index, bool out_of_time, time_point now) noexcept;
    [[nodiscard]] resolution set_aside(std::uint32_t index, time_point now) noexcept;
    [[nodiscard]] resolution stop_with(std::uint32_t index, stop_cause cause, time_point now);
    [[nodiscard]] resolution confirm(std::uint32_t index, time_point now);
    [[nodiscard]] resolution retry(std::uint32_t index, const protocol::verdict& result, bool counts, time_point now);
    [[nodiscard]] duration own_wait(time_point due, time_point now) const noexcept;
    [[nodiscard]] resolution wait_until(std::uint32_t index, time_point due, time_point now);

    batch_state& batch_;
    origin_state& origin_;
    const audit_options& options_;
    const bool is_told_of_others_;
    unsigned lanes_;
    random_source random_;

    job_table table_;
    pending_jobs pending_;
    retry_queue paying_;  // retries that take from the budget
    retry_queue free_;    // retries that do not
    bool source_ended_ = false;
    std::size_t in_flight_ = 0;
    std::uint64_t retries_ = 0;

    // The slot of the rate that the next start uses.
    bool has_slot_ = false;         // it is reserved, and nobody's yet
    bool lets_slots_pass_ = false;  // the next start is not to use a slot that has passed
    rate_limiter::slot slot_;

    // After the gate has opened or an outage has ended, attempts in flight grow from one to `lanes_`. Each
    // such time has a number.
    std::uint32_t ramp_ = 0;
    bool ramping_ = false;
    unsigned ramp_limit_ = 0;
    unsigned ramp_in_flight_ = 0;
    time_point seen_open_at_;
    std::uint64_t seen_outages_ = 0;
};

}  // namespace jobaudit::policy
