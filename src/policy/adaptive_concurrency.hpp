#pragma once

#include "policy/time.hpp"

#include <atomic>
#include <mutex>

namespace jobaudit::policy {

/// Finds how many requests at a time a server works on, where it turns away those above.
///
/// It limits nothing before the first refusal. Each refusal takes one from what was in flight then: of a server with
/// room for n, just n are left when all that it had no room for are back. Each further request at a time is tried after
/// a number of successes, which doubles each time that the server has no room for it, and halves when it has
/// (additive increase and decrease; the increase as in TCP's congestion avoidance, RFC 5681 §3.1, made rarer where it
/// is known to fail).
///
/// What refuses at a limit of one, or lets through what it then refuses, does not go by the number at a time:
/// note_refusal() says so.
///
/// Thread safety: every member may be called concurrently. try_begin() and end() are atomic; while there is a limit, a
/// success and a refusal take a mutex.
class adaptive_concurrency {
public:
    /// Of a request among those in flight.
    struct place {
        unsigned number = 0;  ///< from 1 on; 0: it has none
        unsigned limit = 0;   ///< then
    };

    /// Claims a place; one without a number when there is none before more_at().
    [[nodiscard]] place try_begin(time_point now);

    /// When there may be another place though no request ends; time_point::max(): never.
    [[nodiscard]] time_point more_at() const noexcept { return raise_at_.load(std::memory_order_acquire); }

    /// A request in flight has come to an end, whatever that was.
    void end() noexcept { in_flight_.fetch_sub(1, std::memory_order_acq_rel); }

    /// Requests at a time; 0: no limit.
    [[nodiscard]] unsigned limit() const noexcept { return limit_.load(std::memory_order_acquire); }

    /// The same where that is fewer than there were at first; 0: it is not.
    [[nodiscard]] unsigned found() const noexcept
    {
        const unsigned now = limit();
        return now < most_in_flight_.load(std::memory_order_relaxed) ? now : 0;
    }

    /// How many requests at a time there may have been when that one began.
    [[nodiscard]] unsigned level(const place& where) const noexcept
    {
        return where.limit != 0 ? where.limit : most_in_flight_.load(std::memory_order_relaxed);
    }

    /// A request that left at `sent_at` was let through.
    void note_success(const place& where, time_point sent_at, time_point now)
    {
        if (limit() != 0)
            count_success(where.number, sent_at, now);
    }

    /// One that left at `sent_at` was refused, and the server wants not to be asked for `pause` because of that. After
    /// its end(). False when a limit of requests at a time does not explain that; lift() should follow.
    [[nodiscard]] bool note_refusal(const place& where, time_point sent_at, duration pause, time_point now);

    /// One came to no answer in its time, or to a 408: the server may be gone rather than full, which few at a time
    /// would find out slowly. Twice as many may be in flight, or all that there were before.
    void note_timeout(time_point now);

    /// Sets no limit any more.
    void lift();

private:
    void count_success(unsigned number, time_point sent_at, time_point now);
    void raise(time_point now);
    void wait_longer(unsigned limit, duration pause, time_point now) noexcept;
    void set(unsigned limit, time_point now) noexcept;
    [[nodiscard]] bool is_contradicted(unsigned limit, const place& where, time_point sent_at, bool is_costly) noexcept;

    std::atomic<unsigned> in_flight_{0};
    std::atomic<unsigned> limit_{0};
    std::atomic<time_point> raise_at_{time_point::max()};
    std::atomic<unsigned> most_in_flight_{0};  // when a limit was set first

    std::mutex mutex_;
    unsigned successes_ = 0;  // since the limit was raised, or since that was tried
    unsigned patience_ = 0;   // successes before the next raise
    time_point changed_at_{};
    time_point next_raise_{};
    unsigned doublings_ = 0;   // of the wait after a pause, since a raise came to good
    bool full_ = false;        // all places were taken since the last change
    unsigned refused_at_ = 0;  // the limit at the last refusal
    unsigned tries_ = 0;
    bool raised_ = false;     // the last change was a raise
    bool top_works_ = false;  // a request in the highest place succeeded since
    bool paused_ = false;     // the last refusal came with a pause
    unsigned flips_ = 0;      // raises in a row that worked and then did not
    unsigned refused_alone_ = 0;
};

}  // namespace jobaudit::policy
