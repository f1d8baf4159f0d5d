#pragma once

#include "policy/adaptive_limits.hpp"
#include "policy/first_contact.hpp"
#include "policy/held_time.hpp"
#include "policy/host_gate.hpp"
#include "policy/outage_detector.hpp"
#include "policy/rate_limiter.hpp"
#include "policy/retry_budget.hpp"
#include "policy/stop_cause.hpp"
#include "policy/time.hpp"

#include <jobaudit/options.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>

namespace jobaudit::policy {

/// What all threads of one batch share: the limits of the host, and whether the batch goes on.
///
/// Thread safety: every member may be called concurrently. What a request needs on its way out and back is
/// atomic; only what happens rarely (a failure, a throttle, a stop) takes a mutex.
class batch_state {
    // First, for those below refer to it.
    held_time held_;

public:
    /// `seed` is that of all jitter here.
    batch_state(const audit_options& options, time_point now, std::uint64_t seed);

    [[nodiscard]] const audit_options& options() const noexcept { return options_; }

    rate_limiter limiter;
    host_gate gate;
    retry_budget budget;
    outage_detector outage;
    first_contact contact;     ///< until succeeded()
    adaptive_limits adaptive;  ///< told and obeyed only with options().adaptive

    /// Changes the rate, in requests a second; 0: no limit. With options().adaptive it is the highest
    /// allowed.
    void set_rate(double per_second, time_point now);

    /// Ends the batch; the first cause stands, and true is returned for it. Schedulers start nothing from now
    /// on.
    bool stop(stop_cause cause);
    [[nodiscard]] bool stopped() const noexcept { return stopped_.load(std::memory_order_acquire); }
    /// Meaningful once stopped().
    [[nodiscard]] stop_cause cause() const;

    /// Stops the batch when its deadline, or an outage's limit, has passed by `now`. Called with every coarse
    /// tick.
    void check_limits(time_point now);

    /// A whole, right answer of the server came to a request of `sent_at`: 200, or any that is no failure of the
    /// server's.
    void note_success(time_point sent_at, time_point now) noexcept
    {
        if (!succeeded())
            succeeded_.store(true, std::memory_order_relaxed);
        last_success_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
        last_success_sent_.store(sent_at.time_since_epoch().count(), std::memory_order_relaxed);
        if (refused_since_.load(std::memory_order_relaxed) != none)
            refused_since_.store(none, std::memory_order_relaxed);
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

    /// A request was refused. Whether all were for outage_limit.
    [[nodiscard]] bool note_refusal(time_point now) noexcept
    {
        refusals_.fetch_add(1, std::memory_order_relaxed);
        auto since = none;
        const auto ticks = now.time_since_epoch().count();
        if (refused_since_.compare_exchange_strong(since, ticks, std::memory_order_relaxed))
            return false;
        return duration{ticks - since} >= options_.outage_limit;
    }

    [[nodiscard]] std::uint64_t refusals() const noexcept { return refusals_.load(std::memory_order_relaxed); }

    /// Counts an answer among the first 20 of the batch; true, once, when all of those were 403.
    [[nodiscard]] bool note_answer(int http_status) noexcept;

    /// An answer came that is not the platform's. True, once, when nothing has succeeded and so many came in a row as a
    /// job has attempts: the address leads elsewhere.
    [[nodiscard]] bool note_foreign_answer() noexcept
    {
        return !succeeded() && foreign_answers_.fetch_add(1, std::memory_order_relaxed) + 1 == options_.attempts;
    }
    /// Something else came of a request.
    void note_other_answer() noexcept
    {
        if (foreign_answers_.load(std::memory_order_relaxed) != 0)
            foreign_answers_.store(0, std::memory_order_relaxed);
    }

    /// Time until `now` behind a closed gate or in an outage; grows monotonically. What counts against no
    /// job.
    [[nodiscard]] duration held_back(time_point now) const noexcept { return held_.total(now); }

private:
    const audit_options options_;
    const time_point started_;
    std::atomic<bool> stopped_{false};
    std::atomic<bool> succeeded_{false};
    std::atomic<std::uint32_t> answers_{0};  // the first ones; in its upper half, those that were 403
    std::atomic<unsigned> foreign_answers_{0};
    std::atomic<std::uint64_t> refusals_{0};
    static constexpr duration::rep none = time_point::min().time_since_epoch().count();
    [[nodiscard]] static time_point time_of(const std::atomic<duration::rep>& ticks) noexcept
    {
        return time_point{duration{ticks.load(std::memory_order_relaxed)}};
    }
    std::atomic<duration::rep> last_success_{0};
    std::atomic<duration::rep> last_success_sent_{0};
    std::atomic<duration::rep> refused_since_{none};
    mutable std::mutex mutex_;
    stop_cause cause_;
};

}  // namespace jobaudit::policy
