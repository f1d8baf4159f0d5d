#pragma once

#include "cli/audit/activity.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace jobaudit::cli {

/// How far an audit is.
struct progress_snapshot {
    std::uint64_t done = 0;                ///< jobs that have their outcome, those of earlier runs among them
    std::optional<std::uint64_t> total{};  ///< about how many there are; nothing when that can't be known yet
    double jobs_per_second = 0;            ///< over the last seconds
    std::uint64_t retries = 0;
    std::uint64_t failures = 0;  ///< jobs that ended otherwise than as `ok`
    std::uint64_t failed_files = 0;
    std::optional<current_wait> wait{};
    server_limit limit{};
};

/// The progress on one line of at most `width` columns: `1,234/5,000 jobs  24 %  812/s  3 retries  …  4 s left`, or
/// `…  the server is down since 14 s (HTTP 503); next try in 2 s  …`. What does not fit is said in fewer words, and
/// then left out whole, as half a figure would be a wrong one: how far it is and what is left of it stay longest.
[[nodiscard]] std::string progress_line(const progress_snapshot& progress, unsigned width);

/// The speed over the last seconds, from counts that are given now and then.
class rate_window {
public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::seconds length{5};

    void add(time_point now, std::uint64_t count);

    /// A second, between the oldest and the newest count; 0 while there is only one.
    [[nodiscard]] double per_second() const noexcept;

private:
    struct sample {
        time_point at;
        std::uint64_t count;
    };
    std::deque<sample> samples_;
};

}  // namespace jobaudit::cli
