#include "net/pool.hpp"

#include <jobaudit/observer.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace jobaudit::net {

namespace asio = boost::asio;

namespace {

// Beside twice the time that the slowest took so far.
constexpr clock::duration least_opening_time = std::chrono::milliseconds{500};

}  // namespace

pool::pool(connector& maker, limits bounds, pipelining& lines, std::atomic<std::uint64_t>& numbers, observer* watcher)
    : maker_{maker}
    , limits_{bounds}
    , lines_{lines}
    , numbers_{numbers}
    , observer_{watcher}
    , timer_{maker_.executor()}
    , random_{static_cast<std::uint64_t>(clock::now().time_since_epoch().count())}
{}

pool::~pool()
{
    close_idle();
    assert(in_use_ == 0);
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

pool::lease pool::try_acquire(pool_share& user, clock::time_point now)
{
    // Who waits in line comes first.
    if (!user.waiters_.empty())
        return {};
    if (!user.has_place()) {
        auto shared = take_shared(user, now);
        return shared ? lend(std::move(shared)) : lease{};
    }
    auto idle = take_idle(user, now);
    if (!idle)
        return {};
    take_place(user);
    return lend_in_place(user, std::move(idle));
}

std::shared_ptr<connection> pool::take_idle(const pool_share& user, clock::time_point now)
{
    while (!idle_.empty()) {
        auto newest = std::move(idle_.back());
        idle_.pop_back();
        const auto idle = now - newest->idle_since;
        const bool may_be_used = may_be_kept(*newest, now) && idle < limits_.idle_timeout && is_fresh(*newest, now) &&
                                 idle_limit_.is_trusted(idle);
        if (may_be_used && now >= newest->look_at())
            newest->order().prove();
        const auto* asker = newest->order().asker();
        if (may_be_used && (asker == nullptr || asker == &user)) {
            newest->idle_before = idle;
            return newest;
        }
        retire(std::move(newest));
        look_at_leaving(now);
    }
    return nullptr;
}

std::shared_ptr<connection> pool::take_shared(pool_share& user, clock::time_point now)
{
    while (!user.offered_.empty()) {
        auto& last = *user.offered_.back();
        if (last.reusable() && last.holders < lines_.depth() && now < last.retire_at &&
            !last.order().ends_run(last.holders))
            return last.shared_from_this();
        withdraw_offer(last);
    }
    return nullptr;
}

pool::lease pool::lend(std::shared_ptr<connection> chosen)
{
    ++leased_;
    ++chosen->holders;
    chosen->depth = chosen->used() ? lines_.depth() : 1;
    if (chosen->holders < chosen->depth && !chosen->order().ends_run(chosen->holders))
        offer(*chosen);
    else
        withdraw_offer(*chosen);
    return {this, std::move(chosen)};
}

pool::lease pool::lend_in_place(pool_share& user, std::shared_ptr<connection> chosen)
{
    chosen->user = &user;
    chosen->answered_before = chosen->answered();
    ++user.working_;
    return lend(std::move(chosen));
}

void pool::offer(connection& in_use)
{
    if (!std::exchange(in_use.offered, true))
        in_use.user->offered_.push_back(&in_use);
}

void pool::withdraw_offer(connection& in_use) noexcept
{
    if (!std::exchange(in_use.offered, false))
        return;
    auto& offered = in_use.user->offered_;
    offered.erase(std::find(offered.rbegin(), offered.rend(), &in_use).base() - 1);
}

asio::awaitable<pool::result> pool::async_acquire(pool_share& user, operation& op)
{
    clock::duration time_in_line{};
    while (!op.interrupted()) {
        if (user.has_place() && user.waiters_.empty() && (!idle_.empty() || may_open(user))) {
            take_place(user);
        } else {
            waiter self{false};
            auto failed = co_await async_stand_in_line(user, self, op);
            time_in_line += self.time_in_line;
            if (failed)
                co_return result{{}, std::move(failed), false, time_in_line};
            if (self.given)
                co_return result{std::move(self.given), {}, false, time_in_line};
        }
        if (auto idle = take_idle(user, clock::now())) {
            auto given = lend_in_place(user, std::move(idle));
            co_return result{std::move(given), {}, false, time_in_line};
        }
        // The idle one for which it was served may be gone.
        if (!may_open(user)) {
            free_place(user);
            continue;
        }
        auto opened = co_await async_open(user, op);
        opened.time_in_line = time_in_line;
        if (!waits_for_others(user, op, opened))
            co_return opened;
    }
    co_return result{{}, {op.reason(), {}}, false, time_in_line};
}

asio::awaitable<pool::result> pool::async_replace(pool_share& user, lease& lost, operation& op)
{
    if (op.interrupted())
        co_return result{{}, {op.reason(), {}}};
    const bool was_alone = lost->holders == 1;
    if (was_alone)
        take_place(user);  // before the release, which gives a free one to those in line
    lost.release(clock::now());
    clock::duration time_in_line{};
    if (!was_alone) {
        if (user.has_place()) {
            take_place(user);
        } else {
            waiter self{true};
            auto failed = co_await async_stand_in_line(user, self, op);
            time_in_line = self.time_in_line;
            if (failed)
                co_return result{{}, std::move(failed), false, time_in_line};
        }
    }
    result opened;
    const bool opens = may_open(user);
    if (opens) {
        if (!was_alone)
            close_oldest_idle();
        opened = co_await async_open(user, op);
    } else {
        free_place(user);
    }
    if (!opens || waits_for_others(user, op, opened))
        opened = co_await async_acquire(user, op);
    opened.time_in_line += time_in_line;
    co_return opened;
}

asio::awaitable<failure> pool::async_stand_in_line(pool_share& user, waiter& self, operation& op)
{
    if (user.waiters_.empty())
        shares_with_line_.push_back(&user);
    user.waiters_.push_back(&self);
    const auto since = clock::now();
    if (user.in_line_ == line_time::stands_still)
        op.pause();
    (void)co_await op.wait(self.point);
    op.resumed();
    if (user.in_line_ == line_time::stands_still) {
        self.time_in_line = clock::now() - since;
        op.resume(self.time_in_line);
    }
    if (!self.served)
        std::erase(user.waiters_, &self);
    if (user.waiters_.empty())
        std::erase(shares_with_line_, &user);
    if (self.served)
        co_return failure{};
    co_return failure{op.reason(), "no connection came free in time"};
}

asio::awaitable<pool::result> pool::async_open(pool_share& user, operation& op)
{
    opening mine{*this, user, op};
    growth_.begin();
    const auto number = ++numbers_;
    auto made = co_await maker_.async_connect(number, op);
    growth_.abandon();
    if (made.failure) {
        if (observer_ != nullptr)
            observer_->connection_failed(number, made.failure.error, made.failure.message);
        co_return result{{}, std::move(made.failure)};
    }
    // Whatever becomes of it later, there is room for it.
    const auto connections = idle_.size() + resting_.size() + leaving_.size() + in_use_;
    for (auto* list : {&idle_, &resting_, &leaving_})
        list->reserve(connections);
    user.offered_.reserve(user.in_use_);
    mine.keep();
    ++opened_;
    const auto now = clock::now();
    growth_.note_success(mine.since());
    slowest_opening_ = std::max(slowest_opening_, now - mine.since());
    made.connection->retire_at = now + jittered_age();
    if (observer_ != nullptr)
        observer_->connection_opened(number, made.connection->channel().resumed());
    auto opened = lend_in_place(user, std::move(made.connection));
    co_return result{std::move(opened), {}, true};
}

pool::opening::opening(pool& owner, pool_share& user, operation& op) : owner_{owner}, user_{&user}, op_{op}
{
    owner_.openings_.push_back(this);
}

pool::opening::~opening()
{
    std::erase(owner_.openings_, this);
    if (user_ != nullptr)
        owner_.free_place(*user_);
}

bool pool::may_open(const pool_share& user) const noexcept
{
    return user.working_ == 0 || growth_.may_open(clock::now());
}

bool pool::waits_for_others(const pool_share& user, operation& op, const result& opened)
{
    // Its opening may have ended well all the same.
    const bool gave_way = op.go_on_elsewhere();
    if (!opened.failure || op.interrupted())
        return false;
    const bool others_work = user.working_ > 0 || !idle_.empty();
    if (others_work)
        growth_.note_failure(clock::now());
    return gave_way || others_work;
}

void pool::end_slow_openings(clock::time_point now)
{
    auto free = idle_.size();
    for (std::size_t i = 0; i < openings_.size() && free > 0; ++i) {
        if (now - openings_[i]->since() <= 2 * slowest_opening_ + least_opening_time)
            continue;
        openings_[i]->give_way();
        --free;
    }
}

void pool::put_back(std::shared_ptr<connection> returned, clock::time_point now)
{
    auto& user = *returned->user;
    --leased_;
    ++released_;
    if (--returned->holders > 0) {
        if (returned->reusable() && returned->used() && returned->holders < lines_.depth() &&
            !returned->order().ends_run(returned->holders)) {
            offer(*returned);
            serve_line(user);
        }
        return;
    }
    withdraw_offer(*returned);
    const bool is_untouched =
        returned->reusable() && returned->was_idle() && returned->answered() == returned->answered_before;
    if (!is_untouched) {
        if (returned->reusable())
            idle_limit_.note_open(returned->idle_before);
        returned->idle_since = now;
    }
    const bool is_kept = returned->reusable() && may_be_kept(*returned, now) && returned->still_fresh();
    if (is_kept && returned->order().ends_run(0)) {
        rest(std::move(returned));
        return;
    }
    returned->user = nullptr;
    if (is_kept) {
        idle_.push_back(std::move(returned));
    } else {
        retire(std::move(returned));
        look_at_leaving(now);
    }
    free_working_place(user);
}

void pool::give_up(std::shared_ptr<connection> held) noexcept
{
    --leased_;
    held->give_up();
    withdraw_offer(*held);
    if (--held->holders > 0)
        return;
    auto& user = *std::exchange(held->user, nullptr);
    held->idle_since = clock::now();
    retire(std::move(held));
    free_working_place(user);
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

void pool::close_oldest_idle() noexcept
{
    if (idle_.empty())
        return;
    auto oldest = std::move(idle_.front());
    idle_.erase(idle_.begin());
    close(std::move(oldest));
}

void pool::take_place(pool_share& user) noexcept
{
    ++in_use_;
    ++user.in_use_;
}

void pool::free_place(pool_share& user) noexcept
{
    --in_use_;
    --user.in_use_;
    serve_line(user);
}

void pool::free_working_place(pool_share& user) noexcept
{
    --user.working_;
    free_place(user);
}

void pool::serve_line(pool_share& user) noexcept
{
    // A waiter runs within its waking, and may give back at once what it got: the loop that is at work already goes on
    // with the next one, however many there are.
    if (std::exchange(user.serving_, true))
        return;
    while (!user.waiters_.empty() && serve(user, *user.waiters_.front())) {
        auto* first = user.waiters_.front();
        user.waiters_.pop_front();
        first->served = true;
        first->point.notify(wake::ready);
    }
    user.serving_ = false;
}

bool pool::serve(pool_share& user, waiter& first)
{
    if (user.has_place() && (first.fresh || !idle_.empty() || may_open(user))) {
        take_place(user);
        return true;
    }
    if (first.fresh)
        return false;
    if (auto shared = take_shared(user, clock::now()))
        first.given = lend(std::move(shared));
    return static_cast<bool>(first.given);
}

void pool::reap(clock::time_point now)
{
    for (std::size_t i = 0; i < idle_.size();) {
        auto& each = idle_[i];
        if (now >= each->retire_at || now - each->idle_since >= limits_.idle_timeout || !is_fresh(*each, now)) {
            auto old = std::move(each);
            idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
            retire(std::move(old));
        } else {
            ++i;
        }
    }
    end_slow_openings(now);
    for (std::size_t i = 0; i < shares_with_line_.size(); ++i)
        serve_line(*shares_with_line_[i]);
    look(now);
}

void pool::distrust_idle_since(clock::time_point then, clock::time_point now)
{
    for (std::size_t i = 0; i < idle_.size();) {
        if (idle_[i]->idle_since > then) {
            ++i;
            continue;
        }
        auto suspect = std::move(idle_[i]);
        idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
        retire(std::move(suspect));
    }
    look_at_leaving(now);
}

void pool::close_idle() noexcept
{
    while (!idle_.empty())
        close_oldest_idle();
    for (; !leaving_.empty(); leaving_.pop_back())
        close(std::move(leaving_.back()));
    while (!resting_.empty()) {
        auto unproven = std::move(resting_.back());
        resting_.pop_back();
        end_rest(std::move(unproven));
    }
}

bool pool::may_be_kept(const connection& unused, clock::time_point now) const noexcept
{
    return now < unused.retire_at && !(unused.used() && lines_.one_exchange_a_connection());
}

bool pool::is_fresh(connection& idle, clock::time_point now) noexcept
{
    if (idle.still_fresh())
        return true;
    if (!idle.has_left_over())
        idle_limit_.note_closed(now - idle.idle_since);
    return false;
}

clock::duration pool::jittered_age() noexcept
{
    const double factor = 0.9 + 0.2 * random_.unit();
    return std::chrono::duration_cast<clock::duration>(limits_.max_age * factor);
}

}  // namespace jobaudit::net
