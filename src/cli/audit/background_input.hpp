#pragma once

#include "cli/audit/job_input.hpp"

#include <jobaudit/job_id.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <thread>

namespace jobaudit::cli {

/// Reads a job_input on a thread of its own: what comes from a pipe may keep its reader waiting, and nobody else is to
/// wait with it. Holds a bounded number of jobs.
class background_input {
public:
    /// `input` must outlive this, and nobody else may read it. `executor`: where next() runs.
    background_input(job_input& input, const boost::asio::any_io_executor& executor);
    background_input(const background_input&) = delete;
    background_input& operator=(const background_input&) = delete;
    ~background_input();

    /// The next job, or nothing at the end and after a cancellation. Throws what reading threw.
    [[nodiscard]] boost::asio::awaitable<std::optional<job_id>> next();

    /// No more is read.
    void interrupt();

    /// When nobody asks for jobs any more: how many there still were. A pipe that says nothing for a second, or does
    /// not come to its end within five, is left as it is.
    [[nodiscard]] std::uint64_t count_rest();

private:
    void read_all() noexcept;
    [[nodiscard]] bool put(std::span<const job_id> jobs);
    void wake();

    job_input& input_;
    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer arrived_;  // on the executor: canceled when there is news
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<job_id> jobs_;
    std::exception_ptr error_;
    std::uint64_t counted_ = 0;
    bool counting_ = false;
    bool stopping_ = false;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace jobaudit::cli
