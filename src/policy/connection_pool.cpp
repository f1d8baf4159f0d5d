#include "policy/connection_pool.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace jobaudit::policy {

namespace {

// Beside twice the time that the slowest took so far.
constexpr duration least_opening_time = std::chrono::milliseconds{500};

}  // namespace

connection_pool::connection_pool(limits bounds, pipelining& lines, listener& told, std::uint64_t seed)
    : limits_{bounds}, lines_{lines}, told_{told}, random_{seed}
{}

connection_pool::~connection_pool() { assert(in_use_ == 0 && !has_unleased()); }

connection_pool::connection_ptr connection_pool::try_acquire(connection_share& user, time_point now)
{
    // Who waits in line comes first.
    if (!user.line_.empty())
        return nullptr;
    if (!user.has_place()) {
        auto shared = take_shared(user, now);
        return shared ? lend(std::move(shared)) : nullptr;
    }
    auto idle = take_idle(user, now);
    if (!idle)
        return nullptr;
    take_place(user);
    return lend_in_place(user, std::move(idle));
}

connection_pool::step connection_pool::acquire(connection_share& user, time_point now)
{
    while (user.has_place() && user.line_.empty() && (!idle_.empty() || may_open(user, now))) {
        take_place(user);
        if (auto next = use_place(user, now))
            return std::move(*next);
    }
    return {step::kind::wait};
}

connection_pool::step connection_pool::replace(connection_share& user, connection_ptr lost, time_point now)
{
    const bool was_alone = lost->holders == 1;
    if (was_alone)
        take_place(user);  // before it is given back, which gives a free one to those in line
    put_back(std::move(lost), now);
    if (!was_alone) {
        if (!user.has_place())
            return {step::kind::wait};
        take_place(user);
    }
    if (!may_open(user, now)) {
        free_place(user, now);
        return acquire(user, now);
    }
    if (!was_alone)
        close_oldest_idle();
    return {step::kind::open};
}

void connection_pool::join(connection_share& user, connection_waiter& self)
{
    if (user.line_.empty())
        shares_with_line_.push_back(&user);
    user.line_.push_back(&self);
}

void connection_pool::leave(connection_share& user, connection_waiter& self) noexcept
{
    if (!self.served_)
        std::erase(user.line_, &self);
    if (user.line_.empty())
        std::erase(shares_with_line_, &user);
}

connection_pool::step connection_pool::served(connection_share& user, connection_waiter& self, time_point now)
{
    if (self.given_)
        return {step::kind::use, std::move(self.given_)};
    if (self.wants_new_ && may_open(user, now)) {
        close_oldest_idle();
        return {step::kind::open};
    }
    // The idle one for which it was served may be gone.
    if (auto next = use_place(user, now))
        return std::move(*next);
    return acquire(user, now);
}

std::optional<connection_pool::step> connection_pool::use_place(connection_share& user, time_point now)
{
    if (auto idle = take_idle(user, now))
        return step{step::kind::use, lend_in_place(user, std::move(idle))};
    if (may_open(user, now))
        return step{step::kind::open};
    free_place(user, now);
    return std::nullopt;
}

