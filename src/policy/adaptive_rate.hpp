#pragma once

#include "policy/rate_limiter.hpp"
#include "policy/time.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>

namespace jobaudit::policy {

/// Finds the rate that a server bears: the CUBIC rate control of the AWS SDKs' adaptive retry mode.
///
/// Nothing is limited until the first throttle. That sets the rate to 0.7 of what was measured (w); from then
/// on it grows as 0.4·(t − ∛(0.3·w/0.4))³ + w, t in seconds since the throttle, but never above twice what is
/// measured, nor above the ceiling.
///
/// Thread safety: every member may be called concurrently. note_sent() and note_success() add one atomically;
/// a mutex is taken at most every 100 ms and at a throttle.
class adaptive_rate {
public:
    /// Steers `limiter`, which must outlive this. `ceiling` is in requests a second; 0: none.
    adaptive_rate(rate_limiter& limiter, double ceiling, time_point now) noexcept;

    /// A request is leaving.
    void note_sent() noexcept { sent_.fetch_add(1, std::memory_order_relaxed); }

    /// A success came back: the rate may grow.
    void note_success(time_point now);

    /// The server throttled. To be called once an event, not for each of its echoes.
    void note_throttle(time_point now);

    /// Changes the highest rate allowed; 0: none.
    void set_ceiling(double per_second, time_point now);

    /// Requests a second, smoothed, as last measured.
    [[nodiscard]] double measured() const;

    /// What the limiter was last set to; 0: not limited.
    [[nodiscard]] double rate() const;

private:
    [[nodiscard]] double grown(time_point now) const noexcept;
    void measure(time_point now);
    void apply(double per_second, time_point now);

    rate_limiter& limiter_;
    std::atomic<std::uint64_t> sent_{0};
    std::atomic<duration::rep> next_update_;

    mutable std::mutex mutex_;
    time_point window_began_;
    std::uint64_t window_sent_ = 0;  // sent_ when the window began
    double ceiling_;
    double measured_ = 0;
    bool throttled_ = false;
    double rate_;
    double rate_at_throttle_ = 0;
    time_point throttled_at_{};
};

}  // namespace jobaudit::policy
