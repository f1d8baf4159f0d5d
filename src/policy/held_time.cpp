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
}

void held_time::outage_began(time_point now)
{
    const std::lock_guard lock{mutex_};
    begin_span(now.time_since_epoch().count());
    until_ = std::numeric_limits<ticks>::max();
}

void held_time::outage_ended(time_point now)
{
    const std::lock_guard lock{mutex_};
    until_ = std::max({since_, now.time_since_epoch().count(), gate_until_});
}

duration held_time::total(time_point now) const
{
    const std::lock_guard lock{mutex_};
    const ticks end = std::min(until_, now.time_since_epoch().count());
    return duration{settled_ + std::max<ticks>(0, end - since_)};
}

}  // namespace jobaudit::policy
