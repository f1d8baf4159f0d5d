#include "policy/host_gate.hpp"

#include "policy/backoff.hpp"

#include <algorithm>

namespace jobaudit::policy {

bool host_gate::throttled(time_point now, std::uint64_t attempt_epoch, std::optional<duration> retry_after,
                          std::optional<duration> own_pause)
{
    if (retry_after && *retry_after <= duration::zero())
        return false;

    const std::lock_guard lock{mutex_};
    const std::uint64_t epoch = epoch_.load(std::memory_order_relaxed);
    const bool is_new = attempt_epoch >= epoch;
    if (retry_after) {
        const time_point asked = std::max(asked_until(), now + *retry_after);
        asked_until_.store(asked.time_since_epoch().count(), std::memory_order_release);
        close(now, now + at_least(random_, *retry_after));
    } else if (is_new && own_pause != duration::zero()) {
        const duration pause = own_pause ? *own_pause : exponential(first_pause, longest_pause, pauses_++);
        close(now, now + pause + random_.uniform(pause / 4));
    }
    if (is_new)
        epoch_.store(epoch + 1, std::memory_order_release);
    return is_new;
}

void host_gate::recovered(std::uint64_t epoch)
{
    const std::lock_guard lock{mutex_};
    if (epoch == epoch_.load(std::memory_order_relaxed))
        pauses_ = 0;
}

void host_gate::close(time_point now, time_point until)
{
    if (until <= open_at())
        return;
    open_at_.store(until.time_since_epoch().count(), std::memory_order_release);
    held_.gate_closed(now, until);
}

}  // namespace jobaudit::policy
