#pragma once

#include "net/connection.hpp"
#include "net/connector.hpp"
#include "net/pipelining.hpp"
#include "policy/connection_growth.hpp"
#include "policy/idle_limit.hpp"
#include "policy/random.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace jobaudit {
class observer;
}

namespace jobaudit::net {

class pool_share;

/// The connections of one thread to one origin.
///
/// The idle list is LIFO, so that few connections do the work and the others age out. One that has been idle for about
/// as long as those that the peer closed is used no more (policy::idle_limit). A connection enters it only
/// through release(), and only when its last exchange was clean; whatever else becomes of a connection closes it.
/// Connections are opened when a job needs one and none is idle, up to the limit of the share in whose name it is
/// asked for; who comes then waits in that share's line, and gets the next that the share gives back, or the place of
/// the next that is closed. One share's line never holds another one up.
///
/// Where one cannot be opened although others of the share work, its asker waits in line for one of those instead, and
/// more are opened only now and then (policy::connection_growth). One whose opening takes far longer than those before
/// gives way as soon as another is idle.
///
/// Only the order of responses tells what they answer. So a connection is looked at before it is closed, and after each
/// answer_order::longest_run responses, when nothing has been awaited for a while: silence proves its answers. Where a
/// response is left over instead, their askers are told (pool_share::on_doubt), and the origin gets one connection an
/// exchange from then on.
///
/// With pipelining, and when a share has all that it may, one of its connections that has answered before takes further
/// exchanges up to the depth: the one that got the last before the others, so that requests leave together. Not
/// thread-safe.
class pool {
public:
    struct limits {
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
        /// The answer of an exchange on it was passed on; before release().
        void note_answer(const unproven_answer& passed_on) { held_->order().note_answer(*held_->user, passed_on); }
        void close() noexcept;

    private:
        pool* owner_ = nullptr;
        std::shared_ptr<connection> held_;
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

    /// A new connection in the place of one that was lost: nobody who waits in line takes that place, and no idle
    /// connection has to go for it. As long as others hold the lost one too, an idle connection goes for it, or it
    /// waits for a place in line.
    [[nodiscard]] boost::asio::awaitable<result> async_replace(pool_share& user, lease& lost, operation& op);

    /// Closes what has been idle for too long or has been closed by the peer, and opens for those in line what may be
    /// opened by now. To be called with every coarse tick.
    void reap(clock::time_point now);
    /// A request that left at `then` on a used connection came to no byte of an answer in its time. The way to the
    /// server may have forgotten its connections (a sleep, a NAT): those that have been idle since before that are not
    /// used any more.
    void distrust_idle_since(clock::time_point then, clock::time_point now);
    /// The first request on one that was idle before came to nothing, as the peer had closed it by then.
    void note_stale(const connection& lost) noexcept { idle_limit_.note_closed(lost.idle_before); }
    /// Closes what is not leased, looked at or not.
    void close_idle() noexcept;

    /// Looks at the connections whose time for that has come. Says when to come again for the sake of `user`; nothing
    /// when all that was answered in its name is proven, or was reported.
    std::optional<clock::time_point> look(const pool_share& user, clock::time_point now);

    /// Nobody wants to hear of answers in the name of `user` any more.
    void forget(const pool_share& user) noexcept;

