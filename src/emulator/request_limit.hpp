#pragma once

#include <jobaudit/job_id.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

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

/// Refuses what comes while as many requests as may be are being worked on. For any thread.
class work_limit {
public:
    using clock = std::chrono::steady_clock;

    /// `at_once` 0: no limit.
    explicit work_limit(unsigned at_once) noexcept : at_once_{at_once} {}

    /// Whether a request that would take so long is let through; it is being worked on then.
    [[nodiscard]] bool begin(clock::time_point now, std::chrono::nanoseconds work);

private:
    const unsigned at_once_;
    std::mutex mutex_;
    std::priority_queue<clock::time_point, std::vector<clock::time_point>, std::greater<>> ends_;
};

/// Refuses more than so many requests for a job in any minute. For any thread.
class limit_of_each_job {
public:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::minutes window{1};

    explicit limit_of_each_job(std::size_t in_a_minute) noexcept : most_{in_a_minute} {}

    /// Nothing: go on. Else the time after which a request would be let through.
    [[nodiscard]] std::optional<std::chrono::duration<double>> refuse(const job_id& job, clock::time_point now);

private:
    const std::size_t most_;
    std::mutex mutex_;
    std::unordered_map<job_id, std::deque<clock::time_point>> let_through_;
};

}  // namespace jobaudit::emulator
