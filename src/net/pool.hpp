#pragma once

#include "net/connection.hpp"
#include "net/connector.hpp"
#include "policy/random.hpp"

#include <boost/asio/awaitable.hpp>

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
/// gets the next that is released, or the place of the next that is closed. Not thread-safe.
class pool {
public:
    struct limits {
        std::size_t connections = 64;
        clock::duration idle_timeout{};
        clock::duration
            max_age{};  ///< ±10 % at random, so that connections that were opened together don't end together
    };

    /// `numbers` tells the connections of a client apart, over all its threads.
    pool(connector& maker, limits bounds, std::atomic<std::uint64_t>& numbers, observer* watcher);
    ~pool();

    /// A connection that was acquired; destroying it closes it and gives its place to who waits.
    class lease {
    public:
        lease() = default;
        lease(pool* owner, std::unique_ptr<connection> held) noexcept : owner_{owner}, held_{std::move(held)} {}
        lease(lease&& other) noexcept = default;
        lease& operator=(lease&& other) noexcept;
        ~lease() { close(); }

        [[nodiscard]] connection* operator->() const noexcept { return held_.get(); }
        [[nodiscard]] connection& operator*() const noexcept { return *held_; }
        explicit operator bool() const noexcept { return held_ != nullptr; }

        /// Gives it back: kept when it may carry another exchange, closed otherwise.
        void release(clock::time_point now);
        void close() noexcept;

    private:
        pool* owner_ = nullptr;
        std::unique_ptr<connection> held_;
    };

    struct result {
        pool::lease lease;
        net::failure failure;
        bool is_new = false;  ///< the connection was opened for this acquisition
    };

    /// An idle connection, when there is one; opens none, waits for none.
    [[nodiscard]] lease try_acquire(clock::time_point now);

    /// A connection that is not idle now: a new one, or, when the limit is reached, the next that comes free. `fresh`:
    /// only a new one will do.
    [[nodiscard]] boost::asio::awaitable<result> async_acquire(operation& op, bool fresh);

    /// Closes what has been idle for too long or has been closed by the peer.
    void reap(clock::time_point now);
    void close_idle() noexcept;

    void raise_limit(std::size_t connections) noexcept;
    [[nodiscard]] std::uint64_t opened() const noexcept { return opened_; }
    [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
    [[nodiscard]] std::size_t in_use() const noexcept { return places_ - idle_.size(); }

private:
    struct waiter {
        wait_point point;
        std::unique_ptr<connection> given;
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

    void put_back(std::unique_ptr<connection> returned, clock::time_point now);
    void close(std::unique_ptr<connection> held) noexcept;
    void discard(std::unique_ptr<connection> closed) noexcept;
    void free_place() noexcept;
    /// Gives what is idle or free under the limit to those who wait, in their order.
    void serve_waiters() noexcept;
    [[nodiscard]] clock::duration jittered_age() noexcept;

    connector& maker_;
    limits limits_;
    std::atomic<std::uint64_t>& numbers_;
    observer* const observer_;
    std::vector<std::unique_ptr<connection>> idle_;
    std::deque<waiter*> waiters_;
    std::size_t places_ = 0;  // connections that are open or being opened
    bool serving_ = false;
    std::uint64_t opened_ = 0;
    policy::random_source random_;
};

}  // namespace jobaudit::net
