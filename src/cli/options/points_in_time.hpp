#pragma once

#include "cli/result.hpp"
#include "protocol/date_time.hpp"

#include <cstdint>
#include <string_view>

namespace jobaudit::cli {

/// Which end of a span of time a text names: a day alone is its beginning there, or its end.
enum class end_of_span : std::uint8_t { first, last };

/// Reads a day (`2026-11-29`), a point in time (`2026-11-29T10:15`, with a zone or in UTC), or a duration back from
/// `now` (`7d`, `24h`).
[[nodiscard]] result<protocol::utc_time> parse_point_in_time(std::string_view text, end_of_span which,
                                                             protocol::utc_time now);

}  // namespace jobaudit::cli
