#include "net/pool.hpp"

#include <jobaudit/observer.hpp>

#include <utility>

namespace jobaudit::net {

namespace asio = boost::asio;

class pool::waiter final : public policy::connection_waiter {
public:
    using connection_waiter::connection_waiter;

    wait_point point;
    clock::duration time_in_line{};

private:
    void wake() override { point.notify(net::wake::ready); }
};

class pool::opening final : public policy::connection_pool::opening {
public:
    opening(policy::connection_pool& owner, pool_share& user, operation& op)
        : policy::connection_pool::opening{user, clock::now()}, owner_{owner}, op_{op}
    {
        owner_.begin(*this);
    }
    ~opening() { owner_.end(*this, clock::now()); }

private:
    void give_way() override { op_.give_way(); }

    policy::connection_pool& owner_;
    operation& op_;
};

pool::pool(connector& maker, limits bounds, policy::pipelining& lines, std::atomic<std::uint64_t>& numbers,
           observer* watcher)
    : maker_{maker}
    , numbers_{numbers}
    , observer_{watcher}
    , timer_{maker_.executor()}
    , decides_{bounds, lines, *this, static_cast<std::uint64_t>(clock::now().time_since_epoch().count())}
{}

pool::~pool() { close_idle(); }

pool::lease& pool::lease::operator=(lease&& other) noexcept
{
    if (this != &other) {
        close();
        owner_ = other.owner_;
        held_ = std::move(other.held_);
    }
    return *this;
}

void pool::lease::release(clock::time_point now)
{
    if (held_)
        owner_->decides_.put_back(std::move(held_), now);
}

void pool::lease::close() noexcept
{
    if (held_)
        owner_->decides_.give_up(std::move(held_), clock::now());
}

pool::lease pool::try_acquire(pool_share& user, clock::time_point now)
{
    return {this, decides_.try_acquire(user, now)};
}

asio::awaitable<pool::result> pool::async_acquire(pool_share& user, operation& op)
{
    return async_get(user, nullptr, op);
}

asio::awaitable<pool::result> pool::async_replace(pool_share& user, lease& lost, operation& op)
{
    return async_get(user, &lost, op);
}

asio::awaitable<pool::result> pool::async_get(pool_share& user, lease* lost, operation& op)
{
    using kind = policy::connection_pool::step::kind;

    if (op.interrupted())
        co_return result{{}, {op.reason(), {}}};
    auto next = lost != nullptr ? decides_.replace(user, std::move(lost->held_), clock::now())
                                : decides_.acquire(user, clock::now());
    bool wants_new = lost != nullptr;
    clock::duration time_in_line{};
    while (next.what != kind::use) {
        if (next.what == kind::open) {
            auto to_open = async_open(user, op);
            auto opened = co_await std::move(to_open);
            opened.time_in_line = time_in_line;
            if (!waits_for_others(user, op, opened))
                co_return opened;
            next = decides_.acquire(user, clock::now());
        } else {
            waiter self{wants_new};
            auto standing = async_stand_in_line(user, self, op);
            auto failed = co_await std::move(standing);
            time_in_line += self.time_in_line;
            if (failed)
                co_return result{{}, std::move(failed), false, time_in_line};
            next = decides_.served(user, self, clock::now());
        }
        wants_new = false;
    }
    co_return result{{this, std::move(next.lent)}, {}, false, time_in_line};
}

asio::awaitable<failure> pool::async_stand_in_line(pool_share& user, waiter& self, operation& op)
{
    const auto since = clock::now();
    // Where time stands still in line, a deadline that has passed since the last tick would not be noticed any more.
    op.check_in_passing(since);
    if (op.interrupted())
        co_return failure{op.reason(), {}};
    decides_.join(user, self);
    // Also when the context ends meanwhile.
    const struct leaving {
        policy::connection_pool& line;
        pool_share& user;
        waiter& self;
        ~leaving() { line.leave(user, self); }
    } at_end{decides_, user, self};
    if (user.in_line_ == line_time::stands_still)
        op.pause();
    (void)co_await op.wait(self.point);
    op.resumed();
    if (user.in_line_ == line_time::stands_still) {
        self.time_in_line = clock::now() - since;
        op.resume(self.time_in_line);
    }
    if (self.served())
        co_return failure{};
    co_return failure{op.reason(), "no connection came free in time"};
}

asio::awaitable<pool::result> pool::async_open(pool_share& user, operation& op)
{
    opening mine{decides_, user, op};
    const auto number = ++numbers_;
    auto made = co_await maker_.async_connect(number, op);
    if (made.failure) {
        if (observer_ != nullptr)
            observer_->connection_failed(number, made.failure.error, made.failure.message);
        co_return result{{}, std::move(made.failure)};
    }
    if (observer_ != nullptr)
        observer_->connection_opened(number, made.connection->channel().resumed());
    co_return result{{this, decides_.opened(mine, std::move(made.connection), clock::now())}, {}, true};
}

bool pool::waits_for_others(const pool_share& user, operation& op, const result& opened)
{
    // Its opening may have ended well all the same.
    const bool gave_way = op.go_on_elsewhere();
    if (!opened.failure || op.interrupted())
        return false;
    return decides_.note_failed_opening(user, clock::now()) || gave_way;
}

void pool::on_closed(std::uint64_t number)
{
    if (observer_ != nullptr)
        observer_->connection_closed(number);
}

void pool::on_left_over(std::uint64_t number, std::size_t in_doubt)
{
    if (observer_ != nullptr)
        observer_->response_left_over(number, in_doubt);
}

void pool::on_look_due(clock::time_point when)
{
    if (when >= timer_at_)
        return;
    timer_at_ = when;
    timer_.expires_at(when);
    timer_.async_wait([weak = std::weak_ptr{self_}](error_code interrupted) {
        const auto self = weak.lock();
        if (interrupted || !self)
            return;
        (*self)->timer_at_ = clock::time_point::max();
        (*self)->decides_.look(clock::now());
    });
}

}  // namespace jobaudit::net
