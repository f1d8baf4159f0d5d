#pragma once

#include "policy/time.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>

namespace jobaudit::policy {

/// Adds up the time in which a host was not to be asked: behind a closed gate or in an outage, overlapping
/// spans counted once.
///
/// Thread safety: every member may be called concurrently. total() takes no lock; the others are for rare
/// events.
class held_time {
public:
    /// The host is not asked from `now` until at least `until`.
    void gate_closed(time_point now, time_point until);

    void outage_began(time_point now);
    void outage_ended(time_point now);

    /// Time held back until `now`; grows monotonically with it.
    [[nodiscard]] duration total(time_point now) const noexcept;

private:
    using ticks = duration::rep;

    void begin_span(ticks now);
    void publish();

    std::mutex mutex_;
    // The writers' own, under the mutex.
    ticks gate_until_ = 0;
    ticks settled_ = 0;
    ticks since_ = 0;
    ticks until_ = 0;

    // What readers see: consistent when the version was even and the same before and after. Zero: nothing was
    // ever held back.
    std::atomic<std::uint64_t> version_{0};
    std::atomic<ticks> public_settled_{0};
    std::atomic<ticks> public_since_{0};
    std::atomic<ticks> public_until_{0};
};

}  // namespace jobaudit::policy
