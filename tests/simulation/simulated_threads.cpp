#include "quick_verdicts.hpp"
#include "simulated_batch.hpp"

#include <algorithm>

namespace jobaudit::simulation {

// The rest of simulated_batch: connections, the source, the tick, stops and who is woken.

void simulated_batch::acquire(unsigned who, std::uint32_t which, bool fresh)
{
    thread& self = *threads_[who];
    const unsigned limit = plan_.pool == 0 ? plan_.lanes : plan_.pool;
    lane& mine = self.lanes[which];
    if (self.places < limit)
        return connect(who, which);
    if (fresh && !self.idle.empty()) {
        // Only a new one will do: an idle one makes room for it.
        self.idle.erase(self.idle.begin());
        --self.places;
        oracle_.closed(who);
        return connect(who, which);
    }
    mine.state = lane_state::queuing;
    self.queue.push_back(which);
}

void simulated_batch::connect(unsigned who, std::uint32_t which)
{
    thread& self = *threads_[who];
    lane& mine = self.lanes[which];
    mine.state = lane_state::connecting;
    mine.reused = false;
    mine.connect_deadline = now_ + plan_.connect_timeout;
    ++self.places;
    oracle_.opened(who, now_);
    if (server_.on_connect(now_) != simulated_server::connecting::silent)
        push(now_ + server_.connect_time(), step::connected, who, which, mine.turn);
}

void simulated_batch::take_connection(unsigned who, std::uint32_t which)
{
    lane& mine = threads_[who]->lanes[which];
    const auto state = mine.reused ? simulated_server::connecting::works : server_.on_connect(now_);
    switch (state) {
    case simulated_server::connecting::works:
        break;
    case simulated_server::connecting::silent:
        return;
    default: {
        const auto kind = state == simulated_server::connecting::refused        ? outcome_kind::connect
                          : state == simulated_server::connecting::unknown_host ? outcome_kind::dns
                                                                                : outcome_kind::tls;
        give_back(who, mine, false);
        return complete(who, which, facts_of_failure(kind), failure_verdict(kind));
    }
    }
    if (!mine.reused)
        mine.connection = ++connections_;
    oracle_.holds(mine.job, mine.connection);
    if (exchange(who, which))
        run_lane(who, which);
}

void simulated_batch::give_back(unsigned who, lane& self, bool reusable)
{
    thread& owner = *threads_[who];
    oracle_.lets_go(self.job);
    if (reusable) {
        owner.idle.push_back(self.connection);
    } else {
        --owner.places;
        oracle_.closed(who);
    }
    self.connection = 0;
    serve_queue(who);
}

void simulated_batch::serve_queue(unsigned who)
{
    thread& self = *threads_[who];
    const unsigned limit = plan_.pool == 0 ? plan_.lanes : plan_.pool;
    while (!self.queue.empty() && (!self.idle.empty() || self.places < limit)) {
        const std::uint32_t which = self.queue.front();
        self.queue.pop_front();
        lane& next = self.lanes[which];
        if (self.idle.empty()) {
            connect(who, which);
            continue;
        }
        // Handed over from the owner's own turn of the event loop.
        next.state = lane_state::connecting;
        next.connect_deadline = time_point::max();
        next.connection = self.idle.back();
        next.reused = true;
        self.idle.pop_back();
        push(now_, step::connected, who, which, next.turn);
    }
}

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
        const bool in_flight = each.state == lane_state::queuing || each.state == lane_state::connecting ||
                               each.state == lane_state::exchanging;
        if (!in_flight)
            continue;
        if (stood_still) {
            each.deadline += late;
            if (each.connect_deadline != time_point::max())
                each.connect_deadline += late;
        }
        if (now_ >= each.deadline || (each.state == lane_state::connecting && now_ >= each.connect_deadline))
            end_late(who, which);
    }
    if (!plan_.fetches)
        shared_.check_limits(now_);
    note_stop(who);
    wake_one(who);
    self.next_tick = now_ + 50ms;
    if (!all_gone())
        push(self.next_tick, step::tick, who);
}

void simulated_batch::end_late(unsigned who, std::uint32_t which)
{
    thread& self = *threads_[who];
    lane& mine = self.lanes[which];
    const bool by_job = mine.current.last_of_job && now_ >= mine.deadline;
    const bool connecting = now_ < mine.deadline;
    std::erase(self.queue, which);
    if (mine.state != lane_state::queuing)
        give_back(who, mine, false);
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
