#include "policy/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace jobaudit::policy {

namespace {

// A burst of more than a day's requests is no limit any more; keeps the arithmetic in range.
constexpr duration::rep longest_tolerance = duration{std::chrono::hours{24 * 365}}.count();

constexpr duration::rep long_ago = -(duration::rep{1} << 58);

[[nodiscard]] duration::rep interval_for(double per_second) noexcept
{
    constexpr double slowest = 1.0 / 86400;

    if (!(per_second > 0))
        return 0;
    const double nanoseconds = 1e9 / (std::max(per_second, slowest) * rate_limiter::margin);
    return std::max<duration::rep>(1, static_cast<duration::rep>(std::ceil(nanoseconds)));
}

/// The time that so many slots take.
[[nodiscard]] duration::rep time_of(double slots, duration::rep interval) noexcept
{
    constexpr double farthest = 4.0 * static_cast<double>(longest_tolerance);
    return static_cast<duration::rep>(std::clamp(slots * static_cast<double>(interval), -farthest, farthest));
}

[[nodiscard]] double slots_in(duration::rep time, duration::rep interval) noexcept
{
    return static_cast<double>(time) / static_cast<double>(interval);
}

}  // namespace

rate_limiter::rate_limiter(double per_second, unsigned burst) noexcept
    : interval_{interval_for(per_second)}, arrival_{long_ago}, burst_{std::max(burst, 1u)}
{}

rate_limiter::slot rate_limiter::reserve(time_point now, duration lag)
{
    const std::lock_guard lock{mutex_};
    if (unlimited())
        return {-1, now, now};
    const ticks current = now.time_since_epoch().count();
    if (const auto returned = take_returned(current, lag))
        return *returned;
    // A plan that is behind by little is caught up with; after a real pause it starts anew.
    if (arrival_ < current - lag.count())
        begin_anew(current);
    arrival_ += interval().count();
    return slot_of(next_++, current);
}

void rate_limiter::give_back(const slot& unused)
{
    if (unused.number < 0)
        return;
    const std::lock_guard lock{mutex_};
    returned_.push_back(unused);
}

std::optional<rate_limiter::slot> rate_limiter::take_returned(ticks current, duration lag)
{
    std::erase_if(returned_, [&](slot& each) {
        each = slot_of(each.number, current);
        return each.planned.time_since_epoch().count() < current - lag.count();
    });
    const auto first = std::min_element(returned_.begin(), returned_.end(),
                                        [](const slot& a, const slot& b) { return a.number < b.number; });
    if (first == returned_.end())
        return std::nullopt;
    const slot taken = *first;
    returned_.erase(first);
    return taken;
}

std::optional<rate_limiter::slot> rate_limiter::moved(const slot& reserved, time_point now) const
{
    const std::lock_guard lock{mutex_};
    const ticks current = now.time_since_epoch().count();
    if (reserved.number < 0 || unlimited())
        return std::nullopt;
    const slot placed = slot_of(reserved.number, current);
    return is_lost(placed, current) ? std::nullopt : std::optional{placed};
}

bool rate_limiter::leave(const slot& reserved, time_point now)
{
    const std::lock_guard lock{mutex_};
    const ticks current = now.time_since_epoch().count();
    if (unlimited())
        return true;
    const slot placed = slot_of(reserved.number, current);
    if (reserved.number < 0 || is_lost(placed, current))
        return false;
    // Back by less than an interval: no slot that has come is ahead again.
    if (now > placed.planned + max_delay) {
        const double place = std::max(static_cast<double>(reserved.number), last_used_);
        arrival_ = current + time_of(static_cast<double>(next_) - place, interval().count());
    }
    last_used_ = std::max(last_used_, place_at(current));
    return true;
}

void rate_limiter::set_rate(double per_second, time_point now)
{
    const std::lock_guard lock{mutex_};
    const ticks current = now.time_since_epoch().count();
    const ticks from = interval().count();
    const ticks to = interval_for(per_second);
    interval_.store(to, std::memory_order_relaxed);
    if (from == 0 || to == 0) {
        last_used_ = static_cast<double>(next_);
        arrival_ = long_ago;
        return;
    }
    if (arrival_ < current - max_lag.count())
        begin_anew(current);
    arrival_ = current + time_of(slots_in(arrival_ - current, from), to);
}

// The time since the line came to its end has not passed for the slots in it: they keep their distances.
void rate_limiter::begin_anew(ticks current) noexcept
{
    next_ = std::max(next_, static_cast<std::int64_t>(std::ceil(last_used_)));
    arrival_ = current;
}

rate_limiter::slot rate_limiter::slot_of(std::int64_t number, ticks current) const noexcept
{
    const ticks planned = arrival_ - time_of(static_cast<double>(next_ - number), interval().count());
    return {number, time_point{duration{std::max(current, planned - tolerance())}}, time_point{duration{planned}}};
}

// Moving the line by no more than an interval costs those behind it no more than the slot is worth.
bool rate_limiter::is_lost(const slot& placed, ticks current) const noexcept
{
    const ticks late = current - placed.planned.time_since_epoch().count();
    return late > max_delay.count() &&
           (late >= interval().count() ||
            last_used_ > static_cast<double>(placed.number) + slots_in(max_delay.count(), interval().count()));
}

double rate_limiter::place_at(ticks current) const noexcept
{
    return static_cast<double>(next_) - slots_in(arrival_ - current, interval().count());
}

rate_limiter::ticks rate_limiter::tolerance() const noexcept
{
    return std::min(interval().count(), longest_tolerance / burst_) * (burst_ - 1);
}

}  // namespace jobaudit::policy
