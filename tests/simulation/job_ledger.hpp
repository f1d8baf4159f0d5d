#pragma once

#include "simulated_server.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace jobaudit::simulation {

/// Where the oracle last saw a job. `over`: the sink has it, or it is among what a stop left.
enum class job_place : std::uint8_t { outside, pending, in_flight, judged, waiting, set_aside, at_sink, over };

/// What the oracle knows of a job under way.
struct job_record {
    unsigned scheduler = 0;
    bool tried = false;
    bool waits_free = false;  ///< its retry takes nothing from the budget
    bool probe = false;
    std::uint64_t probe_run = 0;  ///< of failures everywhere, whose end it is to find out
    unsigned owed = 0;            ///< tokens of the retry budget that its next attempt surely takes
    unsigned may_owe = 0;         ///< that it takes if no outage caused its failure
    unsigned paid = 0;            ///< what its attempts surely took
    unsigned may_have_paid = 0;
    std::uint32_t requests_in_attempt = 0;
    std::uint32_t failures = 0;
    std::uint32_t forgotten = 0;     ///< times that it was on its way on a connection that leads nowhere
    std::uint32_t free = 0;          ///< of these, refusals that cost no attempt
    std::uint32_t beside = 0;        ///< refusals while others were let through, up to ten
    std::uint64_t sent_then = 0;     ///< requests of all when it was last refused
    std::uint64_t refused_then = 0;  ///< refusals of all at that time; 0: it was not
    double at_fault = 0;             ///< how unlikely its refusals are by chance, a logarithm
    std::uint32_t certain = 0;       ///< failures that count against the attempts whatever becomes of the current run
    std::uint64_t run = 0;           ///< of failures everywhere, in which its last ones were
    std::uint32_t in_run = 0;        ///< its failures in that run
    std::uint64_t started_as = 0;    ///< the number of the event that started its attempt
    std::uint64_t connection = 0;
    std::uint64_t holds_then = 0;  ///< oracle's count when its first attempt started
    time_point first_start{};
    time_point began{};    ///< its attempt
    time_point started{};  ///< the same, later by what it waited for a connection
    time_point failed_at{};
    time_point deadline{};
    time_point due{};
    duration own_time{};
    outcome_kind last_kind = outcome_kind::not_tried;

    // When it could start next, and the oracle's counts of starts at that time.
    bool eligible = false;
    time_point eligible_at{};
    std::uint64_t eligible_holds = 0;
    std::uint64_t all_starts = 0;
    std::uint64_t own_starts = 0;
    std::uint64_t new_starts = 0;
    std::uint64_t paid_starts = 0;
};

/// A place for each job of a world, and a record for each that is under way: flat in the number of jobs.
class job_ledger {
public:
    explicit job_ledger(std::uint32_t jobs) : places_(jobs, job_place::outside), slots_(jobs, 0) {}

    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(places_.size()); }
    [[nodiscard]] job_place& place(std::uint32_t job) { return places_[job]; }
    [[nodiscard]] job_record& operator[](std::uint32_t job) { return records_[slots_[job]]; }

    void open(std::uint32_t job)
    {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(records_.size()));
            records_.emplace_back();
        }
        slots_[job] = free_.back();
        free_.pop_back();
        records_[slots_[job]] = {};
    }

    void close(std::uint32_t job)
    {
        places_[job] = job_place::over;
        free_.push_back(slots_[job]);
    }

private:
    std::vector<job_place> places_;
    std::vector<std::uint32_t> slots_;
    std::vector<job_record> records_;
    std::vector<std::uint32_t> free_;
};

}  // namespace jobaudit::simulation
