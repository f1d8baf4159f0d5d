#include "emulator/job_counts.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::emulator {

std::uint32_t job_counts::add(const job_id& job)
{
    std::uint32_t* count = nullptr;
    if (const auto index = population_.index_of(job)) {
        count = &seeded_[static_cast<std::size_t>(*index)];
    } else {
        if (4 * (used_ + 1) > 3 * others_.size())
            grow();
        auto& found = others_[find(job)];
        used_ += found.count == 0 ? 1U : 0U;
        found.job = job;
        count = &found.count;
    }
    different_ += *count == 0 ? 1U : 0U;
    highest_ = std::max(highest_, ++*count);
    return *count;
}

std::uint32_t job_counts::of(const job_id& job) const noexcept
{
    if (const auto index = population_.index_of(job))
        return seeded_[static_cast<std::size_t>(*index)];
    return others_.empty() ? 0 : others_[find(job)].count;
}

void job_counts::clear()
{
    std::fill(seeded_.begin(), seeded_.end(), 0U);
    others_.clear();
    used_ = 0;
    different_ = 0;
    highest_ = 0;
}

std::size_t job_counts::find(const job_id& job) const noexcept
{
    const std::size_t mask = others_.size() - 1;
    std::size_t at = static_cast<std::size_t>(hash_of(job, 0)) & mask;
    while (others_[at].count != 0 && others_[at].job != job)
        at = (at + 1) & mask;
    return at;
}

void job_counts::grow()
{
    std::vector<slot> old(std::max<std::size_t>(64, others_.size() * 2));
    std::swap(old, others_);
    for (const auto& one : old)
        if (one.count != 0)
            others_[find(one.job)] = one;
}

}  // namespace jobaudit::emulator
