#pragma once

#include <jobaudit/job_id.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace jobaudit::client_detail {

/// Which jobs of the list were handed out, in 17 bytes each. Only a list that is asked for anew is looked through for
/// them.
class given_jobs {
public:
    void add(const job_id& job) { jobs_.push_back(job); }
    [[nodiscard]] std::uint64_t size() const noexcept { return jobs_.size(); }

    /// The list begins anew: from now on contains() knows those that were added before.
    void begin_anew()
    {
        std::sort(jobs_.begin(), jobs_.end());
        of_before_ = jobs_.size();
    }

    [[nodiscard]] bool contains(const job_id& job) const
    {
        return std::binary_search(jobs_.begin(), jobs_.begin() + static_cast<std::ptrdiff_t>(of_before_), job);
    }

private:
    std::deque<job_id> jobs_;  // which takes no second copy while it grows
    std::size_t of_before_ = 0;
};

}  // namespace jobaudit::client_detail
