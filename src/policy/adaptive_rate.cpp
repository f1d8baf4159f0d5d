#include "policy/adaptive_rate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace jobaudit::policy {

namespace {

// Of the AWS SDKs' adaptive mode.
constexpr double smoothing = 0.8;
constexpr double slowest = 0.5;
constexpr duration measuring_window = std::chrono::milliseconds{500};
constexpr duration measuring_window_at_start = std::chrono::milliseconds{200};

// At the end of the search the rate may be at twice the limit.
constexpr double largest_drop = 0.5;
constexpr double smallest_drop = 0.08;
constexpr double settled_drop = 0.2;
// A throttle below this much growth came at once.
constexpr double real_growth = 1.04;
constexpr double search_factor = 1.5;
constexpr double search_step = 0.2;  // seconds
// The recovery's length is this over the drop.
constexpr double recovery_scale = 0.6;
constexpr double shortest_recovery = 2;  // seconds
// With a pause at each throttle, the time between them that makes the pauses bearable: while the limit is not yet known
// well, and later.
constexpr double recovery_per_pause = 14;
constexpr double settled_recovery_per_pause = 45;

// What gets through is a little less than the limit where it saved up nothing for some time.
constexpr double most_above_borne = 1.1;

constexpr duration between_updates = std::chrono::milliseconds{50};
// What was sent just now is counted over one to two of these; over much more it says nothing about now.
constexpr duration between_marks = std::chrono::milliseconds{100};
constexpr duration oldest_mark = 3 * between_marks;
// In the search the rate may be so far above its mean over the time that is counted.
constexpr double growth_while_counting = 1.25;
constexpr duration longest_window = std::chrono::seconds{10};
constexpr std::uint64_t enough_to_measure = 10;
constexpr duration telling_time = std::chrono::seconds{2};
// The limiter is left alone for less, so that slots in line are not moved all the time.
constexpr double worthwhile_change = 0.005;

[[nodiscard]] double seconds(duration span) noexcept { return std::chrono::duration<double>{span}.count(); }

[[nodiscard]] double smoothed(double before, double current) noexcept
{
    return before > 0 ? smoothing * current + (1 - smoothing) * before : current;
}

}  // namespace

adaptive_rate::adaptive_rate(rate_limiter& limiter, double ceiling, time_point now) noexcept
    : limiter_{limiter}
    , next_update_{now.time_since_epoch().count()}
    , window_began_{now}
    , ceiling_{ceiling}
    , rate_{ceiling}
    , older_mark_{now, 0}
    , newer_mark_{now, 0}
    , curve_began_{now}
{}

void adaptive_rate::begin(time_point now, double from, time_point open_at)
{
    const std::lock_guard lock{mutex_};
    limits_ = true;
    throttled_ = false;
    drop_ = 0;
    curve_began_ = std::max(now, open_at);
    start_ = from > 0 ? std::max(from, slowest) : first_rate;
    apply(start_, now);
}

void adaptive_rate::note_success(time_point now)
{
    if (!gets_through())
        gets_through_.store(true, std::memory_order_relaxed);
    if (now.time_since_epoch().count() < next_update_.load(std::memory_order_relaxed))
        return;
    const std::unique_lock lock{mutex_, std::try_to_lock};
    if (!lock.owns_lock())
        return;
    next_update_.store((now + between_updates).time_since_epoch().count(), std::memory_order_relaxed);
    measure(now);
    if (now - newer_mark_.when >= between_marks)
        older_mark_ = std::exchange(newer_mark_, {now, sent_.load(std::memory_order_relaxed)});
    // Echoes of the time before a pause.
    if (limits() && now >= curve_began_)
        apply(grown(now), now);
}

double adaptive_rate::on_curve(time_point when) const noexcept
{
    const double passed = std::max(0.0, seconds(when - curve_began_));
    if (!throttled_)
        return start_ * std::pow(search_factor, passed / search_step);
    const double behind = 1 - passed / recovery_;
    return plateau_ * (1 - drop_ * behind * behind * behind);
}

