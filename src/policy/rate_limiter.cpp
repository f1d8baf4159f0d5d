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
    , last_sent_{next_arrival_.load()}
    , begins_at_{next_arrival_.load()}
    , burst_{std::max(burst, 1u)}
{}

time_point rate_limiter::reserve(time_point now, duration lag) noexcept
{
    const ticks interval = interval_.load(std::memory_order_relaxed);
    if (interval == 0)
        return now;

    const ticks early = tolerance(interval);
    const ticks current = now.time_since_epoch().count();
    ticks arrival = next_arrival_.load(std::memory_order_relaxed);
    for (;;) {
        // A plan that is behind by little is caught up with; after a real pause it starts anew.
        const ticks planned = arrival >= current - lag.count() ? arrival : current;
        if (next_arrival_.compare_exchange_weak(arrival, planned + interval, std::memory_order_relaxed))
            return time_point{duration{std::max(current, planned - early)}};
    }
}

bool rate_limiter::use_late(time_point slot, time_point now) noexcept
{
    const ticks current = now.time_since_epoch().count();
    ticks last = last_sent_.load(std::memory_order_relaxed);
    if (last > slot.time_since_epoch().count() ||
        !last_sent_.compare_exchange_strong(last, current, std::memory_order_relaxed))
        return false;
    const ticks interval = interval_.load(std::memory_order_relaxed);
    const ticks next = current + interval;
    ticks arrival = next_arrival_.load(std::memory_order_relaxed);
    while (arrival < next && !next_arrival_.compare_exchange_weak(arrival, next, std::memory_order_relaxed)) {
    }
    begins_at_.store(next - tolerance(interval), std::memory_order_relaxed);
    return true;
}

rate_limiter::ticks rate_limiter::tolerance(ticks interval) const noexcept
{
    return std::min(interval, longest_tolerance / burst_) * (burst_ - 1);
}

void rate_limiter::set_rate(double per_second, time_point now) noexcept
{
    const ticks to = interval_for(per_second);
    const ticks from = interval_.exchange(to, std::memory_order_relaxed);
    if (!moves_line(from, to))
        return;

    const ticks current = now.time_since_epoch().count();
    ticks arrival = next_arrival_.load(std::memory_order_relaxed);
    while (arrival > current &&
           !next_arrival_.compare_exchange_weak(arrival, current + stretched(arrival - current, from, to),
                                                std::memory_order_relaxed)) {
    }
}

bool rate_limiter::moves_line(ticks from, ticks to) const noexcept
{
    // A little sooner is not worth it: schedulers that notice the change at different times would move their slots onto
    // each other.
    const bool is_little = burst_ == 1 && to < from && to >= from / 2;
    return from != 0 && to != 0 && from != to && !is_little;
}

time_point rate_limiter::moved(time_point slot, duration interval_then, time_point now) const noexcept
{
    const ticks interval = interval_.load(std::memory_order_relaxed);
    if (slot <= now || !moves_line(interval_then.count(), interval))
        return slot;
    return now + duration{stretched((slot - now).count(), interval_then.count(), interval)};
}

}  // namespace jobaudit::policy
