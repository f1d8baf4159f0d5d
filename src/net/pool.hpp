#pragma once

#include "net/connection.hpp"
#include "net/connector.hpp"
#include "policy/connection_pool.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace jobaudit {
class observer;
}

namespace jobaudit::net {

/// Whether the deadlines of an operation go on while it stands in a share's line.
enum class line_time : std::uint8_t { counts, stands_still };

/// How much of a pool one of its users may have.
class pool_share : public policy::connection_share {
public:
    explicit pool_share(std::size_t most, line_time in_line = line_time::counts) noexcept
        : connection_share{most}, in_line_{in_line}
    {}

private:
    friend class pool;

    const line_time in_line_;
};

/// The connections of one thread to one origin: does what policy::connection_pool decides. Not thread-safe.
class pool final : policy::connection_pool::listener {
public:
    using limits = policy::connection_pool::limits;

    /// `numbers` tells the connections of a client apart, over all its threads; `lines` is shared by them too.
    pool(connector& maker, limits bounds, policy::pipelining& lines, std::atomic<std::uint64_t>& numbers,
         observer* watcher);
    ~pool();

    /// A place in the queue of a connection; destroying it closes the connection and gives its place to who waits.
    class lease {
    public:
        lease() = default;
        lease(pool* owner, policy::connection_pool::connection_ptr held) noexcept
            : owner_{owner}, held_{std::move(held)}
        {}
        lease(lease&& other) noexcept = default;
        lease& operator=(lease&& other) noexcept;
        ~lease() { close(); }

        [[nodiscard]] connection* operator->() const noexcept { return static_cast<connection*>(held_.get()); }
        [[nodiscard]] connection& operator*() const noexcept { return *operator->(); }
        explicit operator bool() const noexcept { return held_ != nullptr; }

        /// Gives it back: the connection is kept when it may carry another exchange, and closed otherwise, once the
        /// last of its leases is back.
        void release(clock::time_point now);
        /// The answer of an exchange on it was passed on; before release().
        void note_answer(const policy::unproven_answer& passed_on)
        {
            held_->order().note_answer(*held_->user, passed_on);
        }
        void close() noexcept;

    private:
        friend class pool;

        pool* owner_ = nullptr;
        policy::connection_pool::connection_ptr held_;
    };

    struct result {
        pool::lease lease;
        net::failure failure;
        bool is_new = false;             ///< the connection was opened for this acquisition
        clock::duration time_in_line{};  ///< as far as deadlines stood still
    };

    /// A connection that can be used at once, when there is one; opens none, waits for none.
    [[nodiscard]] lease try_acquire(pool_share& user, clock::time_point now);

    /// When none can be used at once: a new one, or, when the share has all that it may, the next that comes free.
    [[nodiscard]] boost::asio::awaitable<result> async_acquire(pool_share& user, operation& op);

    /// A new connection in the place of one that was lost: see policy::connection_pool::replace().
    [[nodiscard]] boost::asio::awaitable<result> async_replace(pool_share& user, lease& lost, operation& op);

    /// To be called with every coarse tick.
    void reap(clock::time_point now) { decides_.reap(now); }
    /// See policy::connection_pool.
    void distrust_idle_since(clock::time_point then, clock::time_point now) { decides_.distrust_idle_since(then, now); }
    /// The first request on one that was idle before came to nothing, as the peer had closed it by then.
    void note_stale(const connection& lost) noexcept { decides_.note_stale(lost); }
    /// Closes what is not leased, looked at or not.
    void close_idle() noexcept { decides_.close_idle(clock::now()); }

    /// Nobody in line is served any more.
    void end_service() noexcept { decides_.end_service(); }

    /// Looks at the connections whose time for that has come. Says when to come again for the sake of `user`; nothing
    /// when all that was answered in its name is proven, or was reported.
    std::optional<clock::time_point> look(const pool_share& user, clock::time_point now)
    {
        return decides_.look(user, now);
    }
    /// Nobody wants to hear of answers in the name of `user` any more.
    void forget(const pool_share& user) noexcept { decides_.forget(user, clock::now()); }

    [[nodiscard]] std::uint64_t opened() const noexcept { return decides_.opened(); }
    [[nodiscard]] std::size_t idle() const noexcept { return decides_.idle(); }
    /// Whether one of those that are not in use is to be looked at, which takes the news of its socket.
    [[nodiscard]] bool has_looks_due() const noexcept { return timer_at_ != clock::time_point::max(); }
    [[nodiscard]] std::size_t in_use() const noexcept { return decides_.in_use(); }
    [[nodiscard]] std::uint64_t leased() const noexcept { return decides_.leased(); }
    [[nodiscard]] std::uint64_t released() const noexcept { return decides_.released(); }

private:
    class waiter;
    class opening;

    void on_closed(std::uint64_t number) override;
    void on_left_over(std::uint64_t number, std::size_t in_doubt) override;
    void on_look_due(clock::time_point when) override;

    /// In the place of `lost`, where that is not null.
    [[nodiscard]] boost::asio::awaitable<result> async_get(pool_share& user, lease* lost, operation& op);
    /// Waits until it is served; otherwise says why not.
    [[nodiscard]] boost::asio::awaitable<failure> async_stand_in_line(pool_share& user, waiter& self, operation& op);
    /// Opens a connection in a place that was taken.
    [[nodiscard]] boost::asio::awaitable<result> async_open(pool_share& user, operation& op);
    /// Whether its asker had better wait for one of those that work, after an opening that came to nothing.
    [[nodiscard]] bool waits_for_others(const pool_share& user, operation& op, const result& opened);

    connector& maker_;
    std::atomic<std::uint64_t>& numbers_;
    observer* const observer_;
    boost::asio::steady_timer timer_;
    clock::time_point timer_at_ = clock::time_point::max();
    policy::connection_pool decides_;
    // What a pending handler asks before it touches the pool.
    std::shared_ptr<pool*> self_ = std::make_shared<pool*>(this);
};

}  // namespace jobaudit::net