double adaptive_rate::grown(time_point now) const noexcept
{
    return asked_ > 0 ? std::max(rate_, std::min(on_curve(now), 2 * asked_)) : on_curve(now);
}

void adaptive_rate::note_throttle(time_point now, time_point sent_at, time_point open_at, double borne)
{
    const std::lock_guard lock{mutex_};
    gets_through_.store(false, std::memory_order_relaxed);
    measure(now);
    // An echo of what has been answered by a slower rate already; the first request at that rate finds the server's
    // bucket as the faster ones left it.
    if (throttled_ && sent_at < throttled_at_ + limiter_.interval()) {
        curve_began_ = std::max(curve_began_, open_at);
        return;
    }
    throttled_at_ = now;
    limits_ = true;
    double reached = std::min(rate_, on_curve(sent_at));
    // What the curve allowed was not the rate where there was too little to send, or too few lanes to send it on.
    if (!throttled_)
        reached = std::min(reached, growth_while_counting * sent_of_late(now));
    else if (now - curve_began_ >= telling_time && measured_ > 0)
        reached = std::min(reached, search_factor * measured_);
    if (borne > 0)
        reached = std::min(reached, most_above_borne * borne);
    const bool at_once = throttled_ && reached < real_growth * start_;
    const double pause = seconds(open_at - now);
    if (!throttled_)
        drop_ = largest_drop;
    else if (!at_once)
        drop_ = std::max(drop_ / 3, smallest_drop);
    throttled_ = true;

    plateau_ = std::max(at_once ? (1 - drop_ / 3) * reached : reached, slowest);
    const double pauses = drop_ < settled_drop && !at_once ? settled_recovery_per_pause : recovery_per_pause;
    recovery_ = std::max(at_once ? shortest_recovery : recovery_scale / drop_, pauses * pause);
    curve_began_ = open_at;
    window_began_ = open_at;
    window_start_ = so_far();
    apply((1 - drop_) * plateau_, now);
    start_ = rate_;
}

void adaptive_rate::set_ceiling(double per_second, time_point now)
{
    const std::lock_guard lock{mutex_};
    ceiling_ = per_second;
    if (limits())
        return apply(rate_ > 0 ? rate_ : first_rate, now);
    rate_ = ceiling_;
    limiter_.set_rate(per_second, now);
}

void adaptive_rate::measure(time_point now)
{
    const counts current = so_far();
    const std::uint64_t sent = current.sent - window_start_.sent;
    const std::uint64_t lost = current.lost - window_start_.lost;
    const duration window = now - window_began_;
    const bool is_short = window < (throttled_ ? measuring_window : measuring_window_at_start);
    if (is_short || (sent < enough_to_measure && window < longest_window))
        return;
    measured_ = smoothed(measured_, static_cast<double>(sent) / seconds(window));
    asked_ = smoothed(asked_, static_cast<double>(sent + lost) / seconds(window));
    window_began_ = now;
    window_start_ = current;
}

double adaptive_rate::sent_of_late(time_point now) const noexcept
{
    const std::uint64_t sent = sent_.load(std::memory_order_relaxed) - older_mark_.sent;
    const duration span = now - older_mark_.when;
    // `now` was read before the mutex was taken: another thread's mark may be younger.
    const bool tells = sent >= enough_to_measure && span > duration::zero() && span <= oldest_mark;
    return tells ? static_cast<double>(sent) / seconds(span) : unlimited;
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

double adaptive_rate::found() const
{
    const std::lock_guard lock{mutex_};
    return throttled_ && drop_ < settled_drop ? plateau_ : 0;
}

double adaptive_rate::rate_at(time_point sent_at) const
{
    const std::lock_guard lock{mutex_};
    return limits() ? std::min(rate_, on_curve(sent_at)) : unlimited;
}

}  // namespace jobaudit::policy
