#include "policy/origin_state.hpp"

namespace jobaudit::policy {

origin_state::origin_state(double rate, unsigned burst, time_point now, std::uint64_t seed)
    : limiter{rate, burst}
    , gate{held_, random_source{seed}.next()}
    , outage{held_, random_source{~seed}.next()}
    , adaptive{limiter, rate, now}
{}

}  // namespace jobaudit::policy
