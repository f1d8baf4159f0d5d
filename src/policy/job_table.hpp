#pragma once

#include "policy/adaptive_concurrency.hpp"
#include "policy/repeated_refusals.hpp"
#include "policy/time.hpp"

#include <jobaudit/job_id.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace jobaudit::policy {

/// Where a job of a scheduler is. `set_aside`: the stop of the batch left it without an outcome.
enum class job_place : std::uint8_t { nowhere, pending, in_flight, waiting, set_aside };

/// What a scheduler knows of one job that has no outcome yet.
struct job_entry {
    job_id job;
    time_point first_start{};
    time_point started{};              ///< of the attempt in flight
    time_point due{};                  ///< of the retry that waits, or of the one in flight
    time_point failed_at{};            ///< when the wait for that retry began
    duration time_left{};              ///< of audit_options::job_timeout: attempts and backoffs use it, what holds the
                                       ///< job back does not
    duration held_then{};              ///< batch_state::held_back at `started`, later at `failed_at`
    std::uint64_t streak = 0;          ///< outage_detector's, in which the last charges were made
    std::uint32_t streak_charges = 0;  ///< attempts charged in it
    std::uint32_t counted = 0;         ///< attempts that count, without the one in flight
    std::uint32_t ramp = 0;            ///< the ramp it was started in
    std::uint32_t next = 0;            ///< the table's own
    adaptive_concurrency::place place_in_flight{};  ///< of the attempt in flight
    std::uint8_t owed = 0;                          ///< tokens of the retry budget that the next attempt has to take
    std::uint8_t paid = 0;                          ///< tokens that the attempts so far took
    job_place place = job_place::nowhere;
    bool tried = false;         ///< an attempt was made, if only to connect
    bool asked = false;         ///< a request was sent
    bool suspect = false;       ///< it failed while others succeeded
    bool confirming = false;    ///< a verdict that would stop the batch waits to be confirmed
    bool probe = false;         ///< the attempt in flight was started as one
    bool first = false;         ///< the attempt in flight is the only one that first_contact lets out
    bool sent = false;          ///< a request of the attempt in flight has used its slot of the rate
    std::uint8_t refusals = 0;  ///< while others were let through
    std::uint8_t lowered = 0;   ///< times that a refusal of it was told to adaptive_limits
    repeated_refusals repeated;
    std::uint64_t outages = 0;  ///< outage_detector::ended when the attempt in flight started
};

/// Entries by index, reused before new ones are made: no allocation once the number of jobs under way is
/// steady.
class job_table {
public:
    [[nodiscard]] std::uint32_t insert(const job_id& job);
    void erase(std::uint32_t index) noexcept;

    [[nodiscard]] job_entry& operator[](std::uint32_t index) noexcept { return entries_[index]; }
    [[nodiscard]] const job_entry& operator[](std::uint32_t index) const noexcept { return entries_[index]; }

    /// Entries that are in use.
    [[nodiscard]] std::size_t size() const noexcept { return used_; }

    /// Indices are 0 … capacity() − 1; those not in use have the place `nowhere`.
    [[nodiscard]] std::uint32_t capacity() const noexcept { return static_cast<std::uint32_t>(entries_.size()); }

    void clear() noexcept;

private:
    static constexpr std::uint32_t none = 0xffffffff;

    std::vector<job_entry> entries_;
    std::uint32_t free_ = none;
    std::size_t used_ = 0;
};

}  // namespace jobaudit::policy
