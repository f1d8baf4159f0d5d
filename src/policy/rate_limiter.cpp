#include "policy/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace jobaudit::policy {

namespace {

// A burst of more than a day's requests is no limit any more; keeps the arithmetic in range.
constexpr duration::rep longest_tolerance = duration{std::chrono::hours{24 * 365}}.count();

[[nodiscard]] duration::rep interval_for(double per_second) noexcept
{
    constexpr double slowest = 1.0 / 86400;

    if (!(per_second > 0))
        return 0;
    const double nanoseconds = 1e9 / (std::max(per_second, slowest) * rate_limiter::margin);
    return std::max<duration::rep>(1, static_cast<duration::rep>(std::ceil(nanoseconds)));
}

[[nodiscard]] duration::rep stretched(duration::rep span, duration::rep from, duration::rep to) noexcept
{
    return static_cast<duration::rep>(static_cast<double>(span) * static_cast<double>(to) / static_cast<double>(from));
}

}  // namespace

rate_limiter::rate_limiter(double per_second, unsigned burst) noexcept
    : next_arrival_{time_point::min().time_since_epoch().count()}
    , interval_{interval_for(per_second)}
    , burst_{std::max(burst, 1u)}
{}

time_point rate_limiter::reserve(time_point now) noexcept
{
    const ticks interval = interval_.load(std::memory_order_relaxed);
    if (interval == 0)
        return now;

    const ticks tolerance = std::min(interval, longest_tolerance / burst_) * (burst_ - 1);
    const ticks current = now.time_since_epoch().count();
    ticks arrival = next_arrival_.load(std::memory_order_relaxed);
    for (;;) {
        // A plan that is behind by little is caught up with; after a real pause it starts anew.
        const ticks planned = arrival >= current - max_lag.count() ? arrival : current;
        if (next_arrival_.compare_exchange_weak(arrival, planned + interval, std::memory_order_relaxed))
            return time_point{duration{std::max(current, planned - tolerance)}};
    }
}

void rate_limiter::set_rate(double per_second, time_point now) noexcept
{
    const ticks to = interval_for(per_second);
    const ticks from = interval_.exchange(to, std::memory_order_relaxed);
    if (from == to || from == 0 || to == 0)
        return;

    const ticks current = now.time_since_epoch().count();
    ticks arrival = next_arrival_.load(std::memory_order_relaxed);
    while (arrival > current &&
           !next_arrival_.compare_exchange_weak(arrival, current + stretched(arrival - current, from, to),
                                                std::memory_order_relaxed)) {
    }
}

time_point rate_limiter::moved(time_point slot, duration interval_then, time_point now) const noexcept
{
    const ticks interval = interval_.load(std::memory_order_relaxed);
    if (slot <= now || interval_then.count() == 0 || interval == interval_then.count())
        return slot;
    return now + duration{stretched((slot - now).count(), interval_then.count(), interval)};
}

}  // namespace jobaudit::policy
