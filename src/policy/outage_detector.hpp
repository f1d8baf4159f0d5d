#pragma once

#include "policy/held_time.hpp"
#include "policy/random.hpp"
#include "policy/time.hpp"

#include <jobaudit/error.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace jobaudit::policy {

/// Tells the failure of an origin as a whole from failures of single jobs, and finds out with few requests
/// when it is over.
///
/// An outage begins with failures_to_trip failures in a row, on at least two connections, with no answer
/// between: a streak. One is enough where this machine lacks what any connection needs. While it lasts, one attempt at
/// a time is a probe, with pauses between that grow. Any answer that is no sign of an outage ends the streak, and the
/// outage.
///
/// Thread safety: every member may be called concurrently. Only failures, probes and the answer that ends a
/// streak take a mutex.
class outage_detector {
public:
    static constexpr unsigned failures_to_trip = 20;
    static constexpr duration shortest_pause = std::chrono::milliseconds{100};  ///< between two probes
    static constexpr duration longest_pause = std::chrono::seconds{5};

    /// `held` learns when an outage begins and ends; it must outlive this.
    outage_detector(held_time& held, std::uint64_t seed) noexcept : held_{held}, random_{seed} {}

    [[nodiscard]] bool active() const noexcept { return active_.load(std::memory_order_acquire); }

    /// Outages that are over. Changes when requests may flow again.
    [[nodiscard]] std::uint64_t ended() const noexcept { return ended_.load(std::memory_order_acquire); }

    struct failure {
        std::uint64_t streak = 0;  ///< to ask tripped() with
        bool in_outage = false;  ///< an outage was there already, or began with this failure: it costs its job nothing
        bool suspect = false;    ///< see sign::suspect
    };

    /// What of a failed attempt matters here.
    struct sign {
        std::uint64_t connection = 0;  ///< 0: none could be made, which counts as a connection of its own
        /// Its job was found suspect before: it failed in a streak that an answer to others ended. That
        /// proves nothing about the origin, so that a few jobs which always fail, and are retried last of
        /// all, do not look like an outage.
        bool suspect = false;
        std::uint64_t earlier_streak = 0;  ///< of the job's last failure; 0: none
        bool probe = false;
        error_code error{};
        std::string_view message{};
    };

    [[nodiscard]] failure note_failure(time_point now, const sign& what);

    /// An answer came that is no sign of an outage. Where there is no streak this is one relaxed load.
    void note_answer(time_point now)
    {
        if (streak_length_.load(std::memory_order_relaxed) != 0)
            end_streak(now);
    }

    /// Whether that streak became an outage: what it cost its jobs is to be forgiven. Remembers the last 64
    /// outages.
    [[nodiscard]] bool tripped(std::uint64_t streak) const;

    /// When the next probe may start: time_point::max() while one is under way. Meaningful in an outage.
    [[nodiscard]] time_point next_probe_at() const noexcept
    {
        return time_point{duration{next_probe_at_.load(std::memory_order_acquire)}};
    }

    /// Claims the next probe. Whoever gets it reports it with note_failure, lets an answer end the outage, or
    /// gives it back.
    [[nodiscard]] bool try_begin_probe(time_point now) noexcept;

    /// The probe was not sent, or ended in a way that says nothing: the next may start at `now`.
    void release_probe(time_point now) noexcept;

    /// When the first failure of the current or last outage happened.
    [[nodiscard]] time_point began_at() const;

    /// What the last failure of a streak was, and said.
    struct report {
        error_code error;
        std::string message;
    };
    [[nodiscard]] report last_failure() const;

private:
    [[nodiscard]] bool has_tripped(std::uint64_t streak) const;
    void extend_streak(time_point now, const sign& what, bool suspect);
    void trip(time_point now);
    void schedule_probe(time_point now);
    void end_streak(time_point now);

    held_time& held_;
    std::atomic<bool> active_{false};
    std::atomic<std::uint64_t> ended_{0};
    std::atomic<unsigned> streak_length_{0};
    std::atomic<duration::rep> next_probe_at_{time_point::max().time_since_epoch().count()};
    std::atomic<std::uint64_t> last_tripped_{0};

    mutable std::mutex mutex_;
    random_source random_;
    std::uint64_t streak_ = 1;
    unsigned counted_ = 0;  // failures of the streak that prove something
    bool several_connections_ = false;
    std::uint64_t first_connection_ = 0;
    time_point streak_began_{};
    time_point outage_began_{};
    unsigned probes_ = 0;
    report last_failure_;
    std::array<std::uint64_t, 64> tripped_{};
    std::size_t trips_ = 0;
};

}  // namespace jobaudit::policy
