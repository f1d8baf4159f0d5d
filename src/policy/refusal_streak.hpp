#pragma once

#include "policy/time.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace jobaudit::policy {

/// Refusals of an origin with no success between: since when, and what the last one said. Who only waits learns from it
/// what became of those that asked.
///
/// Thread safety: every member may be called concurrently. Only refusals, and the success that ends a streak, take a
/// mutex.
class refusal_streak {
public:
    /// A request was refused; `said` is what the server answered.
    void note_refusal(time_point now, std::string_view said);

    /// Where there is no streak this is one relaxed load.
    void note_success()
    {
        if (is_under_way())
            end();
    }

    [[nodiscard]] bool is_under_way() const noexcept { return is_under_way_.load(std::memory_order_relaxed); }

    /// How long, from `from` on, nothing but refusals came: to the last one of them.
    [[nodiscard]] duration lasted(time_point from) const;

    [[nodiscard]] std::string last_said() const;

    /// Of all streaks.
    [[nodiscard]] std::uint64_t refusals() const noexcept { return refusals_.load(std::memory_order_relaxed); }

private:
    void end();

    std::atomic<bool> is_under_way_{false};
    std::atomic<std::uint64_t> refusals_{0};
    mutable std::mutex mutex_;
    time_point began_{};
    time_point last_{};
    std::string last_said_;
};

}  // namespace jobaudit::policy
