#include "policy/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace jobaudit::policy {

namespace {

// A burst of more than a day's requests is no limit any more; keeps the arithmetic in range.
constexpr duration::rep longest_tolerance = duration{std::chrono::hours{24 * 365}}.count();

// Between slots that do not move when the rate grows a little.
constexpr duration::rep longest_unmoved = duration{std::chrono::seconds{1}}.count();

constexpr duration::rep long_ago = -(duration::rep{1} << 58);

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
    constexpr double farthest = 4.0 * static_cast<double>(longest_tolerance);
    const double wanted = static_cast<double>(span) * static_cast<double>(to) / static_cast<double>(from);
    return static_cast<duration::rep>(std::min(wanted, farthest));
}

}  // namespace

rate_limiter::rate_limiter(double per_second, unsigned burst) noexcept
    : line_{make_line(long_ago, 0)}, last_sent_{long_ago}, last_late_{long_ago}, burst_{std::max(burst, 1u)}
{
    intervals_[0].store(interval_for(per_second), std::memory_order_relaxed);
}

rate_limiter::slot rate_limiter::reserve(time_point now, duration lag)
{
    if (has_returned_.load(std::memory_order_acquire))
        if (const auto returned = take_returned(now))
            return *returned;
    const ticks current = now.time_since_epoch().count();
    // In front of the line: a slot that a late use in between made void is not taken for one behind it.
    const time_point late = last_late();
    line word = line_.load(std::memory_order_acquire);
    for (;;) {
        const ticks interval = interval_in(word);
        if (interval == 0)
            return {now, now, duration::zero(), late};
        // A plan that is behind by little is caught up with; after a real pause it starts anew.
        const ticks arrival = arrival_in(word);
        const ticks planned = arrival >= current - lag.count() ? arrival : current;
        if (line_.compare_exchange_weak(word, make_line(planned + interval, pace_of(word)), std::memory_order_acq_rel,
                                        std::memory_order_acquire)) {
            const time_point at{duration{std::max(current, planned - tolerance(interval))}};
            return {at, time_point{duration{planned}}, duration{interval}, late};
        }
    }
}

void rate_limiter::give_back(const slot& unused)
{
    if (unused.interval == duration::zero())
        return;
    const std::lock_guard lock{returning_};
    returned_.push_back(unused);
    has_returned_.store(true, std::memory_order_release);
}

std::optional<rate_limiter::slot> rate_limiter::take_returned(time_point now)
{
    const std::lock_guard lock{returning_};
    std::optional<slot> first;
    std::size_t kept = 0;
    for (const auto& each : returned_) {
        auto current = unlimited() ? std::nullopt : moved(each, now);
        if (!current || now > current->latest())
            continue;
        if (!first || current->at < first->at)
            std::swap(first, current);
        if (current)
            returned_[kept++] = *current;
    }
    returned_.resize(kept);
    has_returned_.store(kept != 0, std::memory_order_release);
    return first;
}

bool rate_limiter::use_late(const slot& passed, time_point started, time_point now) noexcept
{
    const ticks current = now.time_since_epoch().count();
    ticks last = last_sent_.load(std::memory_order_relaxed);
    if (is_void(passed) || last > started.time_since_epoch().count() ||
        !last_sent_.compare_exchange_strong(last, current, std::memory_order_relaxed))
        return false;
    // Where all that was reserved is void by that, the line is empty again. With a burst it is ahead also by what has
    // left already, and that is not given back.
    line word = line_.load(std::memory_order_acquire);
    while (arrival_in(word) < current + 2 * interval_in(word)) {
        const ticks anew = std::max(burst_ > 1 ? arrival_in(word) : current, current + interval_in(word));
        if (line_.compare_exchange_weak(word, make_line(anew, pace_of(word)), std::memory_order_acq_rel,
                                        std::memory_order_acquire))
            break;
    }
    // Behind the line: who sees it reserves behind the late use.
    last_late_.store(current, std::memory_order_release);
    return true;
}

bool rate_limiter::has_short_line(time_point now) const noexcept
{
    const line word = line_.load(std::memory_order_acquire);
    return arrival_in(word) < now.time_since_epoch().count() + 2 * interval_in(word);
}

bool rate_limiter::is_void(const slot& reserved) const noexcept { return is_void(reserved, last_late()); }

bool rate_limiter::is_void(const slot& reserved, time_point late) noexcept
{
    // Each late use is looked at once, at the pace of then: moved slots are closer together, or farther apart.
    return late != reserved.late && reserved.planned < late + reserved.interval;
}

time_point rate_limiter::last_late() const noexcept
{
    return time_point{duration{last_late_.load(std::memory_order_acquire)}};
}

rate_limiter::ticks rate_limiter::tolerance(ticks interval) const noexcept
{
    return std::min(interval, longest_tolerance / burst_) * (burst_ - 1);
}

void rate_limiter::set_rate(double per_second, time_point now)
{
    const std::lock_guard lock{changing_};
    const ticks current = now.time_since_epoch().count();
    line word = line_.load(std::memory_order_acquire);
    const ticks from = interval_in(word);
    const ticks to = interval_for(per_second);
    const std::size_t pace = (pace_of(word) + 1) % paces;
    intervals_[pace].store(to, std::memory_order_relaxed);
    ticks arrival = 0;
    do {
        arrival = arrival_in(word);
        if (arrival > current)
            arrival = current + moved_by(arrival - current, from, to);
    } while (!line_.compare_exchange_weak(word, make_line(arrival, pace), std::memory_order_acq_rel,
                                          std::memory_order_acquire));
}

rate_limiter::ticks rate_limiter::moved_by(ticks ahead, ticks from, ticks to) const noexcept
{
    // Without a limit nobody stands in line.
    if (from == 0 || to == 0)
        return 0;
    // A little sooner is not worth it where that is soon: schedulers that notice the change at different times would
    // move their slots onto each other.
    const bool is_little = burst_ == 1 && to < from && to >= from / 2 && from <= longest_unmoved;
    return from == to || is_little ? ahead : stretched(ahead, from, to);
}

std::optional<rate_limiter::slot> rate_limiter::moved(const slot& reserved, time_point now) const noexcept
{
    const time_point late = last_late();
    if (is_void(reserved, late))
        return std::nullopt;
    const duration current = interval();
    if (reserved.at <= now)
        return slot{reserved.at, reserved.planned, current, late};
    const ticks ahead = moved_by((reserved.at - now).count(), reserved.interval.count(), current.count());
    const time_point at = now + duration{ahead};
    return slot{at, at + duration{tolerance(current.count())}, current, late};
}

}  // namespace jobaudit::policy
