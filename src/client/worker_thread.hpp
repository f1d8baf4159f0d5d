#pragma once

#include "client/shard.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <thread>

namespace jobaudit::client_detail {

/// A thread of the library's own, with an event loop and a shard that belong to it alone.
class worker_thread {
public:
    explicit worker_thread(const std::shared_ptr<setup>& shared);
    worker_thread(const worker_thread&) = delete;
    worker_thread& operator=(const worker_thread&) = delete;
    ~worker_thread() { stop(); }

    [[nodiscard]] const std::shared_ptr<shard>& home() const noexcept { return shard_; }

    /// Closes the shard's connections and waits for the thread. Nothing may be in flight on it.
    void stop();

private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    std::shared_ptr<shard> shard_;
    std::thread thread_;
};

}  // namespace jobaudit::client_detail
