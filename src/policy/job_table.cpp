#include "policy/job_table.hpp"

namespace jobaudit::policy {

std::uint32_t job_table::insert(const job_id& job)
{
    std::uint32_t index = free_;
    if (index != none) {
        free_ = entries_[index].next;
    } else {
        index = capacity();
        entries_.emplace_back();
    }
    entries_[index] = job_entry{};
    entries_[index].job = job;
    ++used_;
    return index;
}

void job_table::erase(std::uint32_t index) noexcept
{
    entries_[index].place = job_place::nowhere;
    entries_[index].next = free_;
    free_ = index;
    --used_;
}

void job_table::clear() noexcept
{
    entries_.clear();
    free_ = none;
    used_ = 0;
}

}  // namespace jobaudit::policy
