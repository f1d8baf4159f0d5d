#include "policy/memory_budget.hpp"

namespace jobaudit::policy {

bool memory_budget::hold(share& one, std::size_t bytes) noexcept
{
    // Unsigned: less is the sum with what overflows.
    const std::size_t all = held_.fetch_add(bytes - one.held_, std::memory_order_relaxed) + (bytes - one.held_);
    one.held_ = bytes;
    if (all <= limit_ / 4)
        return true;
    const share* first = nullptr;
    return first_.compare_exchange_strong(first, &one, std::memory_order_relaxed) || first == &one;
}

void memory_budget::release(share& one) noexcept
{
    held_.fetch_sub(one.held_, std::memory_order_relaxed);
    one.held_ = 0;
    const share* first = &one;
    first_.compare_exchange_strong(first, nullptr, std::memory_order_relaxed);
}

}  // namespace jobaudit::policy
