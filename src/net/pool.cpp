#include "net/pool.hpp"

#include <jobaudit/observer.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace jobaudit::net {

namespace asio = boost::asio;

pool::pool(connector& maker, limits bounds, pipelining& lines, std::atomic<std::uint64_t>& numbers, observer* watcher)
    : maker_{maker}
    , limits_{bounds}
    , lines_{lines}
    , numbers_{numbers}
    , observer_{watcher}
    , random_{static_cast<std::uint64_t>(clock::now().time_since_epoch().count())}
{}

pool::~pool()
{
    assert(waiters_.empty());
    close_idle();
    assert(places_ == 0);
}

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
        owner_->put_back(std::move(held_), now);
}

void pool::lease::close() noexcept
{
    if (held_)
        owner_->give_up(std::move(held_));
}

pool::lease pool::try_acquire(clock::time_point now, std::size_t most)
{
    // Who waits in line comes first.
    while (waiters_.empty() && !idle_.empty()) {
        auto newest = std::move(idle_.back());
        idle_.pop_back();
        if (now < newest->retire_at && now - newest->idle_since < limits_.idle_timeout && newest->still_fresh())
            return lend(std::move(newest));
        discard(std::move(newest));
    }
    if (waiters_.empty() && !has_place(most))
        if (auto shared = take_shared(now))
            return lend(std::move(shared));
    return {};
}

pool::lease pool::lend(std::shared_ptr<connection> chosen)
{
    ++leased_;
    ++chosen->holders;
    chosen->depth = chosen->used() ? lines_.depth() : 1;
    if (chosen->holders < chosen->depth)
        offer(*chosen);
    else
        withdraw_offer(*chosen);
    return {this, std::move(chosen)};
}

std::shared_ptr<connection> pool::take_shared(clock::time_point now)
{
    while (!offered_.empty()) {
        auto& last = *offered_.back();
        if (last.reusable() && last.holders < lines_.depth() && now < last.retire_at)
            return last.shared_from_this();
        withdraw_offer(last);
    }
    return nullptr;
}

void pool::offer(connection& in_use)
{
    if (!std::exchange(in_use.offered, true))
        offered_.push_back(&in_use);
}

void pool::withdraw_offer(connection& in_use) noexcept
{
    if (std::exchange(in_use.offered, false))
        offered_.erase(std::find(offered_.rbegin(), offered_.rend(), &in_use).base() - 1);
}

asio::awaitable<pool::result> pool::async_acquire(operation& op, std::size_t most)
{
    if (op.interrupted())
        co_return result{{}, {op.reason(), {}}};
    if (has_place(most) && waiters_.empty()) {
        ++places_;
    } else {
        waiter self{false, most};
        auto failed = co_await async_stand_in_line(self, op);
        if (failed)
            co_return result{{}, std::move(failed)};
        if (self.given)
            co_return result{std::move(self.given), {}};
    }
    co_return co_await async_open(op);
}

asio::awaitable<pool::result> pool::async_replace(lease& lost, operation& op, std::size_t most)
{
    if (op.interrupted())
        co_return result{{}, {op.reason(), {}}};
    const auto now = clock::now();
    if (lost->holders == 1) {
        ++places_;  // before the release, which gives free places to those in line
        lost.release(now);
        co_return co_await async_open(op);
    }
    lost.release(now);
    if (has_place(most)) {
        ++places_;
    } else if (!idle_.empty()) {
        auto oldest = std::move(idle_.front());
        idle_.erase(idle_.begin());
        close(std::move(oldest));
    } else {
        waiter self{true, most};
        auto failed = co_await async_stand_in_line(self, op);
        if (failed)
            co_return result{{}, std::move(failed)};
    }
    co_return co_await async_open(op);
}

asio::awaitable<failure> pool::async_stand_in_line(waiter& self, operation& op)
{
    waiters_.push_back(&self);
    (void)co_await op.wait(self.point);
    op.resumed();
    if (self.served)
        co_return failure{};
    std::erase(waiters_, &self);
    co_return failure{op.reason(), "no connection came free in time"};
}

