#pragma once

#include "client/audit_batch.hpp"
#include "client/audit_part.hpp"

#include <jobaudit/detail/completion.hpp>
#include <jobaudit/summary.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace jobaudit::client_detail {

/// One batch from its start to its summary: starts its parts, passes stops and cancellations on to them, and gives what
/// they left undone an outcome. Lives on the client's executor, and keeps itself until it has completed.
class audit_run : public std::enable_shared_from_this<audit_run> {
public:
    audit_run(boost::asio::any_io_executor home, std::shared_ptr<audit_batch> batch,
              std::vector<std::shared_ptr<audit_part>> parts);

    /// `done` is called on the home executor, after everything else of the batch has ended.
    void start(std::function<void(error_code, summary)> done);

    /// Ends the batch: with `drain`, what is in flight may end within drain_limit.
    void cancel(errc why, bool drain);

    /// The context ends: destroys what waits for something of the batch's, never to go on. It does not complete.
    void abandon() noexcept;

    void set_rate(double per_second) { batch_->state.set_rate(per_second, net::clock::now()); }

private:
    void start_pump();
    void on_stop(bool drain);
    void one_ended();
    [[nodiscard]] boost::asio::awaitable<void> finish();
    [[nodiscard]] boost::asio::awaitable<void> deliver_leftover(outcome result);
    [[nodiscard]] outcome leftover_outcome(const job_id& job, unsigned attempts, policy::duration elapsed);
    /// Of a job that was to be asked for again, as its answer may be another's.
    [[nodiscard]] outcome doubtful_outcome(const job_id& job);
    void count_leftover(outcome_kind kind);
    [[nodiscard]] summary make_summary() const;
    [[nodiscard]] error_code code_of(stop_reason stopped) const;

    const boost::asio::any_io_executor home_;
    const std::shared_ptr<audit_batch> batch_;
    std::vector<std::shared_ptr<audit_part>> parts_;
    const net::clock::time_point started_ = net::clock::now();
    boost::asio::steady_timer drain_timer_;
    boost::asio::cancellation_signal stop_pump_;
    std::size_t running_ = 0;  // parts, and the pump
    errc cancel_code_ = errc::canceled;
    // Of an origin that is shared with others, when the batch began.
    const policy::duration held_back_before_;
    const std::uint64_t refusals_before_;
    part_counts leftovers_;
    std::uint64_t leftover_count_ = 0;
    std::function<void(error_code, summary)> done_;
};

}  // namespace jobaudit::client_detail
