#pragma once

#include "client/shard.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <memory>
#include <thread>

namespace jobaudit::client_detail {

/// A thread of the library's own, with an event loop and a shard that belong to it alone.
class worker_thread {
public:
    explicit worker_thread(const std::shared_ptr<setup>& shared);
    worker_thread(const worker_thread&) = delete;
    worker_thread& operator=(const worker_thread&) = delete;
    ~worker_thread();

    [[nodiscard]] const std::shared_ptr<shard>& home() const noexcept { return shard_; }

    /// Closes the shard's connections and lets the thread end. Nothing may be in flight on it.
    void stop();

    /// Ends the thread; what is in flight on it never goes on, and is gone with this.
    void abandon();

    /// Whether the thread has nothing left to do, so that the destructor does not wait for it. After stop() it may
    /// still be looking up a name, which nothing can cut short.
    [[nodiscard]] bool has_ended() const noexcept { return has_ended_.load(std::memory_order_acquire); }

private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    std::shared_ptr<shard> shard_;
    std::atomic<bool> has_ended_{false};
    std::thread thread_;
};

}  // namespace jobaudit::client_detail
