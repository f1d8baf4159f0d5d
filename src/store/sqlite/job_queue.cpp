#include "store/sqlite/job_queue.hpp"

#include <utility>

namespace jobaudit::store {

bool job_queue::push(ended_job job)
{
    const auto size = job.bytes();
    std::unique_lock lock{mutex_};
    room_.wait(lock, [&] { return is_stopped_ || jobs_.empty() || bytes_ + size <= most_bytes; });
    if (is_stopped_)
        return false;
    jobs_.push_back(std::move(job));
    const bool was_enough = bytes_ >= enough_bytes;
    bytes_ += size;
    if (!was_enough && bytes_ >= enough_bytes)
        work_.notify_one();
    return true;
}

void job_queue::hurry()
{
    const std::lock_guard lock{mutex_};
    is_due_ = true;
    work_.notify_one();
}

void job_queue::end()
{
    const std::lock_guard lock{mutex_};
    has_ended_ = true;
    work_.notify_one();
}

job_queue::batch job_queue::take()
{
    batch taken;
    std::unique_lock lock{mutex_};
    work_.wait(lock, [&] { return is_due_ || has_ended_ || bytes_ >= enough_bytes; });
    taken.jobs.swap(jobs_);
    bytes_ = 0;
    taken.is_due = std::exchange(is_due_, false);
    taken.is_last = has_ended_;
    room_.notify_all();
    return taken;
}

void job_queue::stop() noexcept
{
    const std::lock_guard lock{mutex_};
    is_stopped_ = true;
    room_.notify_all();
}

}  // namespace jobaudit::store
