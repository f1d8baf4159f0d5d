#pragma once

#include "policy/time.hpp"

#include <cstdint>

namespace jobaudit::policy {

/// Tells how long an event loop may leave its sockets alone, so that the next look at them finds more at once: what a
/// network card does with its interrupts. A loop that is a little faster than the server looks for each answer alone,
/// and spends on looking what it has gained.
///
/// It pauses for a sixteenth of the time that a request is under way, which by Little's law (L = λW) is the number in
/// flight times the time between two answers: where the server decides the pace, its queue hides the pause, and where
/// the way to it does, a request takes a thirtieth longer. It does not pause at all where there is little to be gained
/// (answers come one at a time anyway) and where the loop itself is what is late.
///
/// Thread safety: none.
class event_coalescing {
public:
    static constexpr duration longest_pause = std::chrono::milliseconds{1};
    /// With fewer in flight, a pause would gather next to nothing.
    static constexpr std::uint64_t least_in_flight = 32;
    /// Answers that are further apart leave the loop idle for most of the time.
    static constexpr duration widest_spacing = std::chrono::microseconds{50};

    /// After a look at `now`, when `in_flight` requests are under way and `answered` were answered since ever.
    [[nodiscard]] duration pause_after_look(time_point now, std::uint64_t in_flight, std::uint64_t answered) noexcept;

private:
    time_point last_look_{};
    std::uint64_t answered_ = 0;
    duration spacing_ = 2 * widest_spacing;  // between two answers, smoothed
};

}  // namespace jobaudit::policy
