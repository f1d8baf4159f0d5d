#include "policy/backoff.hpp"

#include <algorithm>

namespace jobaudit::policy {

duration exponential(duration base, duration limit, unsigned failures) noexcept
{
    if (base <= duration::zero() || limit <= base)
        return std::max(duration::zero(), std::min(base, limit));
    if (failures >= 62 || base.count() > (limit.count() >> failures))
        return limit;
    return duration{base.count() << failures};
}

duration full_jitter(random_source& random, duration base, duration limit, unsigned failures) noexcept
{
    return random.uniform(exponential(base, limit, failures));
}

duration at_least(random_source& random, duration asked) noexcept
{
    constexpr duration most_jitter = std::chrono::seconds{1};
    constexpr duration safety = std::chrono::milliseconds{5};

    if (asked <= duration::zero())
        return duration::zero();
    return asked + random.uniform(std::min(asked / 20, most_jitter)) + safety;
}

}  // namespace jobaudit::policy
