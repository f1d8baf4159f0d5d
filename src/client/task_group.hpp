#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace jobaudit::client_detail {

/// Coroutines that belong together: counts the living, and calls back when the last one has ended. Not thread-safe: all
/// run on one executor.
class task_group {
public:
    task_group(boost::asio::any_io_executor executor, std::function<void()> all_ended)
        : executor_{std::move(executor)}, all_ended_{std::move(all_ended)}
    {}

    /// The task keeps `owner`, the owner of the group. A task handles its own exceptions; what it can't, the lack of
    /// memory, leaves the context's run(), and the group does not end.
    void spawn(boost::asio::awaitable<void> task, std::shared_ptr<void> owner)
    {
        hold();
        boost::asio::co_spawn(executor_, std::move(task),
                              [this, keep = std::move(owner)](const std::exception_ptr& failed) {
                                  if (failed)
                                      std::rethrow_exception(failed);
                                  release();
                              });
    }

    /// Between the two the group counts as living, whatever its tasks do.
    void hold() noexcept { ++living_; }
    void release()
    {
        if (--living_ == 0)
            all_ended_();
    }

    [[nodiscard]] std::size_t living() const noexcept { return living_; }

private:
    boost::asio::any_io_executor executor_;
    std::function<void()> all_ended_;
    std::size_t living_ = 0;
};

}  // namespace jobaudit::client_detail
