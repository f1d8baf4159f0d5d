#pragma once

#include "policy/time.hpp"

#include <mutex>

namespace jobaudit::policy {

/// Adds up the time in which a host was not to be asked: behind a closed gate or in an outage, overlapping
/// spans counted once.
///
/// Thread safety: every member may be called concurrently. Each takes a mutex: total() once a request, the others when
/// a gate closes or an outage begins or ends.
class held_time {
public:
    /// The host is not asked from `now` until at least `until`.
    void gate_closed(time_point now, time_point until);

    void outage_began(time_point now);
    void outage_ended(time_point now);

    /// Time held back until `now`; grows monotonically with it.
    [[nodiscard]] duration total(time_point now) const;

private:
    using ticks = duration::rep;

    void begin_span(ticks now);

    mutable std::mutex mutex_;
    ticks gate_until_ = 0;
    ticks settled_ = 0;  // of the spans before the last one
    ticks since_ = 0;    // the last span
    ticks until_ = 0;
};

}  // namespace jobaudit::policy
