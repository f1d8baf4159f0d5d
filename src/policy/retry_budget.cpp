#include "policy/retry_budget.hpp"

#include <algorithm>

namespace jobaudit::policy {

namespace {

constexpr duration::rep one_token = 1'000'000'000 / retry_budget::refill_per_second;
constexpr duration::rep all_tokens = one_token * retry_budget::capacity;

}  // namespace

bool retry_budget::take(time_point now, unsigned tokens) noexcept
{
    const ticks current = now.time_since_epoch().count();
    ticks full_at = full_at_.load(std::memory_order_relaxed);
    for (;;) {
        const ticks later = std::max(full_at, current) + one_token * tokens;
        if (later - current > all_tokens)
            return false;
        if (full_at_.compare_exchange_weak(full_at, later, std::memory_order_relaxed))
            return true;
    }
}

time_point retry_budget::available_at(time_point now, unsigned tokens) const noexcept
{
    const ticks current = now.time_since_epoch().count();
    const ticks full_at = std::max(full_at_.load(std::memory_order_relaxed), current);
    return time_point{duration{std::max(current, full_at + one_token * tokens - all_tokens)}};
}

void retry_budget::give_back(time_point now, unsigned tokens) noexcept
{
    const ticks current = now.time_since_epoch().count();
    ticks full_at = full_at_.load(std::memory_order_relaxed);
    while (full_at > current &&
           !full_at_.compare_exchange_weak(full_at, full_at - one_token * tokens, std::memory_order_relaxed)) {
    }
}

unsigned retry_budget::level(time_point now) const noexcept
{
    const ticks current = now.time_since_epoch().count();
    const ticks missing = std::max(full_at_.load(std::memory_order_relaxed), current) - current;
    return static_cast<unsigned>((all_tokens - std::min(missing, all_tokens)) / one_token);
}

}  // namespace jobaudit::policy
