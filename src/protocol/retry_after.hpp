#pragma once

#include "protocol/time.hpp"

#include <optional>
#include <string_view>

namespace jobaudit::protocol {

/// Reads an HTTP-date (RFC 9110 §5.6.7) in its three forms: IMF-fixdate, RFC 850, asctime. A two-digit year more than
/// 50 years after `now` is taken from the century before. The day's name is not compared with the date.
[[nodiscard]] std::optional<wall_time> parse_http_date(std::string_view text, wall_time now) noexcept;

/// Reads Retry-After (RFC 9110 §10.2.3), seconds or date, as a pause from `now` on. A date in the past is zero; what is
/// neither gives nothing; more than a year is a year.
[[nodiscard]] std::optional<duration> parse_retry_after(std::string_view text, wall_time now) noexcept;

}  // namespace jobaudit::protocol
