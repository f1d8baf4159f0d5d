#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace jobaudit::test {

/// What a process holds at one moment.
struct sample {
    double second = 0;             ///< since the soak began
    std::int64_t rss_kib = 0;      ///< resident memory
    std::int64_t descriptors = 0;  ///< open
    std::int64_t in_flight = 0;    ///< requests that have begun and not ended
    std::int64_t connections = 0;  ///< open, by the observer's count
    std::int64_t allocations = 0;  ///< blocks from operator new; a coroutine frame is one
};

/// Resident memory and open descriptors of this process.
[[nodiscard]] std::int64_t resident_kib();
[[nodiscard]] std::int64_t open_descriptors();

/// How one figure behaved once the soak had warmed up.
struct course {
    std::string name;
    std::int64_t first = 0;
    std::int64_t median = 0;
    std::int64_t most = 0;
    std::int64_t last = 0;
    double growth = 0;   ///< of the straight line of least squares, over the whole time
    double allowed = 0;  ///< growth that still counts as flat

    [[nodiscard]] bool is_flat() const noexcept { return growth <= allowed; }
};

/// `skipped`: the share of the time, at its start, that is warming up.
[[nodiscard]] course course_of(const std::vector<sample>& samples, std::int64_t sample::*figure, std::string name,
                               double skipped, double allowed);

}  // namespace jobaudit::test
