#pragma once

#include "protocol/response_reader.hpp"
#include "protocol/time.hpp"

#include <jobaudit/outcome.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::protocol {

/// What to do after an attempt.
enum class action : std::uint8_t {
    deliver,            ///< it is the job's outcome
    retry,              ///< ask again, if the limits allow; else it is the job's outcome
    stop,               ///< it is the job's outcome, and no other job can succeed: end the batch
    confirm_then_stop,  ///< the same, but after successes only when a second attempt says so too
    stop_at_start,      ///< ends the batch while nothing has succeeded yet; later the same as retry
};

/// The judgement of one attempt: what it means for its job, for the host and for the batch.
struct verdict {
    outcome_kind kind = outcome_kind::ok;
    action then = action::deliver;
    int http_status = 0;
    error_code error;
    std::string message;  ///< for a person: one line, printable, at most about 500 bytes
    std::vector<validation_issue> validation;

    bool slows_host = false;     ///< the server said "slow down": 429, or 503 or 529 with a time
    bool may_slow_host = false;  ///< 503 or 529 without one: the same while others succeed, and else a failure
    bool is_foreign = false;     ///< not the platform's word on the job: of a gateway, or of another site
    bool outage_sign =
        false;  ///< it may be the origin that fails, not this job: connecting, TLS, transport, 502 to 504, 52x, 530
    std::optional<duration> retry_after;  ///< what the server asked for; above zero
    std::optional<duration> resets_in;    ///< with a refusal: nothing is left of a limit until then; above zero
};

/// The table of what a response means. `body` is its beginning, decoded; `body_error` is what the readers say of a
/// 200's body (clear: it is whole and right), `body_problem` their words. `wall_now` is used for a Retry-After date
/// when the response has no Date of its own.
[[nodiscard]] verdict judge_response(const response_head& head, std::string_view body, error_code body_error,
                                     std::string_view body_problem, wall_time wall_now);

/// The table of what a failure without a whole response means. `message` is for a person: what failed, with which host,
/// and why.
[[nodiscard]] verdict judge_failure(error_code error, std::string message);

/// At most `limit` bytes of `text` on one line: blanks folded, control characters and broken UTF-8 replaced, an
/// ellipsis where it was cut.
[[nodiscard]] std::string printable_snippet(std::string_view text, std::size_t limit);

}  // namespace jobaudit::protocol
