#include "quick_verdicts.hpp"
#include "simulated_batch.hpp"

#include <algorithm>

namespace jobaudit::simulation {

// The rest of simulated_batch: the source, the tick, stops and who is woken.

void simulated_batch::refill(thread& self, unsigned who)
{
    while (!self.source_ended && !plan_.fetches) {
        const auto wanted = static_cast<std::uint32_t>(self.decides->wanted_jobs());
        if (wanted == 0)
            return;
        const std::uint32_t count = std::min(wanted, available_ - given_);
        for (std::uint32_t i = 0; i < count; ++i) {
            oracle_.took(who, given_, now_);
            self.decides->add(job_number(given_++));
        }
        if (given_ == plan_.jobs) {
            self.source_ended = true;
            self.decides->no_more_jobs();
        }
        if (count == 0)
            return;
    }
}

void simulated_batch::tick(unsigned who)
{
    thread& self = *threads_[who];
    const duration late = now_ - self.next_tick;
    const bool stood_still = late > 100ms;
    for (std::uint32_t which = 0; which < self.lanes.size(); ++which) {
        lane& each = self.lanes[which];
        // In a batch, the time of one that waits for a connection stands still.
        const bool in_flight = (each.state == lane_state::queuing && plan_.fetches) ||
                               each.state == lane_state::connecting || each.state == lane_state::exchanging;
        if (!in_flight)
            continue;
        if (stood_still) {
            each.deadline += late;
            if (each.connect_deadline != time_point::max())
                each.connect_deadline += late;
        }
        if ((now_ >= each.deadline && !each.stands_in_line) ||
            (each.state == lane_state::connecting && now_ >= each.connect_deadline))
            end_late(who, which);
    }
    if (is_left_in_line(who))
        oracle_.fail("a job waits in line though a connection is idle", now_);
    if (!plan_.fetches || who == 0)
        pool_of(who).reap(now_);
    if (!plan_.fetches)
        shared_.check_limits(now_);
    note_stop(who);
    wake_one(who);
    self.next_tick = now_ + 50ms;
    if (!all_gone())
        push(self.next_tick, step::tick, who);
}

bool simulated_batch::is_left_in_line(unsigned who) const
{
    const auto& pool = pools_[plan_.fetches ? 0 : who]->decides;
    return pool.idle() > 0 && pool.in_use() < plan_.share() &&
           std::ranges::any_of(threads_[who]->lanes, [](const lane& each) { return each.in_line != nullptr; });
}

/// Whether there was an idle connection for each that is being opened, for as long as it takes to see that.
bool simulated_batch::could_go_elsewhere(unsigned who) const
{
    const auto& pool = *pools_[plan_.fetches ? 0 : who];
    return plan_.connect_timeout >= 5s && plan_.stalls.empty() && plan_.outages.empty() && pool.had_idle_for_all &&
           pool.decides.idle() > 0 && pool.idle_is_enough();
}

void simulated_batch::end_late(unsigned who, std::uint32_t which)
{
    thread& self = *threads_[who];
    lane& mine = self.lanes[which];
    const bool by_job = mine.current.last_of_job && now_ >= mine.deadline;
    const bool connecting = now_ < mine.deadline;
    if (connecting && could_go_elsewhere(who))
        oracle_.fail("an attempt fails to connect though connections are idle", now_);
    if (mine.held) {
        if (mine.reused && !connecting)
            pool_of(who).decides.distrust_idle_since(mine.sent_at, now_);
        withdraw(who, which, false);
    }
    auto facts = facts_of_failure(connecting ? outcome_kind::connect : outcome_kind::timeout);
    facts.retried = !by_job;
    if (watcher_ != nullptr && mine.sent)
        watcher_->on_answered(now_, false);
    complete(who, which, facts, by_job ? job_timeout_verdict() : failure_verdict(facts.kind));
}

void simulated_batch::note_stop(unsigned who)
{
    if (plan_.fetches)
        return note_fetch_end(who);
    if (!shared_.stopped() || stop_noticed_)
        return;
    stop_noticed_ = true;
    const stop_reason why = shared_.cause().reason;
    oracle_.stopped(0, why, now_);
    const bool drain = why == stop_reason::wait_too_long;
    for (unsigned each = 0; each < threads_.size(); ++each)
        push(now_ + random_.uniform(1ms), step::told_to_stop, each, drain ? 1 : 0);
    if (drain)
        push(now_ + plan_.options.drain_limit, step::drained, 0);
}

void simulated_batch::told_to_stop(unsigned who, bool drain)
{
    thread& self = *threads_[who];
    available_ = given_;
    for (std::uint32_t which = 0; which < self.lanes.size(); ++which) {
        const lane& each = self.lanes[which];
        const bool in_flight = each.state == lane_state::queuing || each.state == lane_state::connecting ||
                               each.state == lane_state::exchanging;
        if (in_flight && (!drain || !each.sent))
            abandon(who, which);
    }
    wake_all(who);
}

void simulated_batch::set_timer(unsigned who, time_point until)
{
    thread& self = *threads_[who];
    if (until >= self.timer_at)
        return;
    self.timer_at = until;
    push(until + random_.uniform(plan_.late_wakeup), step::timer, who);
}

void simulated_batch::wake_one(unsigned who)
{
    thread& self = *threads_[who];
    if (self.parked.empty())
        return;
    const std::uint32_t which = self.parked.back();
    self.parked.pop_back();
    run_lane(who, which);
}

void simulated_batch::wake_one_later(unsigned who)
{
    thread& self = *threads_[who];
    if (self.wake_posted)
        return;
    self.wake_posted = true;
    push(now_, step::wake, who);
}

void simulated_batch::wake_all(unsigned who)
{
    thread& self = *threads_[who];
    for (auto left = self.parked.size(); left > 0 && !self.parked.empty(); --left) {
        const std::uint32_t which = self.parked.front();
        self.parked.erase(self.parked.begin());
        run_lane(who, which);
    }
}

}  // namespace jobaudit::simulation
