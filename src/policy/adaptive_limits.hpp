#pragma once

#include "policy/adaptive_concurrency.hpp"
#include "policy/adaptive_rate.hpp"
#include "policy/background_refusals.hpp"
#include "policy/time.hpp"

#include <cstdint>
#include <mutex>

namespace jobaudit::policy {

/// What a refusal goes by.
enum class refusal_cause : std::uint8_t {
    concurrency,  ///< the requests at a time: fewer are let out already
    rate,         ///< the requests a second: adaptive_rate::note_throttle should follow
    nothing       ///< neither: a lower rate would help nobody
};

/// Finds what a server bears from what it refuses. The first refusals are taken for a limit of requests at a time, as
/// that shows at once whether it is one; then for a limit of requests a second; and where they go on at rates that got
/// through before, for none.
///
/// Thread safety: every member may be called concurrently.
class adaptive_limits {
public:
    /// Steers `limiter`, which must outlive this, from the first refusal on. `ceiling` is in requests a second; 0:
    /// none.
    adaptive_limits(rate_limiter& limiter, double ceiling, time_point now) noexcept : rate{limiter, ceiling, now} {}

    adaptive_concurrency concurrency;
    adaptive_rate rate;

    /// A request that left at `sent_at` was let through.
    void note_success(time_point now, time_point sent_at, const adaptive_concurrency::place& where);

    /// A request that left at `sent_at` was refused, and the server wants not to be asked for `pause` because of that.
    /// After the end() of that request.
    [[nodiscard]] refusal_cause note_refusal(time_point now, time_point sent_at,
                                             const adaptive_concurrency::place& where, duration pause);

    /// So many of the refusals were due to their job alone. Where there were no others, what limits the requests is
    /// forgotten.
    void disregard(unsigned refusals, time_point now);

    /// The most that got through while others were refused, in requests a second; 0: not known.
    [[nodiscard]] double borne() const;

private:
    void lift(time_point now);
    void begin_with_rate(time_point now, duration pause);

    mutable std::mutex mutex_;
    bool is_rate_ = false;
    std::uint64_t refusals_ = 0;  // that count
    background_refusals background_;
};

}  // namespace jobaudit::policy
