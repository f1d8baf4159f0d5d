#pragma once

#include <chrono>
#include <ctime>
#include <thread>

namespace jobaudit::client_detail {

/// How long a thread has worked since a mark, which tells an event loop that was busy from one that stood still.
class working_time {
public:
    void mark() noexcept
    {
        thread_ = std::this_thread::get_id();
        at_mark_ = used();
    }

    /// Nothing on another thread than the one of the mark.
    [[nodiscard]] std::chrono::nanoseconds since_mark() const noexcept
    {
        return thread_ == std::this_thread::get_id() ? used() - at_mark_ : std::chrono::nanoseconds{};
    }

private:
    static std::chrono::nanoseconds used() noexcept
    {
        timespec time{};
        (void)::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
    }

    std::thread::id thread_;
    std::chrono::nanoseconds at_mark_{};
};

}  // namespace jobaudit::client_detail
