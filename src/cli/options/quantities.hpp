#pragma once

#include "cli/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace jobaudit::cli {

/// Reads a duration: `250ms`, `30s`, `1.5h`, `1h30m`. Units are ns, us, ms, s, m, h and d, the larger ones first; a
/// number without a unit is in seconds. At most 100 years.
[[nodiscard]] result<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// Reads a size in bytes: `65536`, `64K`, `256MiB`, `1GB`, `1.5GiB`. K, M, G, T and KiB, MiB, … are powers of 1024, KB,
/// MB, … of 1000; the case of letters doesn't matter.
[[nodiscard]] result<std::uint64_t> parse_size(std::string_view text);

/// A duration with the precision that a person wants: `350 ms`, `2.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
[[nodiscard]] std::string to_text(std::chrono::nanoseconds duration);

/// A number with its thousands apart: `1,234,567`.
[[nodiscard]] std::string to_text(std::uint64_t number);

/// How many there are of something: `1 job`, `2,000 jobs`.
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

}  // namespace jobaudit::cli
