#pragma once

#include "policy/time.hpp"

#include <atomic>

namespace jobaudit::policy {

/// Spaces requests evenly: the generic cell rate algorithm, virtual scheduling form (ITU-T I.371, annex A).
///
/// A request leaves some time after its slot, never before, so that the server may see two slots' requests
/// closer together than they were planned. Slots are therefore issued at 0.995 of the rate: as long as no
/// request leaves later than 5 ms after its planned time, no window of one second at the server holds more
/// than rate + burst requests. Of those 5 ms, max_lag are spent here, max_delay are the caller's.
///
/// One limiter serves all threads of a process: every member may be called concurrently; none blocks.
class rate_limiter {
public:
    static constexpr double margin = 0.995;
    /// How far the plan may lag behind the clock before the slots in between are lost: what makes good for
    /// late wake-ups.
    static constexpr duration max_lag = std::chrono::milliseconds{2};
    /// A slot older than this is not to be used any more.
    static constexpr duration max_delay = std::chrono::milliseconds{2};

    /// Lets `per_second` requests out a second (0: no limit; less than one a day counts as one a day); after
    /// a pause, up to `burst` (≥ 1) of them at once. The start counts as after a pause.
    rate_limiter(double per_second, unsigned burst) noexcept;

    [[nodiscard]] bool unlimited() const noexcept { return interval_.load(std::memory_order_relaxed) == 0; }

    /// Time between two slots; zero without a limit.
    [[nodiscard]] duration interval() const noexcept { return duration{interval_.load(std::memory_order_relaxed)}; }

    /// Takes the next free slot and says when it is: never before `now`. A slot that goes unused is lost. A plan that
    /// is behind by up to `lag` is caught up with: the next slots then come closer together than an interval.
    [[nodiscard]] time_point reserve(time_point now, duration lag = max_lag) noexcept;

    /// A request leaves in its slot.
    void note_sent(time_point now) noexcept
    {
        last_sent_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    }

    /// Lets a request leave whose slot has passed, if none has left since that slot: the line then begins anew, an
    /// interval later, and slots reserved before that are void.
    [[nodiscard]] bool use_late(time_point slot, time_point now) noexcept;

    /// Whether a slot lies before the line's new beginning.
    [[nodiscard]] bool is_void(time_point slot) const noexcept
    {
        return slot.time_since_epoch().count() < begins_at_.load(std::memory_order_relaxed);
    }

    /// Changes the rate. What was reserved keeps its place in the line, but the line moves at the new pace when that is
    /// slower, or more than twice as fast: see moved().
    void set_rate(double per_second, time_point now) noexcept;

    /// Where a slot is now that was reserved while interval() was `interval_then`.
    [[nodiscard]] time_point moved(time_point slot, duration interval_then, time_point now) const noexcept;

private:
    using ticks = duration::rep;

    [[nodiscard]] ticks tolerance(ticks interval) const noexcept;
    [[nodiscard]] bool moves_line(ticks from, ticks to) const noexcept;

    // The theoretical arrival time of the next request (TAT), in ticks since the clock's epoch.
    std::atomic<ticks> next_arrival_;
    std::atomic<ticks> interval_;
    std::atomic<ticks> last_sent_;
    std::atomic<ticks> begins_at_;
    const ticks burst_;
};

}  // namespace jobaudit::policy
