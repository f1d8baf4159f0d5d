#pragma once

#include <chrono>
#include <mutex>
#include <optional>

namespace jobaudit::emulator {

/// Refuses what comes faster than a rate: a token bucket. For any thread.
class request_limit {
public:
    using clock = std::chrono::steady_clock;

    /// `per_second` 0: no limit. `burst` 0: as many as in one second, at least 1.
    request_limit(double per_second, double burst) noexcept;

    /// Nothing: go on. Else the time after which a request would be let through.
    [[nodiscard]] std::optional<std::chrono::duration<double>> refuse(clock::time_point now) noexcept;

private:
    std::mutex mutex_;
    double per_second_;
    double burst_;
    double tokens_;
    std::optional<clock::time_point> last_;
};

}  // namespace jobaudit::emulator
