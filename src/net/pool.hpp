#pragma once

#include "net/connection.hpp"
#include "net/connector.hpp"
#include "net/pipelining.hpp"
#include "policy/random.hpp"

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace jobaudit {
class observer;
}

namespace jobaudit::net {

/// The connections of one thread to one origin.
///
/// The idle list is LIFO, so that few connections do the work and the others age out. A connection enters it only
/// through release(), and only when its last exchange was clean; whatever else becomes of a connection closes it.
/// Connections are opened when a job needs one and none is idle, up to the limit; who comes then waits in line, and
/// gets the next that is released, or the place of the next that is closed.
///
/// With pipelining, and when all connections are open, one that has answered before and is in use takes further
/// exchanges up to the depth: the one that got the last before the others, so that requests leave together. Not
/// thread-safe.
class pool {
public:
    struct limits {
        std::size_t connections = 64;
        clock::duration idle_timeout{};
        clock::duration
            max_age{};  ///< ±10 % at random, so that connections that were opened together don't end together
    };

    /// `numbers` tells the connections of a client apart, over all its threads; `lines` is shared by them too.
    pool(connector& maker, limits bounds, pipelining& lines, std::atomic<std::uint64_t>& numbers, observer* watcher);
    ~pool();

    /// A place in the queue of a connection; destroying it closes the connection and gives its place to who waits.
    class lease {
    public:
        lease() = default;
        lease(pool* owner, std::shared_ptr<connection> held) noexcept : owner_{owner}, held_{std::move(held)} {}
        lease(lease&& other) noexcept = default;
        lease& operator=(lease&& other) noexcept;
        ~lease() { close(); }

        [[nodiscard]] connection* operator->() const noexcept { return held_.get(); }
        [[nodiscard]] connection& operator*() const noexcept { return *held_; }
        explicit operator bool() const noexcept { return held_ != nullptr; }

        /// Gives it back: the connection is kept when it may carry another exchange, and closed otherwise, once the
        /// last of its leases is back.
        void release(clock::time_point now);
        void close() noexcept;

    private:
        pool* owner_ = nullptr;
        std::shared_ptr<connection> held_;
    };

    struct result {
        pool::lease lease;
        net::failure failure;
        bool is_new = false;  ///< the connection was opened for this acquisition
    };

    /// No limit but the pool's.
    static constexpr std::size_t any_number = static_cast<std::size_t>(-1);

    /// A connection that can be used at once, when there is one; opens none, waits for none. While fewer than `most`
    /// are open, that is an idle one.
    [[nodiscard]] lease try_acquire(clock::time_point now, std::size_t most = any_number);

    /// A connection that is not idle now: a new one, or, when the limit is reached or `most` are open, the next that
    /// comes free.
    [[nodiscard]] boost::asio::awaitable<result> async_acquire(operation& op, std::size_t most = any_number);

    /// A new connection in the place of one that was lost: nobody who waits in line takes that place, and no idle
    /// connection has to go for it. As long as others hold the lost one too, an idle connection goes for it, or it
    /// waits for a place in line.
    [[nodiscard]] boost::asio::awaitable<result> async_replace(lease& lost, operation& op,
                                                               std::size_t most = any_number);

    /// Closes what has been idle for too long or has been closed by the peer.
    void reap(clock::time_point now);
    void close_idle() noexcept;

    void raise_limit(std::size_t connections) noexcept;
    [[nodiscard]] std::uint64_t opened() const noexcept { return opened_; }
    [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
    [[nodiscard]] std::size_t in_use() const noexcept { return places_ - idle_.size(); }
    /// Leases that are out, and those that were ever given back.
    [[nodiscard]] std::uint64_t leased() const noexcept { return leased_; }
    [[nodiscard]] std::uint64_t released() const noexcept { return released_; }

private:
    struct waiter {
        waiter(bool wants_fresh, std::size_t most_connections) noexcept : fresh{wants_fresh}, most{most_connections} {}

        const bool fresh;
        const std::size_t most;
        wait_point point;
        pool::lease given;
        bool served = false;
    };

    /// A place under the limit for a connection that is being opened; given up unless it was kept.
    class place {
    public:
        explicit place(pool& owner) noexcept : owner_{&owner} {}
        place(const place&) = delete;
        place& operator=(const place&) = delete;
        ~place()
        {
            if (owner_ != nullptr)
                owner_->free_place();
        }
        void keep() noexcept { owner_ = nullptr; }

    private:
        pool* owner_;
    };

    [[nodiscard]] lease lend(std::shared_ptr<connection> chosen);
    /// Waits until it is served; otherwise says why not.
    [[nodiscard]] boost::asio::awaitable<net::failure> async_stand_in_line(waiter& self, operation& op);
    /// Opens a connection in a place that is the caller's.
    [[nodiscard]] boost::asio::awaitable<result> async_open(operation& op);
    /// One in use that has room for another exchange; null when there is none.
    [[nodiscard]] std::shared_ptr<connection> take_shared(clock::time_point now);
    void offer(connection& in_use);
    void withdraw_offer(connection& in_use) noexcept;
    void put_back(std::shared_ptr<connection> returned, clock::time_point now);
    void give_up(std::shared_ptr<connection> held) noexcept;
    void close(std::shared_ptr<connection> held) noexcept;
    void discard(std::shared_ptr<connection> closed) noexcept;
    void free_place() noexcept;
    [[nodiscard]] bool has_place(std::size_t most) const noexcept
    {
        return places_ < std::min(limits_.connections, most);
    }
    /// Gives what is idle or free under the limit to those who wait, in their order.
    void serve_waiters() noexcept;
    /// Gives it what there is; false when there is nothing.
    [[nodiscard]] bool serve(waiter& first);
    [[nodiscard]] clock::duration jittered_age() noexcept;

    connector& maker_;
    limits limits_;
    pipelining& lines_;
    std::atomic<std::uint64_t>& numbers_;
    observer* const observer_;
    std::vector<std::shared_ptr<connection>> idle_;
    std::vector<connection*> offered_;  // in use, with room for more exchanges
    std::deque<waiter*> waiters_;
    std::size_t places_ = 0;  // connections that are open or being opened
    bool serving_ = false;
    std::uint64_t opened_ = 0;
    std::uint64_t leased_ = 0;
    std::uint64_t released_ = 0;
    policy::random_source random_;
};

}  // namespace jobaudit::net
