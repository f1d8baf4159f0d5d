#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace jobaudit::protocol {

/// A point in time as the platform tells it, to the microsecond.
using utc_time = std::chrono::sys_time<std::chrono::microseconds>;

/// Reads `2026-11-29`: when that day begins, UTC.
[[nodiscard]] std::optional<std::chrono::sys_days> parse_date(std::string_view text) noexcept;

/// Reads `2026-11-29T10:15:30.5+02:00` (RFC 3339, §5.6), in either case and also with a blank in the place of the `T`,
/// without seconds, and with a zone without colon or minutes. One without a zone is UTC: Python writes such ones. A
/// leap second counts as the second after it; digits beyond the microsecond are cut off.
[[nodiscard]] std::optional<utc_time> parse_date_time(std::string_view text) noexcept;

/// Reads `P1DT2H3M4.5S` (ISO 8601): days, hours, minutes and seconds, of which only the last may have decimals. Nothing
/// for months and years, which are of no fixed length, and above 100 years.
[[nodiscard]] std::optional<std::chrono::microseconds> parse_iso_duration(std::string_view text) noexcept;

}  // namespace jobaudit::protocol