    [[nodiscard]] std::uint64_t opened() const noexcept { return opened_; }
    [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
    /// Whether reap() has something to look after.
    [[nodiscard]] bool has_unleased() const noexcept
    {
        return !idle_.empty() || !resting_.empty() || !leaving_.empty();
    }
    /// Connections that are leased or being opened.
    [[nodiscard]] std::size_t in_use() const noexcept { return in_use_; }
    /// Leases that are out, and those that were ever given back.
    [[nodiscard]] std::uint64_t leased() const noexcept { return leased_; }
    [[nodiscard]] std::uint64_t released() const noexcept { return released_; }

private:
    friend class pool_share;

    struct waiter {
        explicit waiter(bool wants_fresh) noexcept : fresh{wants_fresh} {}

        const bool fresh;
        wait_point point;
        pool::lease given;  // empty when a place was given
        clock::duration time_in_line{};
        bool served = false;
    };

    /// A connection that is being opened, in a share's place; that is given up unless it was kept.
    class opening {
    public:
        opening(pool& owner, pool_share& user, operation& op);
        opening(const opening&) = delete;
        opening& operator=(const opening&) = delete;
        ~opening();
        void keep() noexcept { user_ = nullptr; }

        [[nodiscard]] clock::time_point since() const noexcept { return since_; }
        void give_way() { op_.give_way(); }

    private:
        pool& owner_;
        pool_share* user_;
        operation& op_;
        const clock::time_point since_ = clock::now();
    };

    [[nodiscard]] lease lend(std::shared_ptr<connection> chosen);
    /// The same for one that is not in use, in a place that was taken.
    [[nodiscard]] lease lend_in_place(pool_share& user, std::shared_ptr<connection> chosen);
    /// Waits until it is served; otherwise says why not.
    [[nodiscard]] boost::asio::awaitable<net::failure> async_stand_in_line(pool_share& user, waiter& self,
                                                                           operation& op);
    /// Opens a connection in a place that was taken.
    [[nodiscard]] boost::asio::awaitable<result> async_open(pool_share& user, operation& op);
    /// Whether one more may be opened in the share's name.
    [[nodiscard]] bool may_open(const pool_share& user) const noexcept;
    /// Whether its asker had better wait for one of those that work, after an opening that came to nothing.
    [[nodiscard]] bool waits_for_others(const pool_share& user, operation& op, const result& opened);
    /// Openings that take far longer than others did make room for those that have come free.
    void end_slow_openings(clock::time_point now);
    /// The one that came back last; null when none is fit to be used.
    [[nodiscard]] std::shared_ptr<connection> take_idle(const pool_share& user, clock::time_point now);
    /// One of the share's that has room for another exchange; null when there is none.
    [[nodiscard]] std::shared_ptr<connection> take_shared(pool_share& user, clock::time_point now);
    void offer(connection& in_use);
    void withdraw_offer(connection& in_use) noexcept;
    void put_back(std::shared_ptr<connection> returned, clock::time_point now);
    void give_up(std::shared_ptr<connection> held) noexcept;
    /// It is used no more: closed at once, or once it was looked at.
    void retire(std::shared_ptr<connection> unused) noexcept;
    /// Keeps it unused, in its place, until it was looked at.
    void rest(std::shared_ptr<connection> unused);
    void end_rest(std::shared_ptr<connection> unproven) noexcept;
    void look(clock::time_point now);
    void look_at_resting(clock::time_point now);
    void look_at_leaving(clock::time_point now);
    void look_at_idle(const pool_share& user, clock::time_point now);
    void report_doubt(connection& looked_at);
    void set_timer(clock::time_point when);
    void close(std::shared_ptr<connection> held) noexcept;
    void close_oldest_idle() noexcept;
    void take_place(pool_share& user) noexcept;
    void free_place(pool_share& user) noexcept;
    /// The place of one that was lent.
    void free_working_place(pool_share& user) noexcept;
    /// Gives those in the share's line, in their order, what the share has free.
    void serve_line(pool_share& user) noexcept;
    /// Gives it what there is; false when there is nothing.
    [[nodiscard]] bool serve(pool_share& user, waiter& first);
    [[nodiscard]] clock::duration jittered_age() noexcept;
    [[nodiscard]] bool may_be_kept(const connection& unused, clock::time_point now) const noexcept;
    /// Whether it is open still and silent; where its peer has closed it, that tells how long it may be idle.
    [[nodiscard]] bool is_fresh(connection& idle, clock::time_point now) noexcept;

    connector& maker_;
    limits limits_;
    pipelining& lines_;
    std::atomic<std::uint64_t>& numbers_;
    observer* const observer_;
    std::vector<std::shared_ptr<connection>> idle_;
    std::vector<std::shared_ptr<connection>> resting_;
    std::vector<std::shared_ptr<connection>> leaving_;  // used no more, and still to be looked at
    boost::asio::steady_timer timer_;
    clock::time_point timer_at_ = clock::time_point::max();
    std::size_t in_use_ = 0;
    std::uint64_t opened_ = 0;
    std::uint64_t leased_ = 0;
    std::uint64_t released_ = 0;
    policy::random_source random_;
    policy::connection_growth growth_{random_.next()};
    policy::idle_limit idle_limit_;
    std::vector<opening*> openings_;
    std::vector<pool_share*> shares_with_line_;
    clock::duration slowest_opening_{};
    // What a pending handler asks before it touches the pool.
    std::shared_ptr<pool*> self_ = std::make_shared<pool*>(this);
};

/// Whether the deadlines of an operation go on while it stands in a share's line.
enum class line_time : std::uint8_t { counts, stands_still };

/// How much of a pool one of its users may have: a batch, or the single fetches together. Outlives what is leased in
/// its name; belongs to one pool. Not thread-safe.
class pool_share {
public:
    /// `most`: connections that may be in use at once.
    explicit pool_share(std::size_t most, line_time in_line = line_time::counts) noexcept
        : most_{most}, in_line_{in_line}
    {}
    pool_share(const pool_share&) = delete;
    pool_share& operator=(const pool_share&) = delete;
    ~pool_share() { assert(in_use_ == 0 && waiters_.empty()); }

    [[nodiscard]] std::size_t most() const noexcept { return most_; }

    /// What was answered on a connection whose responses may be those to other requests: one was left over, or one was
    /// missing behind a line of requests, as when it just broke.
    using doubt_handler = std::function<void(std::span<const unproven_answer> answers)>;
    void on_doubt(doubt_handler handler) { doubt_handler_ = std::move(handler); }

private:
    friend class pool;

    [[nodiscard]] bool has_place() const noexcept { return in_use_ < most_; }

    const std::size_t most_;
    const line_time in_line_;
    std::size_t in_use_ = 0;            // connections that are leased or being opened in its name
    std::size_t working_ = 0;           // of these, those that are open
    std::vector<connection*> offered_;  // of these, with room for more exchanges
    std::deque<pool::waiter*> waiters_;
    doubt_handler doubt_handler_;
    bool serving_ = false;
};

}  // namespace jobaudit::net
