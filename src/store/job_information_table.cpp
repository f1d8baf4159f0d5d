#include "store/job_information_table.hpp"

#include <utility>

namespace jobaudit::store {

void job_information_table::put(job_information job)
{
    const std::lock_guard lock{mutex_};
    const auto name = job.job;
    jobs_[name].job = std::move(job);
}

std::optional<job_information> job_information_table::take(const job_id& job)
{
    const std::lock_guard lock{mutex_};
    const auto found = jobs_.find(job);
    if (found == jobs_.end())
        return std::nullopt;
    auto result = found->second.job;
    if (std::exchange(found->second.is_taken, true))
        return result;
    taken_.push_back(job);
    if (taken_.size() > most_kept) {
        jobs_.erase(taken_.front());
        taken_.pop_front();
    }
    return result;
}

std::size_t job_information_table::size() const
{
    const std::lock_guard lock{mutex_};
    return jobs_.size();
}

}  // namespace jobaudit::store
