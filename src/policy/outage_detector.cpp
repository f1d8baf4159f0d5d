#include "policy/outage_detector.hpp"

#include "policy/backoff.hpp"

#include <algorithm>

namespace jobaudit::policy {

namespace {

constexpr duration first_pause = std::chrono::milliseconds{250};

}  // namespace

outage_detector::failure outage_detector::note_failure(time_point now, const sign& what)
{
    const std::lock_guard lock{mutex_};
    last_failure_.error = what.error;
    last_failure_.message = what.message;
    if (active()) {
        if (what.probe)
            schedule_probe(now);
        return {streak_, true, what.suspect};
    }

    const bool failed_alone =
        what.earlier_streak != 0 && what.earlier_streak != streak_ && !has_tripped(what.earlier_streak);
    const bool suspect = what.suspect || failed_alone;
    extend_streak(now, what, suspect);
    if (what.error == errc::local_shortage || (counted_ >= failures_to_trip && several_connections_))
        trip(now);
    return {streak_, active(), suspect};
}

void outage_detector::extend_streak(time_point now, const sign& what, bool suspect)
{
    if (streak_length_.fetch_add(1, std::memory_order_relaxed) == 0)
        streak_began_ = now;
    if (suspect)
        return;
    if (counted_ == 0)
        first_connection_ = what.connection;
    else if (what.connection == 0 || what.connection != first_connection_)
        several_connections_ = true;
    ++counted_;
}

void outage_detector::trip(time_point now)
{
    outage_began_ = streak_began_;
    tripped_[trips_++ % tripped_.size()] = streak_;
    last_tripped_.store(streak_, std::memory_order_relaxed);
    probes_ = 0;
    schedule_probe(now);
    held_.outage_began(now);
    active_.store(true, std::memory_order_release);
}

void outage_detector::schedule_probe(time_point now)
{
    const duration pause = std::max(shortest_pause, full_jitter(random_, first_pause, longest_pause, probes_++));
    next_probe_at_.store((now + pause).time_since_epoch().count(), std::memory_order_release);
}

void outage_detector::end_streak(time_point now)
{
    const std::lock_guard lock{mutex_};
    if (streak_length_.load(std::memory_order_relaxed) == 0)
        return;
    streak_length_.store(0, std::memory_order_relaxed);
    ++streak_;
    counted_ = 0;
    several_connections_ = false;
    if (!active())
        return;
    next_probe_at_.store(time_point::max().time_since_epoch().count(), std::memory_order_relaxed);
    held_.outage_ended(now);
    active_.store(false, std::memory_order_release);
    ended_.fetch_add(1, std::memory_order_release);
}

bool outage_detector::tripped(std::uint64_t streak) const
{
    if (streak > last_tripped_.load(std::memory_order_relaxed))
        return false;
    const std::lock_guard lock{mutex_};
    return has_tripped(streak);
}

bool outage_detector::has_tripped(std::uint64_t streak) const
{
    return streak != 0 && std::find(tripped_.begin(), tripped_.end(), streak) != tripped_.end();
}

bool outage_detector::try_begin_probe(time_point now) noexcept
{
    duration::rep due = next_probe_at_.load(std::memory_order_acquire);
    while (due <= now.time_since_epoch().count()) {
        if (next_probe_at_.compare_exchange_weak(due, time_point::max().time_since_epoch().count(),
                                                 std::memory_order_acq_rel))
            return true;
    }
    return false;
}

void outage_detector::release_probe(time_point now) noexcept
{
    const std::lock_guard lock{mutex_};
    if (active())
        next_probe_at_.store(now.time_since_epoch().count(), std::memory_order_release);
}

time_point outage_detector::began_at() const
{
    const std::lock_guard lock{mutex_};
    return outage_began_;
}

outage_detector::report outage_detector::last_failure() const
{
    const std::lock_guard lock{mutex_};
    return last_failure_;
}

}  // namespace jobaudit::policy
