#pragma once

#include "net/wait_point.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <sys/epoll.h>
#include <utility>

namespace jobaudit::net {

/// A socket's file descriptor, closed with its owner.
class unique_socket {
public:
    unique_socket() = default;
    explicit unique_socket(int descriptor) noexcept : descriptor_{descriptor} {}
    unique_socket(unique_socket&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
    unique_socket& operator=(unique_socket&& other) noexcept
    {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~unique_socket();

    [[nodiscard]] int get() const noexcept { return descriptor_; }
    explicit operator bool() const noexcept { return descriptor_ >= 0; }

private:
    int descriptor_ = -1;
};

class reactor;

/// What is known of a socket's readiness. Registered once, edge-triggered: a flag stays set until the owner finds the
/// socket drained and clears it. That saves the read that Asio's sockets try, and see fail, before each wait.
class socket_watch {
public:
    socket_watch() = default;
    socket_watch(const socket_watch&) = delete;
    socket_watch& operator=(const socket_watch&) = delete;
    ~socket_watch() { detach(); }

    bool readable = false;
    bool writable = false;
    bool hung_up = false;  ///< the peer has closed its side, or the socket failed: reading shows which

    /// Notified with wake::ready when a flag is set; may be null.
    wait_point* waiter = nullptr;

    /// Calls `turn` once others on the executor have had theirs, and of all turns of this kind one at a time: they are
    /// for what keeps the executor for long. False when no reactor watches.
    [[nodiscard]] bool take_turn(std::function<void()> turn);

    /// Leaves the reactor; the descriptor must still be open.
    void detach() noexcept;

private:
    friend class reactor;
    reactor* reactor_ = nullptr;
    int descriptor_ = -1;
};

/// Waits for many sockets with one epoll instance, which is itself one descriptor of Asio's: works on any executor, and
/// a wakeup serves all sockets that are ready. Not thread-safe: everything happens on the executor.
class reactor {
public:
    /// Throws boost::system::system_error when the system has no room for it.
    explicit reactor(const boost::asio::any_io_executor& executor);
    reactor(const reactor&) = delete;
    reactor& operator=(const reactor&) = delete;
    ~reactor();

    /// How long the sockets are to be left alone after a look at them that had news; asked each time.
    using pause_rule = std::function<std::chrono::nanoseconds()>;
    void set_pause(pause_rule rule) { pause_after_look_ = std::move(rule); }

    /// False when the system has no room for it (errno tells).
    [[nodiscard]] bool add(socket_watch& watch, int descriptor);
    void remove(socket_watch& watch) noexcept;

    /// Leaves the sockets unwatched until resume(): a wait for them would keep the context's run() from returning.
    void rest() noexcept;
    /// Takes the news since rest(), and watches again.
    void resume();

private:
    static constexpr std::size_t batch_size = 256;
    // To wait by way of Asio takes three system calls, to look once more takes one: while there is news, a wakeup goes
    // on looking, so often that others on the executor get their turn.
    static constexpr int looks_a_wakeup = 8;
    static constexpr auto longest_wakeup = std::chrono::milliseconds{5};

    friend class socket_watch;

    void take_turn(std::function<void()> turn);
    void post_turn();
    void next_turn();
    /// Dispatches when there is news.
    void arm();
    void disarm() noexcept;
    /// Dispatches after a time.
    void dispatch_after(std::chrono::nanoseconds pause);
    void dispatch();
    /// Tells the watches what the system says of their sockets; false when there was nothing, or the reactor is gone.
    [[nodiscard]] bool look();

    boost::asio::posix::stream_descriptor epoll_;
    boost::asio::steady_timer pause_;
    pause_rule pause_after_look_;
    std::array<epoll_event, batch_size> events_;
    std::size_t events_left_ = 0;  // of the batch that is being dispatched: behind events_at_
    std::size_t events_at_ = 0;
    std::size_t watches_ = 0;
    std::deque<std::function<void()>> turns_;
    bool turn_is_posted_ = false;
    bool armed_ = false;  // dispatch() will be called
    bool resting_ = false;
    // What a pending handler asks before it touches the reactor.
    std::shared_ptr<reactor*> self_ = std::make_shared<reactor*>(this);
};

}  // namespace jobaudit::net
