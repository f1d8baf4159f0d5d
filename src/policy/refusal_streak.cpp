#include "policy/refusal_streak.hpp"

#include <algorithm>

namespace jobaudit::policy {

void refusal_streak::note_refusal(time_point now, std::string_view said)
{
    refusals_.fetch_add(1, std::memory_order_relaxed);
    const std::lock_guard lock{mutex_};
    if (!is_under_way()) {
        began_ = now;
        is_under_way_.store(true, std::memory_order_relaxed);
    }
    last_ = now;
    last_said_ = said;
}

void refusal_streak::end()
{
    const std::lock_guard lock{mutex_};
    is_under_way_.store(false, std::memory_order_relaxed);
}

duration refusal_streak::lasted(time_point from) const
{
    if (!is_under_way())
        return duration::zero();
    const std::lock_guard lock{mutex_};
    return is_under_way() ? last_ - std::max(began_, from) : duration::zero();
}

std::string refusal_streak::last_said() const
{
    const std::lock_guard lock{mutex_};
    return last_said_;
}

}  // namespace jobaudit::policy
