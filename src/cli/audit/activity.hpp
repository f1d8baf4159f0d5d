#pragma once

#include "cli/audit/event_log.hpp"

#include <jobaudit/observer.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::cli {

/// Why nothing is being sent, and for how long yet.
struct current_wait {
    wait_reason reason = wait_reason::server_asked;
    std::chrono::nanoseconds since{};      ///< it began so long ago
    std::chrono::nanoseconds remaining{};  ///< until the next request, or the next probe
    std::string cause{};                   ///< what the last failure was
};

/// Watches a client: counts for the progress line, lines for the event log.
///
/// Thread safety: all members may be called concurrently.
class activity final : public observer {
public:
    using clock = std::chrono::steady_clock;

    /// `log` must outlive this. Waits that begin and end are told at `waits`.
    explicit activity(event_log& log, log_level waits = log_level::warn) noexcept : log_{log}, waits_level_{waits} {}

    [[nodiscard]] std::uint64_t retries() const noexcept { return retries_.load(std::memory_order_relaxed); }

    /// Attempts that began and did not end yet.
    [[nodiscard]] std::uint64_t in_flight() const noexcept;

    /// The wait that is on at `now`; one for want of connections comes before what the server asked for.
    [[nodiscard]] std::optional<current_wait> waiting(clock::time_point now) const;

    /// What the server was found to take so far.
    [[nodiscard]] server_limit limit() const noexcept;

    void attempt_started(const request_info& request, unsigned attempt) noexcept override;
    void attempt_finished(const request_info& request, unsigned attempt, int http_status,
                          boost::system::error_code error, std::chrono::nanoseconds took) noexcept override;
    void retry_scheduled(const request_info& request, unsigned next_attempt, std::chrono::nanoseconds delay,
                         std::string_view cause) noexcept override;
    void wait_began(wait_reason reason, std::chrono::nanoseconds delay, std::string_view cause) noexcept override;
    void wait_ended(wait_reason reason) noexcept override;
    void limit_found(const server_limit& found) noexcept override;
    void connection_opened(std::uint64_t connection, bool resumed) noexcept override;
    void connection_failed(std::uint64_t connection, boost::system::error_code error,
                           std::string_view message) noexcept override;
    void connection_closed(std::uint64_t connection) noexcept override;
    void response_left_over(std::uint64_t connection, std::size_t answers) noexcept override;

private:
    static constexpr std::size_t reasons = 3;  // of wait_reason

    // Times since the clock's epoch; `since` is 0 while there is no wait.
    struct wait_times {
        std::atomic<clock::rep> since{0};
        std::atomic<clock::rep> until{0};
        std::atomic<bool> is_over{false};  // and nothing was sent since
    };

    [[nodiscard]] std::optional<current_wait> waiting(wait_reason reason, clock::time_point now) const;
    void keep_cause(wait_reason reason, std::string_view cause) noexcept;
    void tell_of_going_on() noexcept;

    event_log& log_;
    const log_level waits_level_;
    std::atomic<std::uint64_t> started_{0};
    std::atomic<std::uint64_t> finished_{0};
    std::atomic<std::uint64_t> retries_{0};
    std::array<wait_times, reasons> waits_;
    mutable std::mutex rare_;  // guards what is below
    std::array<std::string, reasons> causes_;
    server_limit limit_;
};

}  // namespace jobaudit::cli