asio::awaitable<pool::result> pool::async_open(operation& op)
{
    place taken{*this};
    const auto number = ++numbers_;
    auto made = co_await maker_.async_connect(number, op);
    if (made.failure) {
        if (observer_ != nullptr)
            observer_->connection_failed(number, made.failure.error, made.failure.message);
        co_return result{{}, std::move(made.failure)};
    }
    taken.keep();
    ++opened_;
    made.connection->retire_at = clock::now() + jittered_age();
    if (observer_ != nullptr)
        observer_->connection_opened(number, made.connection->channel().resumed());
    auto opened = lend(std::move(made.connection));
    co_return result{std::move(opened), {}, true};
}

void pool::put_back(std::shared_ptr<connection> returned, clock::time_point now)
{
    --leased_;
    ++released_;
    if (--returned->holders > 0) {
        if (returned->reusable() && returned->used() && returned->holders < lines_.depth()) {
            offer(*returned);
            serve_waiters();
        }
        return;
    }
    withdraw_offer(*returned);
    if (!returned->reusable() || now >= returned->retire_at || !returned->still_fresh()) {
        discard(std::move(returned));
        return;
    }
    returned->idle_since = now;
    idle_.push_back(std::move(returned));
    serve_waiters();
}

void pool::give_up(std::shared_ptr<connection> held) noexcept
{
    --leased_;
    held->give_up();
    withdraw_offer(*held);
    if (--held->holders == 0)
        discard(std::move(held));
}

void pool::close(std::shared_ptr<connection> held) noexcept
{
    const auto number = held->number();
    if (held->broke_a_line())
        lines_.note_break(held->answered());
    held->close();
    held.reset();
    if (observer_ != nullptr)
        observer_->connection_closed(number);
}

void pool::discard(std::shared_ptr<connection> closed) noexcept
{
    close(std::move(closed));
    free_place();
}

void pool::free_place() noexcept
{
    --places_;
    serve_waiters();
}

void pool::serve_waiters() noexcept
{
    // A waiter runs within its waking, and may give back at once what it got: the loop that is at work already goes on
    // with the next one, however many there are.
    if (std::exchange(serving_, true))
        return;
    while (!waiters_.empty() && serve(*waiters_.front())) {
        auto* first = waiters_.front();
        waiters_.pop_front();
        first->served = true;
        first->point.notify(wake::ready);
    }
    serving_ = false;
}

bool pool::serve(waiter& first)
{
    if (!idle_.empty()) {
        auto newest = std::move(idle_.back());
        idle_.pop_back();
        if (first.fresh)
            close(std::move(newest));  // its place is what is given
        else
            first.given = lend(std::move(newest));
        return true;
    }
    if (has_place(first.most)) {
        ++places_;
        return true;
    }
    if (first.fresh)
        return false;
    if (auto shared = take_shared(clock::now()))
        first.given = lend(std::move(shared));
    return static_cast<bool>(first.given);
}

void pool::reap(clock::time_point now)
{
    for (std::size_t i = 0; i < idle_.size();) {
        auto& each = idle_[i];
        if (now >= each->retire_at || now - each->idle_since >= limits_.idle_timeout || !each->still_fresh()) {
            auto old = std::move(each);
            idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
            discard(std::move(old));
        } else {
            ++i;
        }
    }
}

void pool::close_idle() noexcept
{
    while (!idle_.empty()) {
        auto last = std::move(idle_.back());
        idle_.pop_back();
        discard(std::move(last));
    }
}

void pool::raise_limit(std::size_t connections) noexcept
{
    limits_.connections = std::max(limits_.connections, connections);
    serve_waiters();
}

clock::duration pool::jittered_age() noexcept
{
    const double factor = 0.9 + 0.2 * random_.unit();
    return std::chrono::duration_cast<clock::duration>(limits_.max_age * factor);
}

}  // namespace jobaudit::net
