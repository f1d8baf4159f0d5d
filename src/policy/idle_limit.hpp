#pragma once

#include "policy/time.hpp"

namespace jobaudit::policy {

/// How long a connection may be idle and still be trusted to be open at the peer, learnt from those that were not: a
/// peer's idle limit is no longer than the last one that it closed had been idle. A request that is sent at that very
/// moment is lost, and its replacement takes a slot of the rate.
///
/// Now and then one that is not trusted is to be used all the same, so that a peer whose limit is longer by now, or who
/// closed that one for another reason, is believed again. Not thread-safe.
class idle_limit {
public:
    /// No server is set up to close what has been idle for less: one that was closed sooner tells of something else.
    static constexpr duration shortest = std::chrono::milliseconds{500};
    static constexpr unsigned trial_interval = 20;

    /// How long one may be idle whose peer closes it after `timeout`: the request has a way to go.
    [[nodiscard]] static constexpr duration kept_within(duration timeout) noexcept { return timeout - timeout / 5; }

    /// Whether one that has been idle for so long is to be used. To be asked once for each that might be.
    [[nodiscard]] bool is_trusted(duration idle) noexcept
    {
        return idle < trusted_ || ++distrusted_ % trial_interval == 0;
    }

    /// The peer closed one that had been idle for so long, as far as that was noticed.
    void note_closed(duration idle) noexcept
    {
        // The moment at which it was noticed may be later than that at which it was closed.
        if (idle >= shortest)
            trusted_ = kept_within(idle);
    }

    /// One that had been idle for so long still carried a request and its answer.
    void note_open(duration idle) noexcept
    {
        if (idle >= trusted_)
            trusted_ = duration::max();
    }

private:
    duration trusted_ = duration::max();
    unsigned distrusted_ = 0;
};

}  // namespace jobaudit::policy
