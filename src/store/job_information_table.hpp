#pragma once

#include <jobaudit/job_information.hpp>

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace jobaudit::store {

/// What the platform's list said of the jobs that are under way: kept from when the list gives a job until its line is
/// written, and a while longer, as a job whose answer is in doubt gets a second line.
///
/// Thread safety: every member may be called concurrently.
class job_information_table {
public:
    /// So many of those that were taken last stay.
    static constexpr std::size_t most_kept = 4 * 1024;

    /// A later one of the same job takes the place of the one before.
    void put(job_information job);

    /// What is known of a job whose line is written now; nothing where the list never gave it.
    [[nodiscard]] std::optional<job_information> take(const job_id& job);

    [[nodiscard]] std::size_t size() const;

private:
    struct entry {
        job_information job;
        bool is_taken = false;
    };

    mutable std::mutex mutex_;
    std::unordered_map<job_id, entry> jobs_;
    std::deque<job_id> taken_;  // in this order, those that were taken last behind
};

}  // namespace jobaudit::store
