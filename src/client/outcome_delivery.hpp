#pragma once

#include "net/wait_point.hpp"

#include <jobaudit/sink.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace jobaudit::client_detail {

/// Takes outcomes to a batch's sink, one at a time, whatever kind of sink it is and whichever thread they come from.
class outcome_delivery {
public:
    /// `home`: where an awaitable sink runs.
    outcome_delivery(any_sink sink, boost::asio::any_io_executor home);

    /// Where one job in flight puts its records.
    [[nodiscard]] std::unique_ptr<job_writer> make_writer();

    /// Whether a delivery may have to wait; if not, use deliver().
    [[nodiscard]] bool is_asynchronous() const noexcept { return static_cast<bool>(sink_->awaitable()); }

    /// `writer` made the job's records; null: the job has none. False when the sink has failed, now or before: once it
    /// has, it is given nothing more.
    [[nodiscard]] bool deliver(job_writer* writer, outcome&& result);
    /// The same for an awaitable sink, on `home`: completes when the sink has.
    [[nodiscard]] boost::asio::awaitable<bool> async_deliver(job_writer* writer, outcome result);
    /// The same on another executor, `here`; waits at `done`. The sink's coroutine keeps `owner`, but nothing of the
    /// caller: either's context may end before the other's.
    [[nodiscard]] boost::asio::awaitable<bool> async_deliver_from(boost::asio::any_io_executor here,
                                                                  net::wait_point& done, job_writer* writer,
                                                                  outcome result, std::shared_ptr<void> owner);

    /// The sink, or a writer of it, threw `failure`; the first one stands.
    void fail(const std::exception_ptr& failure);
    [[nodiscard]] bool failed() const noexcept { return failed_.load(std::memory_order_acquire); }
    /// Once failed(): what the sink said.
    [[nodiscard]] std::string failure() const;

    /// The context ends: destroys the coroutines that wait for their turn, never to go on.
    void abandon() noexcept;

    /// Lets go of the sink and of what it made; once nobody delivers any more.
    void release();

private:
    [[nodiscard]] boost::asio::awaitable<bool> call_in_turn(outcome result);
    void pass_to_sink(job_writer* writer, outcome&& result);
    void complete(job_writer* writer, outcome& result) const;

    std::optional<any_sink> sink_;
    const boost::asio::any_io_executor home_;
    std::mutex turn_;                             // of plain and streaming sinks
    bool busy_ = false;                           // an awaitable sink is at work
    std::deque<net::wait_point*> waiting_turns_;  // for it; on `home_` only
    std::unique_ptr<job_writer> spare_writer_;    // for outcomes without a writer of their own
    std::atomic<bool> failed_{false};
    mutable std::mutex failing_;
    std::string failure_;
};

}  // namespace jobaudit::client_detail
