#pragma once

#include "policy/origin_state.hpp"
#include "policy/stop_cause.hpp"
#include "policy/time.hpp"

#include <jobaudit/options.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>

namespace jobaudit::policy {

/// What all threads of one batch share beside what they know of the origin: what the batch may, and whether it goes on.
/// A single fetch is a batch of one job.
///
/// Thread safety: every member may be called concurrently; only a stop takes a mutex.
class batch_state {
public:
    /// `origin` outlives this.
    batch_state(const audit_options& options, origin_state& origin, time_point now);

    [[nodiscard]] const audit_options& options() const noexcept { return options_; }
    [[nodiscard]] origin_state& origin() const noexcept { return origin_; }

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

    /// When the outage that is under way will have lasted too long for this batch.
    [[nodiscard]] time_point outage_ends_batch_at() const;

    /// Stops the batch when its requests, and those of others of the same origin, were all refused for too long.
    void check_refusals();

    /// Counts an answer among the first 20 of the batch; true, once, when all of those were 403.
    [[nodiscard]] bool note_answer(int http_status) noexcept;

    /// An answer came that is not the platform's. True, once, when nothing has succeeded and so many came in a row as a
    /// job has attempts: the address leads elsewhere.
    [[nodiscard]] bool note_foreign_answer() noexcept
    {
        return !origin_.succeeded() &&
               foreign_answers_.fetch_add(1, std::memory_order_relaxed) + 1 == options_.attempts;
    }
    /// Something else came of a request.
    void note_other_answer() noexcept
    {
        if (foreign_answers_.load(std::memory_order_relaxed) != 0)
            foreign_answers_.store(0, std::memory_order_relaxed);
    }

private:
    const audit_options options_;
    origin_state& origin_;
    const time_point started_;
    std::atomic<bool> stopped_{false};
    std::atomic<std::uint32_t> answers_{0};  // the first ones; in its upper half, those that were 403
    std::atomic<unsigned> foreign_answers_{0};
    mutable std::mutex mutex_;
    stop_cause cause_;
};

}  // namespace jobaudit::policy
