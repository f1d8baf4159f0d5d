#include <jobaudit/shared_limits.hpp>

#include "client/option_checks.hpp"
#include "client/random_seed.hpp"
#include "policy/origin_state.hpp"

#include <chrono>

namespace jobaudit {

namespace {

using clock = std::chrono::steady_clock;

std::shared_ptr<policy::origin_state> make_state(double rate, unsigned burst)
{
    client_detail::require_rate(rate, burst);
    return std::make_shared<policy::origin_state>(rate, burst, clock::now(), client_detail::random_seed());
}

}  // namespace

shared_limits::shared_limits(double rate, unsigned burst) : state_{make_state(rate, burst)} {}

void shared_limits::set_rate(double per_second)
{
    client_detail::require_rate(per_second, 1);
    state_->adaptive.rate.set_ceiling(per_second, clock::now());
}

}  // namespace jobaudit
