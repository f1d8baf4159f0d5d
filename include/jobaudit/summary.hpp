#pragma once

#include <jobaudit/error.hpp>
#include <jobaudit/outcome.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace jobaudit {

/// Why a batch ended before all its jobs were asked for.
enum class stop_reason : std::uint8_t {
    none,           ///< it did not: each job has its own outcome
    fatal,          ///< no other job could have succeeded: bad key, quota, certificate, unknown host
    wait_too_long,  ///< the server asked for a pause longer than max_wait
    outage,         ///< the origin failed as a whole for longer than outage_limit
    deadline,
    canceled,
    sink_failed,
    source_failed,
};

/// What a batch came to.
struct summary {
    std::uint64_t jobs = 0;                                    ///< all that the source gave, the not tried among them
    std::array<std::uint64_t, outcome_kind_count> outcomes{};  ///< by kind
    std::uint64_t failed_files = 0;                            ///< of all jobs
    std::uint64_t requests = 0;                                ///< sent, retries and replays among them
    std::uint64_t retries = 0;      ///< of `requests`: sent by another attempt for a job that had been asked for
    std::uint64_t connections = 0;  ///< opened
    unsigned threads = 0;           ///< that shared the work: fewer than were asked for where the system gave no more
    /// Connections on which a response came that nobody had asked for: see observer::response_left_over.
    std::uint64_t responses_left_over = 0;
    /// Jobs that were delivered once more, as their first outcome may have been that of another job: the later one
    /// counts, and is the one that is counted here. Where the batch ended before, that is outcome_kind::protocol.
    std::uint64_t delivered_again = 0;
    /// Requests that were refused: with 429, or with 503 or 529 while others succeeded.
    std::uint64_t refusals = 0;
    /// What the server was found to take at the end, with audit_options::adaptive: requests a second, or at a time;
    /// 0: no such limit was met.
    double limit_a_second = 0;
    unsigned limit_at_a_time = 0;                  ///< see limit_a_second
    std::chrono::nanoseconds elapsed{};            ///< of the whole batch
    std::chrono::nanoseconds waited_for_server{};  ///< behind a gate that the server asked for, or in an outage

    stop_reason stopped = stop_reason::none;  ///< why it ended before its jobs did
    /// With `stopped`: what was wrong. With fatal, what no other job could have got past; with outage, the last
    /// failure; with wait_too_long, errc::rate_limited; with canceled, sink_failed and source_failed, the operation's
    /// own.
    error_code error{};
    std::string message;  ///< why it stopped, for a person; empty when it did not
    std::optional<std::chrono::system_clock::time_point> resume_at;  ///< with wait_too_long

    /// How many jobs ended so.
    [[nodiscard]] std::uint64_t count(outcome_kind kind) const noexcept
    {
        return outcomes[static_cast<std::size_t>(kind)];
    }
};

}  // namespace jobaudit
