#pragma once

#include "client/job_attempt.hpp"
#include "client/request_marks.hpp"
#include "client/shard.hpp"
#include "policy/batch_state.hpp"
#include "policy/scheduler.hpp"

#include <jobaudit/options.hpp>
#include <jobaudit/outcome.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace jobaudit::client_detail {

/// What all single fetches of a client share: their part of the connections, what they know of the origin, and the line
/// of those that wait for another one's end. Lives on the client's executor.
struct fetch_group {
    fetch_group(const client_options& options, std::uint64_t seed_of_all);

    /// An attempt has ended or begun: who has waited longest looks whether it may begin one.
    void wake_next();

    net::pool_share connections;
    const bool shares_origin;  // with other clients, whose attempts wake nobody here
    const std::shared_ptr<policy::origin_state> origin;
    const std::uint64_t seed;
    std::atomic<std::uint64_t> fetches{0};  // made so far; from any thread
    std::map<std::uint64_t, boost::asio::steady_timer*> line;
};

/// One job, or something else, asked for on its own, with retries: a batch of one job, whose scheduler knows the origin
/// together with those of the other fetches. Lives on the client's executor, and keeps itself until it has completed.
class fetch_run : public std::enable_shared_from_this<fetch_run> {
public:
    /// May be called on any thread. `instead`: what is asked for, unless it is the failed files of `job`; the outcome
    /// is then of that.
    fetch_run(std::shared_ptr<shard> home, std::shared_ptr<fetch_group> group, job_id job, const fetch_options& options,
              request_marks marks, std::shared_ptr<other_request> instead = {});

    void start(std::function<void(error_code, outcome)> done);
    void cancel(errc why);
    /// See job_request.
    void go_on_reading() { attempt_.request().go_on_reading(); }

    /// From any thread, before the cancel() that follows on the executor: one that has not started yet asks for
    /// nothing.
    void note_cancel() noexcept { is_to_be_canceled_.store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool is_to_be_canceled() const noexcept { return is_to_be_canceled_.load(std::memory_order_relaxed); }

private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> wait(policy::decision what);
    [[nodiscard]] boost::asio::awaitable<void> attempt(policy::attempt decided, net::clock::time_point now,
                                                       job_writer& records);
    void conclude(job_writer& records);
    void take_leftover();
    void explain_stop();
    void give_up(error_code why);
    /// Anything but the lack of memory is a mistake of this library's, and ends the process.
    void end_without_memory(const std::exception_ptr& failed) noexcept;

    const std::shared_ptr<shard> home_;
    const std::shared_ptr<fetch_group> group_;
    const std::uint64_t number_;  // among the fetches of its client
    const request_marks marks_;
    const std::shared_ptr<other_request> instead_;
    policy::batch_state batch_;
    policy::scheduler scheduler_;
    job_attempt attempt_;
    boost::asio::steady_timer timer_;
    std::optional<errc> canceled_;
    std::atomic<bool> is_to_be_canceled_{false};
    error_code ended_by_;
    outcome result_;
    std::function<void(error_code, outcome)> done_;
};

}  // namespace jobaudit::client_detail
