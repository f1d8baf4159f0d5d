#pragma once

#include "policy/time.hpp"

#include <atomic>

namespace jobaudit::policy {

/// Stops retry storms: a bucket of tokens for all retries to one host. A retry takes tokens, a success gives
/// some back, and time does too, so that an empty bucket lets retries trickle (10 a second) instead of
/// failing them.
///
/// The figures follow the standard retry quota of the AWS SDKs; the refill by time is our own.
///
/// Thread safety: every member may be called concurrently; none blocks. On a full bucket give_back() writes
/// nothing.
class retry_budget {
public:
    static constexpr unsigned capacity = 500;
    static constexpr unsigned refill_per_second = 50;
    static constexpr unsigned retry_cost = 5;
    static constexpr unsigned timeout_retry_cost = 10;  ///< after a timeout: those keep a server busy
    static constexpr unsigned success_gain = 5;

    /// Takes `tokens` (≤ capacity) if there are so many.
    [[nodiscard]] bool take(time_point now, unsigned tokens) noexcept;

    /// When take() will succeed if nothing else happens: `now` when it does at once.
    [[nodiscard]] time_point available_at(time_point now, unsigned tokens) const noexcept;

    void give_back(time_point now, unsigned tokens) noexcept;

    /// Whole tokens at `now`.
    [[nodiscard]] unsigned level(time_point now) const noexcept;

private:
    using ticks = duration::rep;

    // A bucket that refills at a constant pace is known by the moment at which it will be full.
    std::atomic<ticks> full_at_{time_point::min().time_since_epoch().count()};
};

}  // namespace jobaudit::policy
