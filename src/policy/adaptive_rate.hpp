#pragma once

#include "policy/rate_limiter.hpp"
#include "policy/time.hpp"

#include <atomic>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>

namespace jobaudit::policy {

/// Finds the rate that a server bears. After the CUBIC rate control of the AWS SDKs' adaptive retry mode, made to stay
/// near the limit once it is known.
///
/// It limits nothing before begin(), from where the rate grows by half every 200 ms until the first throttle. A
/// throttle at the rate w sets it to w·(1 − d), from where it follows w·(1 − d·(1 − t/k)³): steep at first, flat around
/// w, which it reaches after the time k, and then ever steeper. d is a half at first, and a third of what it was with
/// each throttle that came only after a stretch of growth, as what was there before is known to be borne, down to 0.08.
/// A throttle that came at once leaves d and takes w for lower, by d/3. The smaller d, the longer k; it is longest
/// where the server asks for a pause with each throttle, which makes them expensive. The first throttle takes for w
/// what really left in the last tenths of a second, where that is less. The rate never is above the ceiling, nor above
/// twice what would be sent if every slot were met: where wake-ups are late, what is sent says little of what could be.
///
/// A throttle changes nothing that is due to what left before the last one: of a request that left before that could
/// show, or in the first slot after it, or before any that left after it got through. Where nothing at all gets through
/// for a while, the server counts over some time. What passed before, over the time until then, is about what it
/// allows: w is taken for no less than that.
///
/// Thread safety: every member may be called concurrently. note_sent(), note_lost() and note_success() add one
/// atomically; a mutex is taken at most every 50 ms and at a throttle.
class adaptive_rate {
public:
    static constexpr double first_rate = 50;

    static constexpr double unlimited = std::numeric_limits<double>::infinity();

    /// Steers `limiter`, which must outlive this, from begin() on. `ceiling` is in requests a second; 0:
    /// none.
    adaptive_rate(rate_limiter& limiter, double ceiling, time_point now) noexcept;

    /// Limits the rate from now on, or forgets what limited it: it grows from `from`, in requests a second, or from
    /// first_rate where that is 0, once the server is asked again at `open_at`.
    void begin(time_point now, double from = 0, time_point open_at = {});

    /// Whether there is a limit, below the ceiling or not.
    [[nodiscard]] bool limits() const noexcept { return limits_.load(std::memory_order_relaxed); }

    /// A request is leaving.
    void note_sent() noexcept { sent_.fetch_add(1, std::memory_order_relaxed); }

    /// Requests that left so far.
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_.load(std::memory_order_relaxed); }

    /// Who waited for a slot woke up too late for it: one more could have been sent.
    void note_lost() noexcept { lost_.fetch_add(1, std::memory_order_relaxed); }

    /// A success of a request of `sent_at` came back: the rate may grow.
    void note_success(time_point now, time_point sent_at);

    /// Successes so far.
    [[nodiscard]] std::uint64_t passed() const noexcept { return passed_.load(std::memory_order_relaxed); }

    /// The server throttled a request of `sent_at`, and is not asked again before `open_at`. To be called once an
    /// event, not for each of its echoes.
    /// `borne`: no more than so many requests a second get through for long, as far as is known; 0: not known.
    void note_throttle(time_point now, time_point sent_at, time_point open_at, double borne = 0);

    /// Whether a request has succeeded since the last throttle.
    [[nodiscard]] bool gets_through() const noexcept { return gets_through_.load(std::memory_order_relaxed); }

    /// How long not to ask a server that throttles now and does not say. Zero as long as it lets some through: a lower
    /// rate is the better answer then. Otherwise a third of the time for which nothing got through, so that not much
    /// more of it is lost than has to be.
    [[nodiscard]] duration pause(time_point now) const;

    /// Changes the highest rate allowed; 0: none.
    void set_ceiling(double per_second, time_point now);

    /// Requests a second, smoothed, as last measured.
    [[nodiscard]] double measured() const;

    /// What the limiter was last set to; 0: not limited.
    [[nodiscard]] double rate() const;

    /// The rate at which the server refuses, once that is known well; 0: it is not.
    [[nodiscard]] double found() const;

    /// What it was when a request left, not long ago; `unlimited` before begin().
    [[nodiscard]] double rate_at(time_point sent_at) const;

private:
    struct counts {
        std::uint64_t sent = 0;
        std::uint64_t lost = 0;
    };

    [[nodiscard]] counts so_far() const noexcept
    {
        return {sent_.load(std::memory_order_relaxed), lost_.load(std::memory_order_relaxed)};
    }
    struct mark {
        time_point when;
        std::uint64_t count;  ///< of requests until then
    };

    /// What was known when nothing got through any more.
    struct silence {
        time_point began;
        std::uint64_t passed;
        double plateau;
        double drop;
    };

    [[nodiscard]] double on_curve(time_point when) const noexcept;
    [[nodiscard]] double grown(time_point now) const noexcept;
    [[nodiscard]] bool is_echo(time_point sent_at, bool got_through) const noexcept;
    void note_silence(time_point now, time_point open_at);
    void end_silence() noexcept;
    [[nodiscard]] double reached(time_point now, time_point sent_at, double borne) const noexcept;
    void begin_curve(double recovery, time_point now, time_point open_at);
    void measure(time_point now);
    /// Requests a second, of the last tenths of a second; infinite where they tell nothing.
    [[nodiscard]] double sent_of_late(time_point now) const noexcept;
    void apply(double per_second, time_point now);

    rate_limiter& limiter_;
    std::atomic<std::uint64_t> sent_{0};
    std::atomic<std::uint64_t> lost_{0};
    std::atomic<std::uint64_t> passed_{0};
    std::atomic<bool> gets_through_{false};
    std::atomic<bool> bears_rate_{false};  // one that left since the last throttle got through
    std::atomic<time_point> throttled_at_{time_point::min()};
    std::atomic<duration::rep> next_update_;

    mutable std::mutex mutex_;
    time_point window_began_;
    counts window_start_;
    double ceiling_;
    double measured_ = 0;
    double asked_ = 0;      // what would be measured if no slot were lost
    double sustained_ = 0;  // measured over some more time, on this curve
    double rate_;
    mark older_mark_;
    mark newer_mark_;
    mark passing_since_;  // the last silence
    std::optional<silence> silence_;

    std::atomic<bool> limits_{false};

    // The curve that the rate follows, from its start on.
    bool throttled_ = false;
    time_point curve_began_;
    double start_ = first_rate;  // the rate at its beginning
    double plateau_ = 0;         // w
    double drop_ = 0;            // d
    double recovery_ = 0;        // k, in seconds
};

}  // namespace jobaudit::policy
