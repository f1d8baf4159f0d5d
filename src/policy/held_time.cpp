#include "policy/held_time.hpp"

#include <algorithm>
#include <limits>

namespace jobaudit::policy {

void held_time::begin_span(ticks now)
{
    if (now <= until_)
        return;
    settled_ += until_ - since_;
    since_ = until_ = now;
}

void held_time::gate_closed(time_point now, time_point until)
{
    const std::lock_guard lock{mutex_};
    begin_span(now.time_since_epoch().count());
    gate_until_ = std::max(gate_until_, until.time_since_epoch().count());
    until_ = std::max(until_, gate_until_);
    publish();
}

void held_time::outage_began(time_point now)
{
    const std::lock_guard lock{mutex_};
    begin_span(now.time_since_epoch().count());
    until_ = std::numeric_limits<ticks>::max();
    publish();
}

void held_time::outage_ended(time_point now)
{
    const std::lock_guard lock{mutex_};
    until_ = std::max({since_, now.time_since_epoch().count(), gate_until_});
    publish();
}

void held_time::publish()
{
    // A sequence lock without fences: a reader that sees any of the new values also sees the odd version
    // before them.
    const std::uint64_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    public_settled_.store(settled_, std::memory_order_release);
    public_since_.store(since_, std::memory_order_release);
    public_until_.store(until_, std::memory_order_release);
    version_.store(version + 2, std::memory_order_release);
}

duration held_time::total(time_point now) const noexcept
{
    for (;;) {
        const std::uint64_t before = version_.load(std::memory_order_acquire);
        if (before == 0)
            return duration::zero();
        const ticks settled = public_settled_.load(std::memory_order_acquire);
        const ticks since = public_since_.load(std::memory_order_acquire);
        const ticks until = public_until_.load(std::memory_order_acquire);
        if (before % 2 == 0 && version_.load(std::memory_order_relaxed) == before) {
            const ticks end = std::min(until, now.time_since_epoch().count());
            return duration{settled + std::max<ticks>(0, end - since)};
        }
    }
}

}  // namespace jobaudit::policy
