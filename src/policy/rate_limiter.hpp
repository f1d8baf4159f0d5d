#pragma once

#include "policy/time.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace jobaudit::policy {

/// Spaces requests evenly: the generic cell rate algorithm, virtual scheduling form (ITU-T I.371, annex A).
///
/// Slots have numbers, and a request's slot is a place in one line: where all of it moves, at another rate or behind
/// one that left late, each slot keeps its number, and all who ask where theirs is are told of the same line.
///
/// A request leaves some time after its slot, never before, so that the server may see two slots' requests
/// closer together than they were planned. Slots are therefore issued at 0.995 of the rate: as long as no
/// request reaches the server later than 5 ms after its planned time, no window of one second there holds more
/// than rate + burst requests. Of those 5 ms, max_delay are for requests to leave in, one for what the way varies by.
///
/// One limiter serves all threads of a process: every member may be called concurrently; those that look at the line
/// take a mutex for a moment.
class rate_limiter {
public:
    static constexpr double margin = 0.995;
    /// How late after its planned time a request may leave without moving the line. Where a processor is shared, who
    /// wakes up often waits for the time slice of another, about 3 ms.
    static constexpr duration max_delay = std::chrono::milliseconds{4};
    /// How far the plan may lag behind the clock before the slots in between are lost. Less than max_delay: what is
    /// caught up with has yet to be sent.
    static constexpr duration max_lag = std::chrono::milliseconds{3};

    /// A place in the line, and when it was when it was last asked for.
    struct slot {
        std::int64_t number = -1;  ///< below 0: none
        time_point at{};           ///< a request may leave in it from then on
        time_point planned{};      ///< later than `at` by a burst, earlier by a lag
    };

    /// Lets `per_second` requests out a second (0: no limit; less than one a day counts as one a day); after
    /// a pause, up to `burst` (≥ 1) of them at once. The start counts as after a pause.
    rate_limiter(double per_second, unsigned burst) noexcept;

    [[nodiscard]] bool unlimited() const noexcept { return interval() == duration::zero(); }

    /// Time between two slots; zero without a limit.
    [[nodiscard]] duration interval() const noexcept { return duration{interval_.load(std::memory_order_relaxed)}; }

    /// Takes the next free slot: never before `now`. A slot that goes unused is lost, unless it is given back. A plan
    /// that is behind by up to `lag` is caught up with: the next slots then come closer together than an interval.
    [[nodiscard]] slot reserve(time_point now, duration lag = max_lag);

    /// Nothing will leave in that slot: who reserves next may have it. Else the line would grow for those behind with
    /// each one who leaves it.
    void give_back(const slot& unused);

    /// Where a reserved slot is now; nothing when it is lost: by an interval late, or later than max_delay and a
    /// request has left in a slot behind it.
    [[nodiscard]] std::optional<slot> moved(const slot& reserved, time_point now) const;

    /// A request leaves in that slot, which has come; false when it is lost. One that leaves later than max_delay moves
    /// the line: the slots behind it keep their distance from it.
    [[nodiscard]] bool leave(const slot& reserved, time_point now);

    /// Changes the rate. What was reserved keeps its place in the line, and the line moves at the new pace. Without a
    /// limit the line ends.
    void set_rate(double per_second, time_point now);

private:
    using ticks = duration::rep;

    void begin_anew(ticks current) noexcept;
    [[nodiscard]] std::optional<slot> take_returned(ticks current, duration lag);
    [[nodiscard]] slot slot_of(std::int64_t number, ticks current) const noexcept;
    [[nodiscard]] bool is_lost(const slot& placed, ticks current) const noexcept;
    [[nodiscard]] double place_at(ticks current) const noexcept;
    [[nodiscard]] ticks tolerance() const noexcept;

    mutable std::mutex mutex_;
    std::atomic<ticks> interval_;  // written under the mutex
    std::int64_t next_ = 0;        // the number of the next slot
    ticks arrival_;                // and its planned time, the theoretical arrival time (TAT)
    double last_used_ = -1;        // how far the line had come when a request last left, in slots
    std::vector<slot> returned_;
    const ticks burst_;
};

}  // namespace jobaudit::policy
