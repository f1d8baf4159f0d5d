#pragma once

#include "client/job_request.hpp"
#include "client/request_marks.hpp"
#include "client/shard.hpp"
#include "policy/scheduler.hpp"

#include <jobaudit/options.hpp>
#include <jobaudit/outcome.hpp>

#include <boost/asio/awaitable.hpp>

#include <optional>

namespace jobaudit::client_detail {

/// Makes one attempt after the other that a scheduler decides on; tells the observer of each, and the scheduler how it
/// ended. One for each job in flight.
class job_attempt {
public:
    /// Uses connections of `home` in the name of `connections`. All outlive it; `options` are those of the scheduler's
    /// batch. `instead`: see job_request.
    job_attempt(shard& home, net::pool_share& connections, policy::scheduler& scheduler, const audit_options& options,
                const request_marks& marks, other_request* instead = nullptr);

    /// Makes the attempt, whose records go to `records`. Then either conclude() or cut_off() is to be called, and in
    /// the end release(). Exceptions of the writer pass through as they are.
    [[nodiscard]] boost::asio::awaitable<void> async_run(const policy::attempt& decided, net::clock::time_point now,
                                                         job_writer& records);

    /// The attempt has ended by itself, was interrupted, or was taken back. What becomes of its job, unless that is for
    /// others to say: one that was taken back waits, and one that was interrupted is among the scheduler's leftovers.
    [[nodiscard]] std::optional<policy::resolution> conclude();

    /// An exception has ended the attempt, and with it the batch.
    void cut_off(error_code why);

    /// After conclude(): moves what the attempt came to into an outcome of its job.
    void take_outcome(const policy::resolution& resolved, outcome& result);

    void release() { request_.release(); }

    /// An attempt is being made, and its request may have left.
    [[nodiscard]] bool in_flight() const noexcept { return in_flight_; }
    [[nodiscard]] bool has_sent() const noexcept { return announced_; }
    [[nodiscard]] job_request& request() noexcept { return request_; }

private:
    [[nodiscard]] bool allow(job_request::departure what, net::clock::time_point now);
    void announce();
    void report_end(int http_status, error_code error) const;
    void report_retry(unsigned number, policy::duration wait, std::string_view cause) const;

    policy::scheduler& scheduler_;
    const audit_options& options_;
    const request_marks& marks_;
    observer* const observer_;
    job_request request_;
    const job_request::send_permission may_send_;
    policy::attempt current_;
    net::clock::time_point started_{};
    bool in_flight_ = false;
    bool announced_ = false;  // the current attempt, to the observer
};

}  // namespace jobaudit::client_detail
