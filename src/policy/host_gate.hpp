#pragma once

#include "policy/held_time.hpp"
#include "policy/random.hpp"
#include "policy/time.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

namespace jobaudit::policy {

/// Closed while a host does not want to be asked: after a 429, or a 503 with Retry-After.
///
/// One throttling event usually reaches several attempts in flight. Those that started before the gate closed
/// are told apart by the epoch they started in, and count as the same event.
///
/// Thread safety: every member may be called concurrently; only throttled() and recovered() take a mutex.
class host_gate {
public:
    static constexpr duration first_pause = std::chrono::seconds{1};  ///< when the server names no time; doubles
    static constexpr duration longest_pause = std::chrono::seconds{60};

    /// `held` learns when the gate is closed; it must outlive this.
    host_gate(held_time& held, std::uint64_t seed) noexcept : held_{held}, random_{seed} {}

    /// Grows with each throttling event. Attempts keep the one in which they started.
    [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_.load(std::memory_order_acquire); }

    /// When the gate opens, or did; the clock's least time when it never was closed.
    [[nodiscard]] time_point open_at() const noexcept
    {
        return time_point{duration{open_at_.load(std::memory_order_acquire)}};
    }
    /// Until when the server has asked to be left alone; the gate may stay closed a little longer, or for itself.
    [[nodiscard]] time_point asked_until() const noexcept
    {
        return time_point{duration{asked_until_.load(std::memory_order_acquire)}};
    }
    [[nodiscard]] bool closed(time_point now) const noexcept { return now < open_at(); }

    /// Takes what a throttled attempt was told; true when that is a new event and not one more echo of the
    /// last one.
    ///
    /// With a time named (`retry_after`), the gate stays closed at least that long from `now`; zero does not
    /// close it. With none, it closes for a pause that doubles from event to event, or for `own_pause` where that is
    /// given; zero: not at all, as whoever asks slows down by other means.
    bool throttled(time_point now, std::uint64_t attempt_epoch, std::optional<duration> retry_after,
                   std::optional<duration> own_pause = std::nullopt);

    /// A request that started after the event of `epoch` succeeded, so that its pause was long enough: the next one
    /// without a time named is a short one again. A server that lets a few through in each opening would be asked ever
    /// more rarely otherwise.
    void recovered(std::uint64_t epoch);

private:
    void close(time_point now, time_point until);

    held_time& held_;
    std::atomic<std::uint64_t> epoch_{0};
    static constexpr duration::rep never = time_point::min().time_since_epoch().count();
    std::atomic<duration::rep> open_at_{never};
    std::atomic<duration::rep> asked_until_{never};
    std::mutex mutex_;
    random_source random_;
    unsigned pauses_ = 0;  // without a time named, since the last recovery
};

}  // namespace jobaudit::policy
