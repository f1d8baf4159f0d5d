#pragma once

#include "policy/connection_growth.hpp"
#include "policy/connection_share.hpp"
#include "policy/idle_limit.hpp"
#include "policy/pipelining.hpp"
#include "policy/pooled_connection.hpp"
#include "policy/random.hpp"
#include "policy/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace jobaudit::policy {

/// Decides about the connections of one thread to one origin: who gets which, when one more is opened, which are used
/// no more. Opens none and waits for none; whoever does, says what came of it.
///
/// The idle list is LIFO, so that few connections do the work and the others age out. One that has been idle for about
/// as long as those that the peer closed, or as it says, is used no more (idle_limit). A connection enters it only
/// through put_back(), and only when its last exchange was clean; whatever else becomes of a connection closes it.
/// Connections are opened when a job needs one and none is idle, up to the limit of the share in whose name it is asked
/// for; who comes then waits in that share's line, and gets the next that the share gives back, or the place of the
/// next that is closed. One share's line never holds another one up.
///
/// Where one cannot be opened although others of the share work, its asker waits in line for one of those instead, and
/// more are opened only now and then (connection_growth). One whose opening takes far longer than those before gives
/// way as soon as another is idle.
///
/// Only the order of responses tells what they answer. So a connection is looked at before it is closed, and after each
/// answer_order::longest_run responses, when nothing has been awaited for a while: silence proves its answers. Where a
/// response is left over instead, their askers are told (connection_share::on_doubt), and the origin gets one
/// connection an exchange from then on.
///
/// With pipelining, and when a share has all that it may, one of its connections that has answered before takes further
/// exchanges up to the depth: the one that got the last before the others, so that requests leave together.
///
/// Reads no clock; `now` must not go back. Not thread-safe.
class connection_pool {
public:
    struct limits {
        duration idle_timeout{};
        duration max_age{};  ///< ±10 % at random, so that connections that were opened together don't end together
    };

    /// Who wants to know what was decided.
    class listener {
    public:
        virtual void on_closed(std::uint64_t number) = 0;
        /// A response came that nobody had asked for, behind so many that are now in doubt.
        virtual void on_left_over(std::uint64_t number, std::size_t in_doubt) = 0;
        /// look() is to be called at that time, unless it is called before.
        virtual void on_look_due(time_point when) = 0;

    protected:
        ~listener() = default;
    };

    /// `lines` may be shared by several pools; it and `told` outlive this.
    connection_pool(limits bounds, pipelining& lines, listener& told, std::uint64_t seed);
    ~connection_pool();

    using connection_ptr = std::shared_ptr<pooled_connection>;

    /// A connection that can be used at once, when there is one.
    [[nodiscard]] connection_ptr try_acquire(connection_share& user, time_point now);

    /// How one who needs a connection goes on.
    struct step {
        enum class kind : std::uint8_t {
            use,   ///< `lent`
            open,  ///< a new one, in a place that was taken for it: an opening tells what comes of it
            wait,  ///< join() the line, and ask served() once it has been woken
        };
        kind what = kind::wait;
        connection_ptr lent{};
    };

    [[nodiscard]] step acquire(connection_share& user, time_point now);

    /// A new connection in the place of one that is lost, which this gives back: nobody who waits in line takes that
    /// place, and no idle connection has to go for it. As long as others hold the lost one too, an idle connection goes
    /// for it, or it waits in line; `wait` is then for one who wants a new one.
    [[nodiscard]] step replace(connection_share& user, connection_ptr lost, time_point now);

    void join(connection_share& user, connection_waiter& self);
    /// Also of one that was served.
    void leave(connection_share& user, connection_waiter& self) noexcept;
    /// How one goes on who stood in line and was served.
    [[nodiscard]] step served(connection_share& user, connection_waiter& self, time_point now);

    /// A connection that is being opened, in a share's place, between begin() and end().
    class opening {
    public:
        opening(connection_share& user, time_point since) noexcept : user_{user}, since_{since} {}
        opening(const opening&) = delete;
        opening& operator=(const opening&) = delete;

    protected:
        ~opening() = default;

    private:
        friend class connection_pool;

        /// There is a better way: it ends soon, with a failure.
        virtual void give_way() = 0;

        connection_share& user_;
        const time_point since_;
        bool was_kept_ = false;
    };

    void begin(opening& started);
    /// It was opened: it is lent to who opened it.
    [[nodiscard]] connection_ptr opened(opening& done, connection_ptr made, time_point now);
    /// It is over: its place is given up, unless it was opened.
    void end(opening& over, time_point now) noexcept;
    /// One that is over could not be opened. Whether its asker had better wait for one of those that work.
    [[nodiscard]] bool note_failed_opening(const connection_share& user, time_point now);

    /// A lent one is given back: it is kept when it may carry another exchange, and closed otherwise, once the last to
    /// whom it is lent gives it back.
    void put_back(connection_ptr lent, time_point now);
    /// A lent one is used no more.
    void give_up(connection_ptr lent, time_point now) noexcept;

