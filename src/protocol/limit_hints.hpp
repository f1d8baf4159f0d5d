#pragma once

#include "protocol/time.hpp"

#include <optional>
#include <string_view>

namespace jobaudit::protocol {

/// The limits that a response announces, apart from Retry-After.
struct limit_hints {
    std::optional<duration> retry_after;  ///< retry-after-ms: a pause that the server asks for; above zero
    std::optional<duration> resets_in;    ///< nothing is left until then; above zero
};

/// Reads lines of the form `name: value`, names in lower case: `retry-after-ms` (milliseconds, as Azure and OpenAI
/// send it), `remaining` and `reset` (of RateLimit-* and X-RateLimit-*), and `ratelimit` (a structured field with
/// `remaining` and `reset`, or `r` and `t`; draft-ietf-httpapi-ratelimit-headers, versions 3 to 10). A reset is in
/// seconds; from 10⁹ on it is a moment, in seconds since 1970, and from 10¹² on in milliseconds. It counts only where
/// nothing remains. Of several hints the longest counts; more than a year is a year; what is no number is none.
[[nodiscard]] limit_hints read_limit_hints(std::string_view lines, wall_time server_now) noexcept;

}  // namespace jobaudit::protocol
