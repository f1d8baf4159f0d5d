#pragma once

#include "policy/time.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

namespace jobaudit::policy {

/// Spaces requests evenly: the generic cell rate algorithm, virtual scheduling form (ITU-T I.371, annex A).
///
/// A request leaves some time after its slot, never before, so that the server may see two slots' requests
/// closer together than they were planned. Slots are therefore issued at 0.995 of the rate: as long as no
/// request reaches the server later than 5 ms after its planned time, no window of one second there holds more
/// than rate + burst requests. Of those 5 ms, max_delay are for requests to leave in, one for what the way varies by.
///
/// One limiter serves all threads of a process: every member may be called concurrently; none but set_rate and
/// give_back blocks, nor does reserve where nothing was given back.
class rate_limiter {
public:
    static constexpr double margin = 0.995;
    /// From a slot's planned time to its `latest`. Where a processor is shared, who wakes up often waits for the time
    /// slice of another, about 3 ms: what is later than max_delay is lost.
    static constexpr duration max_delay = std::chrono::milliseconds{4};
    /// How far the plan may lag behind the clock before the slots in between are lost. Less than max_delay: what is
    /// caught up with has yet to be sent.
    static constexpr duration max_lag = std::chrono::milliseconds{3};

    /// When a request may leave.
    struct slot {
        time_point at{};
        time_point planned{};  ///< its place in the line: later than `at` by a burst, earlier by a lag
        duration interval{};   ///< between slots when it was reserved
        time_point late{};     ///< the last late use before that

        /// A request that has not left by then is not to use it any more.
        [[nodiscard]] time_point latest() const noexcept { return std::min(at, planned) + max_delay; }
    };

    /// Lets `per_second` requests out a second (0: no limit; less than one a day counts as one a day); after
    /// a pause, up to `burst` (≥ 1) of them at once. The start counts as after a pause.
    rate_limiter(double per_second, unsigned burst) noexcept;

    [[nodiscard]] bool unlimited() const noexcept { return interval() == duration::zero(); }

    /// Time between two slots; zero without a limit.
    [[nodiscard]] duration interval() const noexcept
    {
        return duration{interval_in(line_.load(std::memory_order_acquire))};
    }

    /// Takes the next free slot: never before `now`. A slot that goes unused is lost, unless it is given back. A plan
    /// that is behind by up to `lag` is caught up with: the next slots then come closer together than an interval.
    [[nodiscard]] slot reserve(time_point now, duration lag = max_lag);

    /// Nothing will leave in that slot: who reserves next may have it. Else the line would grow for those behind with
    /// each one who leaves it.
    void give_back(const slot& unused);

    /// A request leaves in its slot.
    void note_sent(time_point now) noexcept
    {
        last_sent_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    }

    /// Lets a request leave whose slot has passed, if none has left since it was `started` in that slot: the line then
    /// begins anew, an interval later, and slots planned before that are void.
    [[nodiscard]] bool use_late(const slot& passed, time_point started, time_point now) noexcept;

    /// Whether a late use now would make no more than one slot void: that of the same scheduler's next request.
    [[nodiscard]] bool has_short_line(time_point now) const noexcept;

    /// Whether a late use made the slot void.
    [[nodiscard]] bool is_void(const slot& reserved) const noexcept;

    /// Changes the rate. What was reserved keeps its place in the line, and the line moves at the new pace: see
    /// moved(). Without a burst it stays where it is when the rate grows to no more than twice as much and slots were
    /// no more than a second apart. Without a limit the line ends.
    void set_rate(double per_second, time_point now);

    /// Where a reserved slot is now; nothing when a late use has made it void.
    [[nodiscard]] std::optional<slot> moved(const slot& reserved, time_point now) const noexcept;

private:
    using ticks = duration::rep;

    // The line's end, the theoretical arrival time of the next request (TAT) in ticks since the clock's epoch, and in
    // the lowest bits which of `intervals_` it was reckoned with: in one word, so that no slot of an old pace is added
    // to a line that has moved to a new one. 59 bits of nanoseconds last for 18 years.
    using line = ticks;
    static constexpr unsigned pace_bits = 4;
    static constexpr std::size_t paces = std::size_t{1} << pace_bits;

    [[nodiscard]] static std::size_t pace_of(line word) noexcept { return static_cast<std::size_t>(word) % paces; }
    [[nodiscard]] static ticks arrival_in(line word) noexcept { return word >> pace_bits; }
    [[nodiscard]] static line make_line(ticks arrival, std::size_t pace) noexcept
    {
        return arrival * static_cast<ticks>(paces) + static_cast<ticks>(pace);
    }
    [[nodiscard]] ticks interval_in(line word) const noexcept
    {
        return intervals_[pace_of(word)].load(std::memory_order_relaxed);
    }
    /// The first that is still to be used of those that were given back.
    [[nodiscard]] std::optional<slot> take_returned(time_point now);
    [[nodiscard]] time_point last_late() const noexcept;
    [[nodiscard]] static bool is_void(const slot& reserved, time_point late) noexcept;
    [[nodiscard]] ticks tolerance(ticks interval) const noexcept;
    /// How far ahead is what was `ahead` before the interval changed.
    [[nodiscard]] ticks moved_by(ticks ahead, ticks from, ticks to) const noexcept;

    std::atomic<line> line_;
    std::array<std::atomic<ticks>, paces> intervals_{};
    std::mutex changing_;
    std::atomic<ticks> last_sent_;
    std::atomic<ticks> last_late_;
    std::atomic<bool> has_returned_{false};
    std::mutex returning_;
    std::vector<slot> returned_;
    const ticks burst_;
};

}  // namespace jobaudit::policy
