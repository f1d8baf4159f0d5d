#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::cli {

enum class log_level : std::uint8_t {
    error,
    warn,
    info,   ///< retries and waits
    debug,  ///< every attempt and connection
};

/// Lines for stderr, from any thread, until the main thread takes them: who writes one never waits for a terminal.
class event_log {
public:
    using clock = std::chrono::system_clock;

    /// Each line begins with what `now` gives.
    explicit event_log(log_level level, clock::time_point (*now)() noexcept = &clock::now) noexcept
        : level_{level}, now_{now}
    {}

    /// Whether lines of `level` are wanted at all.
    [[nodiscard]] bool wants(log_level level) const noexcept { return level <= level_; }

    /// Keeps a line, with the time (UTC, ISO 8601, milliseconds) before it. When the main thread is far behind, lines
    /// are dropped, and their number is told.
    void add(log_level level, std::string_view line) noexcept;

    /// The lines since the last call.
    [[nodiscard]] std::vector<std::string> take();

private:
    const log_level level_;
    clock::time_point (*const now_)() noexcept;
    std::mutex mutex_;
    std::vector<std::string> lines_;
    std::uint64_t dropped_ = 0;
};

}  // namespace jobaudit::cli
