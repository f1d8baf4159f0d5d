#include "policy/event_coalescing.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::policy {

namespace {

constexpr int part_of_way = 16;
constexpr int smoothing = 8;

}  // namespace

duration event_coalescing::pause_after_look(time_point now, std::uint64_t in_flight, std::uint64_t answered) noexcept
{
    const std::uint64_t found = answered - std::exchange(answered_, answered);
    if (found == 0)
        return duration::zero();
    const duration since_last = now - std::exchange(last_look_, now);
    // However long nothing was asked, the pace is known again after a few looks.
    const auto spacing = std::min(since_last / static_cast<duration::rep>(found), 2 * widest_spacing);
    spacing_ += (spacing - spacing_) / smoothing;
    const bool is_late = found > in_flight / 2;
    if (is_late || in_flight < least_in_flight || spacing_ > widest_spacing)
        return duration::zero();
    return std::min(spacing_ * static_cast<duration::rep>(in_flight) / part_of_way, longest_pause);
}

}  // namespace jobaudit::policy
