#pragma once

#include "policy/time.hpp"
#include "protocol/verdict.hpp"

#include <jobaudit/summary.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::policy {

/// Why a batch ended early.
struct stop_cause {
    stop_reason reason = stop_reason::none;
    error_code error{};     ///< what was wrong, for who knows what to do about it
    std::string message{};  ///< what happened
    std::optional<duration> resume_after{};
};

/// The server, or the way to it, refused in a way that holds for all jobs.
[[nodiscard]] stop_cause refused(const protocol::verdict& result);

/// All of the first answers were 403.
[[nodiscard]] stop_cause all_forbidden(const protocol::verdict& result);

/// The first answers all were somebody else's, as of a gateway that does not know the path.
[[nodiscard]] stop_cause not_the_platform(const protocol::verdict& result);

/// What the server answered, for a person: its status, and what it said.
[[nodiscard]] std::string with_status(const protocol::verdict& result);

/// What an attempt came to, for a person: `HTTP 503 Service Unavailable: no healthy upstream`, or what went wrong
/// without an answer.
[[nodiscard]] std::string in_words(const protocol::verdict& result);

/// The server refused every request for `limit`; `last` is what the last refusal said.
[[nodiscard]] stop_cause refused_for_too_long(duration limit, std::string_view last);

/// The server asked for a pause longer than what the batch is willing to wait.
[[nodiscard]] stop_cause asked_to_wait(duration wait, duration limit);

/// The origin, or this machine, failed as a whole for `lasted`; `error` and `last_failure` are those of the last
/// attempt.
[[nodiscard]] stop_cause outage_too_long(duration lasted, error_code error, std::string_view last_failure);

[[nodiscard]] stop_cause deadline_passed(duration deadline);

/// For a person: `350 ms`, `1.5 s`, `42 s`, `5 min`, `1 h 20 min`.
[[nodiscard]] std::string in_words(duration span);

}  // namespace jobaudit::policy
