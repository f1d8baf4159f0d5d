#pragma once

#include "store/sqlite/ended_job.hpp"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

namespace jobaudit::store {

/// Hands jobs from those who fetch to the one who writes, in bounded memory: who fetches waits while it is full.
///
/// Thread safety: push, hurry and end may be called concurrently; take and stop by the one who writes.
class job_queue {
public:
    /// More wait to be pushed; a larger job is taken when nothing else stands here.
    static constexpr std::size_t most_bytes = 512 * 1024;
    /// With less, take goes on waiting: to wake a thread for each job costs more than to write it.
    static constexpr std::size_t enough_bytes = 64 * 1024;

    /// False, and the job is gone, once stop was called.
    [[nodiscard]] bool push(ended_job job);

    /// Has take come back with what stands here, though it be little, and say that it is due.
    void hurry();

    /// Nothing is pushed from now on.
    void end();

    struct batch {
        std::vector<ended_job> jobs;
        bool is_due = false;   ///< hurry was called
        bool is_last = false;  ///< end was called
    };

    /// Waits for jobs, for hurry or for end.
    [[nodiscard]] batch take();

    /// Nothing is taken from now on.
    void stop() noexcept;

private:
    std::mutex mutex_;
    std::condition_variable room_;
    std::condition_variable work_;
    std::vector<ended_job> jobs_;
    std::size_t bytes_ = 0;
    bool is_due_ = false;
    bool has_ended_ = false;
    bool is_stopped_ = false;
};

}  // namespace jobaudit::store
