#pragma once

#include "client/audit_batch.hpp"
#include "client/job_attempt.hpp"
#include "client/shard.hpp"
#include "client/task_group.hpp"
#include "net/wait_point.hpp"
#include "policy/scheduler.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace jobaudit::client_detail {

/// One thread's part of a batch: asks its scheduler what to do next, and does it. Everything in it happens on its
/// shard's executor.
///
/// Each lane is one coroutine that carries one job at a time. A lane for which there is nothing to do parks, and so do
/// those for whose requests the connections have no room; one timer a part wakes the parked, at the time the scheduler
/// named.
class audit_part final : public std::enable_shared_from_this<audit_part>, tick_listener {
public:
    /// `first`: it runs on the client's executor, and speaks for the batch until batch_ended().
    audit_part(std::shared_ptr<shard> home, std::shared_ptr<audit_batch> batch, unsigned connections,
               std::uint64_t seed, bool first);

    /// `ended` is called on the shard's executor when no lane is left; the lanes keep the part until then.
    void start(std::function<void()> ended);

    /// The context ends: destroys the lanes that wait for something of the part's, never to go on.
    void abandon() noexcept;

    /// New jobs have come from an asynchronous source.
    void jobs_arrived();

    /// The batch was stopped. `drain`: what is in flight may end by itself.
    void batch_stopped(bool drain);

    /// All parts have ended; to be told to the first one.
    void batch_ended();

    /// Once ended.
    [[nodiscard]] const part_counts& counts() const noexcept { return counts_; }
    [[nodiscard]] std::vector<policy::scheduler::leftover> take_leftovers()
    {
        return scheduler_.take_leftovers(net::clock::now());
    }

    /// Whether the answer that was delivered for `job` may be another's.
    [[nodiscard]] bool is_in_doubt(const job_id& job) const;

    [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept { return home_->executor(); }

private:
    struct lane {
        explicit lane(audit_part& part);

        std::unique_ptr<job_writer> writer;
        job_attempt attempt;
        net::wait_point waits_at;  // for work, or for an awaitable sink on another executor
    };

    void on_tick(net::clock::time_point now) override;

    /// How many the connections have room for, by what is known of how large responses are.
    [[nodiscard]] unsigned usable_lanes() const noexcept;
    [[nodiscard]] boost::asio::awaitable<void> run(lane& self);
    void fail_sink();
    /// The attempt has ended. True when its job has, with `result`.
    [[nodiscard]] bool conclude(lane& self, bool sink_failed, outcome& result);
    /// Waits until no answer that was delivered can turn out to be another's, or until jobs are to be asked for again.
    [[nodiscard]] boost::asio::awaitable<void> async_prove_answers();
    void ask_again(std::span<const policy::unproven_answer> answers);
    /// The outcome of a job that was asked for again is there. Whether it is to be delivered once more.
    [[nodiscard]] bool resolve_doubt(lane& self, outcome& result);
    void deliver(lane& self, outcome&& result);
    [[nodiscard]] boost::asio::awaitable<void> async_deliver(lane& self, outcome result);
    void note_delivery(bool delivered, outcome_kind kind, std::uint64_t files);
    void refill();
    void note_stop();

    void set_timer(net::clock::time_point when);
    void wake_one();
    void wake_one_later();
    void wake_all();
    void part_ended();

    // A job whose answers were doubted so often gets a connection of its own, whose first answer is in no doubt; what
    // is no list is then not asked for again, should a server send a response too many with each.
    static constexpr unsigned most_doubts = 3;
    struct doubt {
        policy::unproven_answer answer;
        unsigned times = 0;
        bool is_open = false;  // the job is to be asked for again
    };

    const std::shared_ptr<shard> home_;
    const std::shared_ptr<audit_batch> batch_;
    net::pool_share connections_;
    const bool first_;
    policy::scheduler scheduler_;
    std::vector<std::unique_ptr<lane>> lanes_;
    std::vector<lane*> parked_;
    boost::asio::steady_timer timer_;
    net::clock::time_point timer_at_ = net::clock::time_point::max();
    bool wake_posted_ = false;
    bool source_ended_ = false;
    std::unordered_map<job_id, doubt> doubts_;
    boost::asio::steady_timer look_timer_;
    std::uint64_t left_over_before_;
    bool is_proving_ = false;
    bool is_proven_ = false;
    bool gave_up_proving_ = false;
    part_counts counts_;
    task_group tasks_;
    std::function<void()> ended_;
};

}  // namespace jobaudit::client_detail
