#pragma once

#include "client/reading_pool.hpp"
#include "client/working_time.hpp"
#include "net/connector.hpp"
#include "net/operation.hpp"
#include "net/pool.hpp"
#include "net/reactor.hpp"
#include "net/tls_context.hpp"
#include "policy/event_coalescing.hpp"
#include "policy/memory_budget.hpp"
#include "policy/pipelining.hpp"
#include "protocol/redaction.hpp"
#include "protocol/request_head.hpp"

#include <jobaudit/options.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace jobaudit::client_detail {

/// What all threads of a client share. Never changes, but for the count of connections and what is learnt of the
/// origin.
struct setup {
    explicit setup(client_options given);

    const client_options options;
    const protocol::origin origin;
    const std::unique_ptr<net::tls_context> tls;  // null when the origin is spoken to in clear
    const protocol::request_head request;         // copied by each shard
    const std::vector<protocol::secret> secrets;  // that no text of a peer may hold
    policy::pipelining pipelining;
    policy::memory_budget memory;
    std::atomic<std::uint64_t> connections{0};
};

class job_request;

/// Told of each coarse tick, about 20 times a second.
class tick_listener {
public:
    virtual void on_tick(net::clock::time_point now) = 0;

protected:
    ~tick_listener() = default;
};

/// One thread's share of a client: its connections, its deadlines, its buffer. Everything in it happens on one
/// executor.
class shard final : public std::enable_shared_from_this<shard>, net::deadline_watch {
public:
    shard(boost::asio::any_io_executor executor, std::shared_ptr<setup> shared);
    shard(const shard&) = delete;
    shard& operator=(const shard&) = delete;

    [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
    [[nodiscard]] setup& shared() const noexcept { return *setup_; }
    [[nodiscard]] net::pool& connections() noexcept { return pool_; }
    [[nodiscard]] reading_pool& readings() noexcept { return readings_; }
    /// The request for `job`; the view is valid until the next call.
    [[nodiscard]] std::string_view request_for(const job_id& job) noexcept { return request_.for_job(job); }
    /// The same with further lines of header fields.
    [[nodiscard]] std::string_view request_for(const job_id& job, std::string_view further_lines)
    {
        return further_lines.empty() ? request_for(job) : request_.for_job(job, further_lines);
    }
    /// Bytes in passing, from the socket to a response reader: whose turn it is may use it until it waits.
    [[nodiscard]] std::span<char> buffer() noexcept { return buffer_; }

    /// Looks after the deadlines of `op` until it ends.
    void watch(net::operation& op);

    /// Until more of its answer may be read: others of this thread give memory back, or, at a tick, those of another.
    void wait_for_memory(job_request& reading);
    void stop_waiting_for_memory(job_request& reading) noexcept;
    void note_free_memory();

    void listen(tick_listener& listener);
    void leave(tick_listener& listener) noexcept;

    /// Closes the idle connections and ticks no more.
    void close() noexcept;

    /// The executor's context ends: destroys the coroutines that wait for something of the shard's, never to go on.
    void abandon() noexcept;

private:
    static constexpr auto tick_interval = std::chrono::milliseconds{50};

    void start_ticking();
    void tick();
    void note_standstill(net::clock::time_point now) override;
    void look_in_passing(net::clock::time_point now) override;
    void check_deadlines(net::clock::time_point now);
    /// Whether anything is under way; if not, nothing is waited for either, so that the context's run() may return.
    [[nodiscard]] bool is_busy() const noexcept;

    const boost::asio::any_io_executor executor_;
    const std::shared_ptr<setup> setup_;
    net::reactor reactor_;
    net::connector connector_;
    net::pool pool_;
    policy::event_coalescing coalescing_;
    protocol::request_head request_;
    net::operation_list operations_;
    std::vector<tick_listener*> listeners_;
    reading_pool readings_;
    std::vector<job_request*> waiting_for_memory_;
    std::vector<char> buffer_;
    boost::asio::steady_timer timer_;
    net::clock::time_point next_tick_{};
    working_time worked_;  // since the tick before
    bool ticking_ = false;
    bool resting_ = false;  // nothing is under way, and the connections are not watched
    bool closed_ = false;
};

}  // namespace jobaudit::client_detail