    /// Closes what has been idle for too long or has been closed by the peer, and serves those in line by what is
    /// possible by now. To be called with every coarse tick.
    void reap(time_point now);
    /// A request that left at `then` on a used connection came to no byte of an answer in its time. The way to the
    /// server may have forgotten its connections (a sleep, a NAT): those that have been idle since before that are not
    /// used any more.
    void distrust_idle_since(time_point then, time_point now);
    /// The first request on one that was idle before came to nothing, as the peer had closed it by then.
    void note_stale(const pooled_connection& lost) noexcept { idle_limit_.note_closed(lost.idle_before); }
    /// Nobody in line is served any more: those who stand there are about to be gone.
    void end_service() noexcept { serves_ = false; }
    /// Closes what is not lent, looked at or not.
    void close_idle(time_point now) noexcept;

    /// Looks at the connections whose time for that has come. Says when to come again for the sake of `user`; nothing
    /// when all that was answered in its name is proven, or was reported.
    std::optional<time_point> look(const connection_share& user, time_point now);
    void look(time_point now);
    /// Nobody wants to hear of answers in the name of `user` any more.
    void forget(const connection_share& user, time_point now) noexcept;

    [[nodiscard]] std::uint64_t opened() const noexcept { return opened_; }
    [[nodiscard]] std::size_t idle() const noexcept { return idle_.size(); }
    /// Whether reap() has something to look after.
    [[nodiscard]] bool has_unleased() const noexcept
    {
        return !idle_.empty() || !resting_.empty() || !leaving_.empty();
    }
    /// Connections that are lent or being opened.
    [[nodiscard]] std::size_t in_use() const noexcept { return in_use_; }
    /// How often one is lent now, and how often one was given back.
    [[nodiscard]] std::uint64_t leased() const noexcept { return leased_; }
    [[nodiscard]] std::uint64_t released() const noexcept { return released_; }

private:
    [[nodiscard]] connection_ptr lend(connection_ptr chosen);
    /// The same for one that is not in use, in a place that was taken.
    [[nodiscard]] connection_ptr lend_in_place(connection_share& user, connection_ptr chosen);
    /// What to do with a place that was taken: nothing when there is no use for it, and it was given up.
    [[nodiscard]] std::optional<step> use_place(connection_share& user, time_point now);
    /// Whether one more may be opened in the share's name.
    [[nodiscard]] bool may_open(const connection_share& user, time_point now) const noexcept;
    /// Openings that take far longer than others did make room for those that have come free.
    void end_slow_openings(time_point now);
    /// The one that came back last; null when none is fit to be used.
    [[nodiscard]] connection_ptr take_idle(const connection_share& user, time_point now);
    /// One of the share's that has room for another exchange; null when there is none.
    [[nodiscard]] connection_ptr take_shared(connection_share& user, time_point now);
    void offer(pooled_connection& in_use);
    void withdraw_offer(pooled_connection& in_use) noexcept;
    void note_idle(pooled_connection& returned, time_point now) noexcept;
    void close(connection_ptr held) noexcept;
    void close_oldest_idle() noexcept;
    void take_place(connection_share& user) noexcept;
    void free_place(connection_share& user, time_point now) noexcept;
    /// The place of one that was lent.
    void free_working_place(connection_share& user, time_point now) noexcept;
    /// Gives those in the share's line, in their order, what the share has free.
    void serve_line(connection_share& user, time_point now) noexcept;
    /// Gives it what there is; false when there is nothing.
    [[nodiscard]] bool serve(connection_share& user, connection_waiter& first, time_point now);
    [[nodiscard]] duration jittered_age() noexcept;
    [[nodiscard]] bool may_be_kept(const pooled_connection& unused, time_point now) const noexcept;
    [[nodiscard]] duration longest_idle(const pooled_connection& idle) const noexcept;
    /// Whether it is open still and silent; where its peer has closed it, that tells how long it may be idle.
    [[nodiscard]] bool is_fresh(pooled_connection& idle, time_point now) noexcept;

    // connection_pool_looks.cpp: how answers are proven.
    /// It is used no more: closed at once, or once it was looked at.
    void retire(connection_ptr unused) noexcept;
    /// Keeps it unused, in its place, until it was looked at.
    void rest(connection_ptr unused);
    void end_rest(connection_ptr unproven, time_point now) noexcept;
    void look_at_resting(time_point now);
    void look_at_leaving(time_point now);
    void look_at_idle(const connection_share& user, time_point now);
    void report_doubt(pooled_connection& looked_at);

    const limits limits_;
    pipelining& lines_;
    listener& told_;
    std::vector<connection_ptr> idle_;
    std::vector<connection_ptr> resting_;
    std::vector<connection_ptr> leaving_;  // used no more, and still to be looked at
    std::size_t in_use_ = 0;
    std::uint64_t opened_ = 0;
    std::uint64_t leased_ = 0;
    std::uint64_t released_ = 0;
    random_source random_;
    connection_growth growth_{random_.next()};
    idle_limit idle_limit_;
    std::vector<opening*> openings_;
    std::vector<connection_share*> shares_with_line_;
    duration slowest_opening_{};
    bool serves_ = true;
};

}  // namespace jobaudit::policy
