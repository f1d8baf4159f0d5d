#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>

namespace jobaudit::client_detail {

/// Calls back when the context of an executor is being destroyed while this lives, before any of its handlers is.
class context_end {
public:
    /// `destroyed` must not throw, and runs at most once.
    context_end(const boost::asio::any_io_executor& executor, std::function<void()> destroyed);
    context_end(const context_end&) = delete;
    context_end& operator=(const context_end&) = delete;

private:
    class service;

    // The service, which goes with the context, holds it weakly.
    const std::shared_ptr<std::function<void()>> destroyed_;
};

}  // namespace jobaudit::client_detail