connection_pool::connection_ptr connection_pool::take_idle(const connection_share& user, time_point now)
{
    while (!idle_.empty()) {
        auto newest = std::move(idle_.back());
        idle_.pop_back();
        const auto idle = now - newest->idle_since;
        const bool may_be_used = may_be_kept(*newest, now) && idle < longest_idle(*newest) && is_fresh(*newest, now) &&
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

connection_pool::connection_ptr connection_pool::take_shared(connection_share& user, time_point now)
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

connection_pool::connection_ptr connection_pool::lend(connection_ptr chosen)
{
    ++leased_;
    ++chosen->holders;
    chosen->depth = chosen->used() ? lines_.depth() : 1;
    if (chosen->holders < chosen->depth && !chosen->order().ends_run(chosen->holders))
        offer(*chosen);
    else
        withdraw_offer(*chosen);
    return chosen;
}

connection_pool::connection_ptr connection_pool::lend_in_place(connection_share& user, connection_ptr chosen)
{
    chosen->user = &user;
    chosen->answered_before = chosen->answered();
    ++user.working_;
    return lend(std::move(chosen));
}

void connection_pool::offer(pooled_connection& in_use)
{
    if (!std::exchange(in_use.offered, true))
        in_use.user->offered_.push_back(&in_use);
}

void connection_pool::withdraw_offer(pooled_connection& in_use) noexcept
{
    if (!std::exchange(in_use.offered, false))
        return;
    auto& offered = in_use.user->offered_;
    offered.erase(std::find(offered.rbegin(), offered.rend(), &in_use).base() - 1);
}

void connection_pool::begin(opening& started)
{
    openings_.push_back(&started);
    growth_.begin();
}

connection_pool::connection_ptr connection_pool::opened(opening& done, connection_ptr made, time_point now)
{
    auto& user = done.user_;
    // Whatever becomes of it later, there is room for it.
    const auto connections = idle_.size() + resting_.size() + leaving_.size() + in_use_;
    for (auto* list : {&idle_, &resting_, &leaving_})
        list->reserve(connections);
    user.offered_.reserve(user.in_use_);
    done.was_kept_ = true;
    ++opened_;
    growth_.note_success(done.since_);
    slowest_opening_ = std::max(slowest_opening_, now - done.since_);
    made->retire_at = now + jittered_age();
    return lend_in_place(user, std::move(made));
}

void connection_pool::end(opening& over, time_point now) noexcept
{
    growth_.end();
    std::erase(openings_, &over);
    if (!over.was_kept_)
        free_place(over.user_, now);
}

bool connection_pool::note_failed_opening(const connection_share& user, time_point now)
{
    const bool others_work = user.working_ > 0 || !idle_.empty();
    if (others_work)
        growth_.note_failure(now);
    return others_work;
}

bool connection_pool::may_open(const connection_share& user, time_point now) const noexcept
{
    return growth_.may_open(now) || (user.working_ == 0 && openings_.empty());
}

void connection_pool::end_slow_openings(time_point now)
{
    auto free = idle_.size();
    for (std::size_t i = 0; i < openings_.size() && free > 0; ++i) {
        if (now - openings_[i]->since_ <= 2 * slowest_opening_ + least_opening_time)
            continue;
        openings_[i]->give_way();
        --free;
    }
}

void connection_pool::put_back(connection_ptr lent, time_point now)
{
    auto& user = *lent->user;
    --leased_;
    ++released_;
    if (--lent->holders > 0) {
        if (lent->reusable() && lent->used() && lent->holders < lines_.depth() &&
            !lent->order().ends_run(lent->holders)) {
            offer(*lent);
            serve_line(user, now);
        }
        return;
    }
    withdraw_offer(*lent);
    note_idle(*lent, now);
    const bool is_kept = lent->reusable() && may_be_kept(*lent, now) && lent->still_fresh();
    if (is_kept && lent->order().ends_run(0)) {
        rest(std::move(lent));
        return;
    }
    lent->user = nullptr;
    if (is_kept) {
        idle_.push_back(std::move(lent));
    } else {
        retire(std::move(lent));
        look_at_leaving(now);
    }
    free_working_place(user, now);
}

void connection_pool::note_idle(pooled_connection& returned, time_point now) noexcept
{
    const bool is_untouched =
        returned.reusable() && returned.was_idle() && returned.answered() == returned.answered_before;
    if (is_untouched)
        return;
    if (returned.reusable())
        idle_limit_.note_open(returned.idle_before);
    returned.idle_since = now;
}

void connection_pool::give_up(connection_ptr lent, time_point now) noexcept
{
    --leased_;
    lent->give_up();
    withdraw_offer(*lent);
    if (--lent->holders > 0)
        return;
    auto& user = *std::exchange(lent->user, nullptr);
    lent->idle_since = now;
    retire(std::move(lent));
    free_working_place(user, now);
}

void connection_pool::close(connection_ptr held) noexcept
{
    const auto number = held->number();
    if (held->broke_a_line())
        lines_.note_break(held->answered());
    held->close();
    held.reset();
    told_.on_closed(number);
}

void connection_pool::close_oldest_idle() noexcept
{
    if (idle_.empty())
        return;
    auto oldest = std::move(idle_.front());
    idle_.erase(idle_.begin());
    retire(std::move(oldest));
}

void connection_pool::take_place(connection_share& user) noexcept
{
    ++in_use_;
    ++user.in_use_;
}

void connection_pool::free_place(connection_share& user, time_point now) noexcept
{
    --in_use_;
    --user.in_use_;
    serve_line(user, now);
}

void connection_pool::free_working_place(connection_share& user, time_point now) noexcept
{
    --user.working_;
    free_place(user, now);
}

void connection_pool::serve_line(connection_share& user, time_point now) noexcept
{
    // A waiter runs within its waking, and may give back at once what it got: the loop that is at work already goes on
    // with the next one, however many there are.
    if (std::exchange(user.serving_, true))
        return;
    while (serves_ && !user.line_.empty() && serve(user, *user.line_.front(), now)) {
        auto* first = user.line_.front();
        user.line_.pop_front();
        first->served_ = true;
        first->wake();
    }
    user.serving_ = false;
}

bool connection_pool::serve(connection_share& user, connection_waiter& first, time_point now)
{
    if (user.has_place() && (first.wants_new_ || !idle_.empty() || may_open(user, now))) {
        take_place(user);
        return true;
    }
    if (first.wants_new_)
        return false;
    if (auto shared = take_shared(user, now))
        first.given_ = lend(std::move(shared));
    return static_cast<bool>(first.given_);
}

void connection_pool::reap(time_point now)
{
    for (std::size_t i = 0; i < idle_.size();) {
        auto& each = idle_[i];
        if (now >= each->retire_at || now - each->idle_since >= longest_idle(*each) || !is_fresh(*each, now)) {
            auto old = std::move(each);
            idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
            retire(std::move(old));
        } else {
            ++i;
        }
    }
    end_slow_openings(now);
    for (std::size_t i = 0; i < shares_with_line_.size(); ++i)
        serve_line(*shares_with_line_[i], now);
    look(now);
}

void connection_pool::distrust_idle_since(time_point then, time_point now)
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

void connection_pool::close_idle(time_point now) noexcept
{
    for (; !idle_.empty(); idle_.pop_back())
        close(std::move(idle_.back()));
    for (; !leaving_.empty(); leaving_.pop_back())
        close(std::move(leaving_.back()));
    while (!resting_.empty()) {
        auto unproven = std::move(resting_.back());
        resting_.pop_back();
        end_rest(std::move(unproven), now);
    }
}

bool connection_pool::may_be_kept(const pooled_connection& unused, time_point now) const noexcept
{
    return now < unused.retire_at && !(unused.used() && lines_.one_exchange_a_connection());
}

duration connection_pool::longest_idle(const pooled_connection& idle) const noexcept
{
    return std::min(limits_.idle_timeout, idle_limit::kept_within(idle.idle_timeout()));
}

bool connection_pool::is_fresh(pooled_connection& idle, time_point now) noexcept
{
    if (idle.still_fresh())
        return true;
    if (!idle.has_left_over())
        idle_limit_.note_closed(now - idle.idle_since);
    return false;
}

duration connection_pool::jittered_age() noexcept
{
    const double factor = 0.9 + 0.2 * random_.unit();
    return std::chrono::duration_cast<duration>(limits_.max_age * factor);
}

}  // namespace jobaudit::policy
