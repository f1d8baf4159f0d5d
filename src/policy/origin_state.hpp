#pragma once

#include "policy/adaptive_limits.hpp"
#include "policy/first_contact.hpp"
#include "policy/held_time.hpp"
#include "policy/host_gate.hpp"
#include "policy/outage_detector.hpp"
#include "policy/rate_limiter.hpp"
#include "policy/refusal_streak.hpp"
#include "policy/retry_budget.hpp"
#include "policy/time.hpp"

#include <atomic>
#include <cstdint>

namespace jobaudit::policy {

/// What is known of the origin by all who ask it together, the threads of a batch or the single fetches of a client:
/// what it takes, and whether it works.
///
/// Thread safety: every member may be called concurrently. What a request needs on its way out and back is
/// atomic; only what happens rarely (a failure, a throttle) takes a mutex.
class origin_state {
    // First, for those below refer to it.
    held_time held_;

public:
    /// `rate` in requests a second, 0: no limit; `burst` at once after a pause; `seed` is that of all jitter here.
    origin_state(double rate, unsigned burst, time_point now, std::uint64_t seed);

    rate_limiter limiter;
    host_gate gate;
    retry_budget budget;
    outage_detector outage;
    refusal_streak refusals;   ///< ended by note_success()
    first_contact contact;     ///< until succeeded()
    adaptive_limits adaptive;  ///< told and obeyed only by batches with audit_options::adaptive

    /// A whole, right answer of the server came to a request of `sent_at`: 200, or any that is no failure of the
    /// server's.
    void note_success(time_point sent_at, time_point now)
    {
        if (!succeeded())
            succeeded_.store(true, std::memory_order_relaxed);
        last_success_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
        last_success_sent_.store(sent_at.time_since_epoch().count(), std::memory_order_relaxed);
        refusals.note_success();
    }
    [[nodiscard]] bool succeeded() const noexcept { return succeeded_.load(std::memory_order_relaxed); }

    /// Whether others succeed at this time, so that a 503 is a refusal rather than a failure.
    [[nodiscard]] bool succeeds_at(time_point now) const noexcept
    {
        return succeeded() && now - time_of(last_success_) <= std::chrono::seconds{2};
    }
    /// Whether one that was sent within a second of `sent_at` has succeeded.
    [[nodiscard]] bool succeeds_beside(time_point sent_at) const noexcept
    {
        const auto apart = sent_at - time_of(last_success_sent_);
        return succeeded() && apart <= std::chrono::seconds{1} && apart >= -std::chrono::seconds{1};
    }

    /// Time until `now` behind a closed gate or in an outage; grows monotonically. What counts against no
    /// job.
    [[nodiscard]] duration held_back(time_point now) const { return held_.total(now); }

private:
    [[nodiscard]] static time_point time_of(const std::atomic<duration::rep>& ticks) noexcept
    {
        return time_point{duration{ticks.load(std::memory_order_relaxed)}};
    }

    std::atomic<bool> succeeded_{false};
    std::atomic<duration::rep> last_success_{0};
    std::atomic<duration::rep> last_success_sent_{0};
};

}  // namespace jobaudit::policy
