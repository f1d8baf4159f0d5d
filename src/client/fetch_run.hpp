#pragma once

#include "client/job_request.hpp"
#include "client/shard.hpp"
#include "policy/held_time.hpp"
#include "policy/host_gate.hpp"
#include "policy/random.hpp"
#include "policy/retry_budget.hpp"

#include <jobaudit/options.hpp>
#include <jobaudit/outcome.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

namespace jobaudit::client_detail {

/// What all single fetches of a client share: their part of the connections, and when the host said "slow down" to one,
/// the others wait too. Lives on the client's executor.
struct fetch_policy {
    fetch_policy(std::size_t most_connections, std::uint64_t seed)
        : connections{most_connections}, gate{held, seed}, random{seed}
    {}

    net::pool_share connections;
    policy::held_time held;
    policy::host_gate gate;
    net::clock::time_point asked_until{};  // by the server; the gate may stay closed a little longer, or for itself
    policy::retry_budget budget;
    policy::random_source random;
};

/// One job, asked for on its own, with retries. Lives on the client's executor, and keeps itself until it has
/// completed.
class fetch_run : public std::enable_shared_from_this<fetch_run> {
public:
    fetch_run(std::shared_ptr<shard> home, std::shared_ptr<fetch_policy> shared, job_id job,
              const fetch_options& options);

    void start(std::function<void(error_code, outcome)> done);
    void cancel(errc why);

private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> pause_until(net::clock::time_point when);
    /// One attempt, with its end in verdict_; none when the gate was closed before its request could leave.
    [[nodiscard]] boost::asio::awaitable<void> attempt(job_writer& records);
    void conclude(net::clock::time_point began);
    [[nodiscard]] bool allow_sending(net::clock::time_point now);
    void announce();
    void report_end(net::clock::time_point began, int http_status, error_code error) const;
    [[nodiscard]] protocol::verdict asked_to_wait(net::clock::duration wait) const;
    [[nodiscard]] net::clock::time_point job_ends(net::clock::time_point now) const;
    [[nodiscard]] std::optional<policy::duration> pause_before_retry(const protocol::verdict& verdict,
                                                                     net::clock::time_point now);
    void take(protocol::verdict verdict);
    /// Anything but the lack of memory is a mistake of this library's, and ends the process.
    void end_without_memory(const std::exception_ptr& failed) noexcept;

    const std::shared_ptr<shard> home_;
    const std::shared_ptr<fetch_policy> policy_;
    const fetch_options options_;
    job_request request_;
    boost::asio::steady_timer timer_;
    net::clock::time_point started_{};  // the first attempt
    net::clock::duration held_before_{};
    net::clock::duration time_in_line_{};
    const job_request::send_permission may_send_;
    std::uint64_t epoch_ = 0;    // of the gate, when the current attempt's request left
    bool announced_ = false;     // the current attempt, to the observer
    bool is_concluded_ = false;  // the current attempt has a verdict
    unsigned owed_ = 0;          // to the retry budget, for the next attempt
    std::optional<errc> canceled_;
    error_code ended_by_;
    std::optional<protocol::verdict> verdict_;  // of the last attempt
    outcome result_;
    std::function<void(error_code, outcome)> done_;
};

}  // namespace jobaudit::client_detail
