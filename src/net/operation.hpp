#pragma once

#include "net/wait_point.hpp"

#include <jobaudit/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <utility>

namespace jobaudit::net {

using clock = std::chrono::steady_clock;

/// Who looks after the deadlines of operations with one coarse tick.
class deadline_watch {
public:
    /// Moves the deadlines by the time in which the event loop stood still since the last look: that counts against
    /// nobody.
    virtual void note_standstill(clock::time_point now) = 0;

    /// The loop was kept for long: looks at the deadlines of all operations if it is time for the next look.
    virtual void look_in_passing(clock::time_point now) = 0;

protected:
    ~deadline_watch() = default;
};

/// One piece of work that a deadline or a cancellation may end from outside, wherever it is suspended.
///
/// It is made known to a deadline_watch, which looks at all operations with one coarse tick; no wait needs a timer of
/// its own. Work that finds no end by itself, as bytes come faster than they can be read, looks at its deadline in
/// passing. Every wait of the work goes through wait(), so that interrupt() reaches it. Not thread-safe: all happens on
/// one executor.
class operation : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    operation() = default;
    operation(const operation&) = delete;
    operation& operator=(const operation&) = delete;

    /// Makes ready for the next piece of work.
    void reset() noexcept
    {
        reason_ = {};
        gave_way_ = false;
        paused_ = false;
        deadline_ = phase_deadline_ = clock::time_point::max();
    }

    void set_deadline(clock::time_point when, errc reason) noexcept
    {
        deadline_ = when;
        deadline_reason_ = reason;
    }

    /// A second deadline, for a part of the work (connecting).
    void set_phase_deadline(clock::time_point when, errc reason) noexcept
    {
        phase_deadline_ = when;
        phase_reason_ = reason;
    }
    void set_phase_reason(errc reason) noexcept { phase_reason_ = reason; }
    void clear_phase_deadline() noexcept { phase_deadline_ = clock::time_point::max(); }

    /// Ends the work with `reason`; the first reason stands.
    void interrupt(errc reason)
    {
        if (reason_ && !gave_way_)
            return;
        gave_way_ = false;
        reason_ = reason;
        wake_up();
    }

    /// Interrupts the part of the work that is under way, with errc::connect_timed_out, since there is a better way to
    /// go on; an interruption from elsewhere stands before it.
    void give_way()
    {
        if (reason_)
            return;
        gave_way_ = true;
        reason_ = errc::connect_timed_out;
        wake_up();
    }
    /// Whether it was only to give way; it then goes on.
    [[nodiscard]] bool go_on_elsewhere() noexcept
    {
        if (!gave_way_)
            return false;
        gave_way_ = false;
        reason_ = {};
        return true;
    }

    [[nodiscard]] bool is_due(clock::time_point now) const noexcept
    {
        return !reason_ && !paused_ && (now >= deadline_ || now >= phase_deadline_);
    }

    /// The work will never go on, since its context ends: destroys the coroutine that is suspended in it.
    void abandon() noexcept
    {
        if (suspended_at_ != nullptr)
            std::exchange(suspended_at_, nullptr)->drop();
    }

    void watched_by(deadline_watch& watch) noexcept { watch_ = &watch; }

    /// The same as check(), between two ticks.
    void check_in_passing(clock::time_point now)
    {
        if (!is_due(now))
            return;
        if (watch_ != nullptr)
            watch_->note_standstill(now);
        if (is_due(now))
            check(now);
    }

    /// Has the others looked at that are watched with it; some may go on within this call, or this one end.
    void look_at_others(clock::time_point now) const
    {
        if (watch_ != nullptr)
            watch_->look_in_passing(now);
    }

    /// Interrupts when a deadline has passed.
    void check(clock::time_point now)
    {
        if (now >= deadline_)
            interrupt(deadline_reason_);
        else if (now >= phase_deadline_)
            interrupt(phase_reason_);
    }

    /// Lets no deadline pass until resume().
    void pause() noexcept { paused_ = true; }
    /// Moves the deadlines by the time that it was paused.
    void resume(clock::duration paused_for) noexcept
    {
        paused_ = false;
        postpone(paused_for);
    }

    /// Moves the deadlines: the time in which the event loop itself stood still counts against nobody.
    void postpone(clock::duration by) noexcept
    {
        if (paused_)
            return;
        if (deadline_ != clock::time_point::max())
            deadline_ += by;
        if (phase_deadline_ != clock::time_point::max())
            phase_deadline_ += by;
    }

    [[nodiscard]] error_code reason() const noexcept { return reason_; }
    [[nodiscard]] bool interrupted() const noexcept { return static_cast<bool>(reason_); }

    /// Waits at `point` until it is notified or the operation interrupted.
    /// `co_await operation.wait(point)`; suspends once, allocates nothing.
    [[nodiscard]] auto wait(wait_point& point)
    {
        suspended_at_ = &point;
        return point.async_wait(boost::asio::deferred);
    }
    /// To be called behind each wait().
    void resumed() noexcept { suspended_at_ = nullptr; }

    /// While it lives, an interruption of a suspended operation is only noted; who lives it looks for that afterwards.
    class uninterrupted {
    public:
        explicit uninterrupted(operation& op) noexcept : op_{op}, at_{std::exchange(op.suspended_at_, nullptr)} {}
        uninterrupted(const uninterrupted&) = delete;
        uninterrupted& operator=(const uninterrupted&) = delete;
        ~uninterrupted() { op_.suspended_at_ = at_; }

    private:
        operation& op_;
        wait_point* at_;
    };

private:
    void wake_up()
    {
        if (suspended_at_ != nullptr)
            std::exchange(suspended_at_, nullptr)->notify(wake::interrupted);
    }

    error_code reason_;
    bool gave_way_ = false;
    clock::time_point deadline_ = clock::time_point::max();
    clock::time_point phase_deadline_ = clock::time_point::max();
    errc deadline_reason_ = errc::attempt_timed_out;
    errc phase_reason_ = errc::connect_timed_out;
    wait_point* suspended_at_ = nullptr;
    deadline_watch* watch_ = nullptr;
    bool paused_ = false;
};

/// The operations that a tick looks at. Leaves them by itself when they end.
using operation_list = boost::intrusive::list<operation, boost::intrusive::constant_time_size<false>>;

}  // namespace jobaudit::net
