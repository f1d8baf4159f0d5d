#include "policy/adaptive_rate.hpp"

#include <algorithm>
#include <cmath>

namespace jobaudit::policy {

namespace {

// The figures of the AWS SDKs' adaptive mode.
constexpr double beta = 0.7;
constexpr double scale = 0.4;
constexpr double smoothing = 0.8;
constexpr double slowest = 0.5;
constexpr duration measuring_window = std::chrono::milliseconds{500};

constexpr duration between_updates = std::chrono::milliseconds{100};
// A window this long held a pause that was none of the requests' doing.
constexpr duration longest_window = std::chrono::seconds{2};
// The limiter is left alone for less, so that slots in line are not moved all the time.
constexpr double worthwhile_change = 0.01;

[[nodiscard]] double seconds(duration span) noexcept { return std::chrono::duration<double>{span}.count(); }

}  // namespace

adaptive_rate::adaptive_rate(rate_limiter& limiter, double ceiling, time_point now) noexcept
    : limiter_{limiter}
    , next_update_{now.time_since_epoch().count()}
    , window_began_{now}
    , ceiling_{ceiling}
    , rate_{ceiling}
{}

void adaptive_rate::note_success(time_point now)
{
    if (now.time_since_epoch().count() < next_update_.load(std::memory_order_relaxed))
        return;
    const std::unique_lock lock{mutex_, std::try_to_lock};
    if (!lock.owns_lock())
        return;
    next_update_.store((now + between_updates).time_since_epoch().count(), std::memory_order_relaxed);
    if (now - window_began_ >= measuring_window)
        measure(now);
    if (throttled_)
        apply(grown(now), now);
}

double adaptive_rate::grown(time_point now) const noexcept
{
    const double plateau_after = std::cbrt((1 - beta) * rate_at_throttle_ / scale);
    const double since_plateau = seconds(now - throttled_at_) - plateau_after;
    const double cubic = scale * since_plateau * since_plateau * since_plateau + rate_at_throttle_;
    return measured_ > 0 ? std::min(cubic, 2 * measured_) : cubic;
}

void adaptive_rate::note_throttle(time_point now)
{
    const std::lock_guard lock{mutex_};
    if (now - window_began_ >= measuring_window || measured_ <= 0)
        measure(now);
    rate_at_throttle_ = rate_ > 0 ? std::min(rate_, measured_) : measured_;
    throttled_at_ = now;
    throttled_ = true;
    apply(beta * rate_at_throttle_, now);
}

void adaptive_rate::set_ceiling(double per_second, time_point now)
{
    const std::lock_guard lock{mutex_};
    ceiling_ = per_second;
    if (throttled_) {
        apply(rate_, now);
    } else {
        rate_ = per_second;
        limiter_.set_rate(per_second, now);
    }
}

void adaptive_rate::measure(time_point now)
{
    const std::uint64_t sent = sent_.load(std::memory_order_relaxed);
    const duration window = now - window_began_;
    if (window > duration::zero() && (window <= longest_window || measured_ <= 0)) {
        const double current = static_cast<double>(sent - window_sent_) / seconds(window);
        measured_ = measured_ > 0 ? smoothing * current + (1 - smoothing) * measured_ : current;
    }
    window_began_ = now;
    window_sent_ = sent;
}

void adaptive_rate::apply(double per_second, time_point now)
{
    const double wanted = std::max(per_second, slowest);
    const double next = ceiling_ > 0 ? std::min(wanted, ceiling_) : wanted;
    if (rate_ > 0 && next != ceiling_ && std::abs(next - rate_) < worthwhile_change * rate_)
        return;
    if (next == rate_)
        return;
    rate_ = next;
    limiter_.set_rate(next, now);
}

double adaptive_rate::measured() const
{
    const std::lock_guard lock{mutex_};
    return measured_;
}

double adaptive_rate::rate() const
{
    const std::lock_guard lock{mutex_};
    return rate_;
}

}  // namespace jobaudit::policy
