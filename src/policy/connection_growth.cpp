#include "policy/connection_growth.hpp"

#include "policy/backoff.hpp"

namespace jobaudit::policy {

void connection_growth::note_success(time_point begun) noexcept
{
    if (begun < failed_at_ || most_ == unlimited)
        return;
    failures_ = 0;
    ++most_;
}

void connection_growth::note_failure(time_point now) noexcept
{
    most_ = 1;
    failed_at_ = now;
    if (failures_ > 0 && now < next_at_)
        return;
    const duration pause = exponential(first_pause, longest_pause, failures_++);
    next_at_ = now + pause + random_.uniform(pause / 4);
}

}  // namespace jobaudit::policy
