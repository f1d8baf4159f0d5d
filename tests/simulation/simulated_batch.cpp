#include "simulated_batch.hpp"

#include "quick_verdicts.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::simulation {

namespace {

constexpr duration tick_interval = 50ms;
// Far more than any world's limits allow.
constexpr duration longest_world = 24h * 365;
constexpr unsigned most_decisions_at_once = 10'000;

}  // namespace

simulated_batch::simulated_batch(const world_plan& plan, traffic_watcher* watcher)
    : plan_{plan}
    , watcher_{watcher}
    , origin_{plan_.options.rate, plan_.options.burst, at({}), plan.seed}
    , shared_{plan_.options, origin_, at({})}
    , random_{plan.seed ^ 0x5851f42d4c957f2du}
    , server_{plan_}
    , oracle_{plan_, log_}
    , usable_lanes_{plan.lanes}
    , lines_{plan.depth}
    , available_{plan.source_portion == 0 ? plan.jobs : std::min(plan.jobs, plan.source_portion)}
{
    for (unsigned i = 0; i < plan_.schedulers; ++i) {
        threads_.push_back(std::make_unique<thread>(plan_.lanes));
        const auto seed = random_.next();
        if (!plan_.fetches)
            threads_.back()->decides = std::make_unique<policy::scheduler>(shared_, plan_.lanes, seed);
        if (plan_.fetches && i > 0)
            continue;
        pools_.push_back(std::make_unique<simulated_pool>(plan_, plan_.share(), lines_, seed,
                                                          [this, i](time_point when) { push(when, step::look, i); }));
        if (!plan_.fetches)
            pools_.back()->share.on_doubt([this, i](std::span<const policy::unproven_answer> answers) {
                auto& doubted = threads_[i]->doubted;
                doubted.insert(doubted.end(), answers.begin(), answers.end());
                doubt(i);
            });
    }
}

// An event that falls into the time in which the event loop stands still happens when it goes on.
time_point simulated_batch::awake(unsigned who, time_point when) const
{
    for (std::size_t i = 0; i < plan_.stalls.size(); ++i)
        if ((plan_.fetches || i % plan_.schedulers == who) && plan_.stalls[i].holds(when))
            return awake(who, at(plan_.stalls[i].until));
    return when;
}

void simulated_batch::push(time_point when, step what, unsigned who, std::uint32_t which, std::uint32_t turn)
{
    if (!plan_.stalls.empty())
        when = awake(who, when);
    events_.push({when, order_++, what, static_cast<std::uint8_t>(who), which, turn});
}

void simulated_batch::start()
{
    for (unsigned who = 0; who < threads_.size(); ++who) {
        threads_[who]->next_tick = at(tick_interval);
        push(at(tick_interval), step::tick, who);
        for (std::uint32_t which = 0; which < plan_.lanes; ++which) {
            threads_[who]->parked.push_back(which);
            push(at({}), step::wake, who);
        }
    }
    if (plan_.canceled_at != duration::max())
        push(at(plan_.canceled_at), step::cancel, 0);
    if (plan_.rate_changes_at != duration::max())
        push(at(plan_.rate_changes_at), step::change_rate, 0);
    for (const auto& change : plan_.lane_changes)
        push(at(change.when), step::change_lanes, 0, std::min(change.lanes, plan_.lanes));
    if (available_ < plan_.jobs)
        push(at(plan_.source_pause), step::source, 0);
}

world_result simulated_batch::run()
{
    start();
    while (!all_gone() && oracle_.violation().empty()) {
        if (events_.empty()) {
            oracle_.fail("nothing will happen any more", now_);
            break;
        }
        const event next = events_.top();
        events_.pop();
        now_ = std::max(now_, next.when);
        handle(next);
        if (++result_.steps > 3000ull * plan_.jobs + 50'000'000 || now_ > at(longest_world))
            oracle_.fail("the batch does not end", now_);
    }
    finish();
    return std::move(result_);
}

void simulated_batch::handle(const event& next)
{
    thread& self = *threads_[next.who];
    switch (next.what) {
    case step::wake:
        self.wake_posted = false;
        return wake_one(next.who);
    case step::timer:
        if (self.timer_at <= now_)
            self.timer_at = time_point::max();
        return wake_one(next.who);
    case step::tick:
        return tick(next.who);
    case step::told_to_stop:
        return told_to_stop(next.who, next.lane != 0);
    case step::told_to_end:
        return wake_all(next.who);
    case step::cancel:
        if (plan_.fetches)
            return cancel_fetches();
        oracle_.canceled(0, now_);
        if (shared_.stop({.reason = stop_reason::canceled}))
            stop_noticed_ = true;
        for (unsigned who = 0; who < threads_.size(); ++who)
            push(now_ + random_.uniform(1ms), step::told_to_stop, who, plan_.cancel_drains ? 1 : 0);
        if (plan_.cancel_drains)
            push(now_ + plan_.options.drain_limit, step::drained, 0);
        return;
    case step::drained:
        for (unsigned who = 0; who < threads_.size(); ++who)
            push(now_, step::told_to_stop, who, 0);
        return;
    case step::source:
        available_ = std::min(plan_.jobs, available_ + plan_.source_portion);
        for (unsigned who = 0; who < threads_.size(); ++who)
            wake_one(who);
        if (available_ < plan_.jobs)
            push(now_ + plan_.source_pause, step::source, 0);
        return;
    case step::change_rate:
        oracle_.rate_changed(plan_.rate_then, now_);
        return shared_.set_rate(plan_.rate_then, now_);
    case step::change_lanes:
        usable_lanes_ = next.lane;
        return;
    case step::gave_way:
        if (self.lanes[next.lane].turn == next.turn && self.lanes[next.lane].opening)
            go_elsewhere(next.who, next.lane);
        return;
    case step::late:
        if (self.lanes[next.lane].turn == next.turn)
            end_late(next.who, next.lane);
        return;
    case step::look:
        return pool_of(next.who).decides.look(now_);
    case step::prove:
        if (prove(next.who, next.lane))
            run_lane(next.who, next.lane);
        return;
    case step::doubt:
        return ask_again(next.who);
    case step::connected:
        if (self.lanes[next.lane].turn == next.turn)
            take_connection(next.who, next.lane);
        return;
    case step::replied:
        return hand_reply(next.lane);
    case step::lost_in_line:
        if (self.lanes[next.lane].turn == next.turn && self.lanes[next.lane].held)
            go_on_elsewhere(next.who, next.lane);
        return;
    case step::sink_done:
        hand_over(self.lanes[next.lane]);
        return run_lane(next.who, next.lane);
    }
}

void simulated_batch::run_lane(unsigned who, std::uint32_t which)
{
    thread& self = *threads_[who];
    if (plan_.fetches)
        line_.erase(self.lanes[which].job);
    for (unsigned i = 0; oracle_.violation().empty(); ++i) {
        if (i > most_decisions_at_once)
            return oracle_.fail("one lane decides for ever", now_);
        if (plan_.fetches && !self.decides && !begin_fetch(who))
            break;
        self.decides->set_lanes(usable_lanes());
        oracle_.has_lanes(who, usable_lanes());
        refill(self, who);
        const policy::decision next = self.decides->next(now_);
        note_stop(who);
        if (next.what == policy::decision::kind::wait) {
            oracle_.waits(who, next, now_);
            self.lanes[which].state = lane_state::parked;
            self.parked.push_back(which);
            if (plan_.fetches)
                wait_in_line(who, next.cause);
            return set_timer(who, next.until);
        }
        if (next.what == policy::decision::kind::done) {
            if (!plan_.fetches) {
                if (self.is_proving) {
                    self.lanes[which].state = lane_state::parked;
                    return self.parked.push_back(which);
                }
                if (self.is_proven)
                    break;
                if (!prove(who, which))
                    return;
                continue;
            }
            take_leftovers(self);
            self.decides.reset();
            wake_next_in_line();
            continue;
        }
        if (plan_.fetches)
            wake_next_in_line();
        self.lanes[which].current = next.attempt;
        if (!self.parked.empty())
            wake_one_later(who);
        if (!carry(who, which))
            return;
    }
    self.lanes[which].state = lane_state::gone;
    ended_threads_ += ++self.gone == plan_.lanes ? 1 : 0;
    push(now_, step::told_to_end, who);
}

/// True when the attempt was taken back at once, so that the lane is free.
bool simulated_batch::carry(unsigned who, std::uint32_t which)
{
    thread& self = *threads_[who];
    lane& mine = self.lanes[which];
    mine.job = mine.answer_of = number_of(mine.current.job);
    mine.deadline = mine.current.deadline;
    mine.sent = mine.is_replacement = mine.reused = false;
    mine.used = 0;
    mine.time_in_line = {};
    oracle_.started(who, mine.job, mine.current, now_);
    auto& pool = pool_of(who);
    if (auto idle = pool.decides.try_acquire(pool.share, now_)) {
        hold(mine, std::move(idle));
        return exchange(who, which);
    }
    return follow(who, which, pool.decides.acquire(pool.share, now_), false);
}

/// True when the attempt was taken back.
bool simulated_batch::exchange(unsigned who, std::uint32_t which)
{
    thread& self = *threads_[who];
    lane& mine = self.lanes[which];
    if (!(mine.is_replacement ? self.decides->may_send_replacement(mine.current, now_)
                              : self.decides->may_send(mine.current, now_))) {
        // Before others are woken, who may start its job.
        oracle_.lets_go(mine.job);
        oracle_.took_back(mine.job, now_);
        leave_attempt(mine);
        pool_of(who).decides.put_back(std::exchange(mine.held, nullptr), now_);
        return true;
    }
    mine.sent = true;
    mine.sent_at = now_;
    mine.used = mine.held->number();
    mine.reused = mine.held->was_idle();
    mine.state = lane_state::exchanging;
    oracle_.departed(who, mine.job, now_);
    if (watcher_ != nullptr)
        watcher_->on_sent(now_);
    await_reply(who, which);
    return false;
}

reply_reading::result simulated_batch::read(lane& self)
{
    const auto client_time = server_.client_wall_clock(now_);
    const bool breaks = self.awaited.what == reply_kind::cut;
    if (self.awaited.what == reply_kind::lost || random_.unit() >= plan_.byte_share) {
        reply_reading::result quick;
        quick.verdict = quick_verdict(self.awaited, client_time);
        quick.started = self.awaited.what != reply_kind::lost;
        quick.reusable = quick.verdict.http_status != 0;
        quick.records = failed_files_of(self.answer_of);
        return quick;
    }
    const wire_reply sent = written(self.awaited, self.answer_of, random_);
    const std::size_t arriving = breaks ? 1 + random_.next() % (sent.text.size() - 1) : sent.text.size();
    auto read = reading_.read(sent, arriving, client_time, random_);
    if (read.reusable && sent.ends_connection)
        oracle_.fail("a connection is to be used again that the server closes", now_);
    if (read.verdict.kind == outcome_kind::ok &&
        (read.records != failed_files_of(self.answer_of) || read.wrong_records))
        oracle_.fail("a job's failed files are not those that the server sent", now_);
    return read;
}

unsigned simulated_batch::usable_lanes() const
{
    return plan_.depth == 1 ? usable_lanes_ : std::min(usable_lanes_, plan_.share() * lines_.depth());
}

void simulated_batch::take_reply(unsigned who, std::uint32_t which, bool is_last)
{
    lane& mine = threads_[who]->lanes[which];
    const auto read = this->read(mine);
    if (!read.started && mine.reused)
        return replace_connection(who, which);
    end_line(read.reusable
                 ? mine.held->take_reply(mine.sent_at, read.verdict.kind != outcome_kind::malformed_body, !is_last)
                 : mine.held->break_down());
    const auto facts = facts_of(mine.awaited, server_.client_wall_clock(now_));
    const auto& verdict = read.verdict;
    if (verdict.kind != facts.kind || verdict.retry_after != facts.asked || verdict.slows_host != facts.slows ||
        verdict.may_slow_host != facts.overload || verdict.http_status != facts.status)
        oracle_.fail("a reply of status " + std::to_string(facts.status) + " is taken for " +
                         std::string{to_string(verdict.kind)} + " (" + verdict.message + ")",
                     now_);
    if (watcher_ != nullptr)
        watcher_->on_answered(now_, facts.slows || facts.overload);
    complete(who, which, facts, verdict);
}

void simulated_batch::leave_attempt(lane& self)
{
    ++self.turn;
    self.state = lane_state::parked;
}

void simulated_batch::complete(unsigned who, std::uint32_t which, const attempt_facts& facts,
                               const protocol::verdict& verdict)
{
    thread& self = *threads_[who];
    lane& mine = self.lanes[which];
    result_.refused += facts.slows || facts.overload ? 1 : 0;
    result_.failures += facts.success ? 0 : 1;
    oracle_.ended(who, mine.job, facts, now_);
    self.decides->stood_in_line(mine.current, mine.time_in_line);
    const auto resolved = self.decides->finished(mine.current, verdict, mine.used, now_);
    if (resolved.what == policy::resolution::kind::final)
        note_answer(mine, verdict.kind);
    oracle_.resolved(mine.job, facts, resolved, now_);
    let_go(who, mine);
    leave_attempt(mine);
    if (mine.held)
        oracle_.fail("a job keeps its connection after its attempt", now_);
    if (resolved.what == policy::resolution::kind::final) {
        mine.outcome = verdict.kind;
        if (const auto doubt = self.doubts.find(mine.job); doubt != self.doubts.end() && doubt->second.is_open) {
            doubt->second.is_open = false;
            if (doubt->second.answer.digest != mine.answer_of + 1 || doubt->second.answer.kind != verdict.kind)
                lines_.distrust_order();
        }
        deliver(who, which);
    }
    note_stop(who);
    if (plan_.fetches)
        wake_next_in_line();
    if (mine.state != lane_state::delivering)
        run_lane(who, which);
}

void simulated_batch::abandon(unsigned who, std::uint32_t which)
{
    thread& self = *threads_[who];
    lane& mine = self.lanes[which];
    if (mine.held)
        withdraw(who, which, true);
    let_go(who, mine);
    leave_attempt(mine);
    oracle_.abandoned(mine.job, now_);
    self.decides->abandoned(mine.current, now_);
    if (plan_.fetches)
        wake_next_in_line();
    run_lane(who, which);
}

void simulated_batch::deliver(unsigned who, std::uint32_t which)
{
    lane& mine = threads_[who]->lanes[which];
    if (plan_.sink_time <= 0ns)
        return hand_over(mine);
    mine.state = lane_state::delivering;
    sink_free_at_ = std::max(now_, sink_free_at_) + plan_.sink_time;
    push(sink_free_at_, step::sink_done, who, which);
}

void simulated_batch::hand_over(const lane& from)
{
    oracle_.delivered(from.job, from.outcome, from.answer_of == from.job, now_);
    ++result_.outcomes[static_cast<std::size_t>(from.outcome)];
    result_.last_delivery = now_ - at({});
}

void simulated_batch::take_leftovers(const thread& self)
{
    for (const auto& job : self.decides->take_leftovers(now_)) {
        oracle_.left(number_of(job.job), job.attempts, now_);
        ++result_.left_over;
    }
}

void simulated_batch::finish()
{
    result_.elapsed = now_ - at({});
    result_.requests = oracle_.requests();
    if (oracle_.violation().empty()) {
        for (const auto& each : threads_)
            if (each->decides)
                take_leftovers(*each);
        oracle_.finished(given_, shared_.stopped(), now_);
    }
    for (unsigned who = 0; who < threads_.size(); ++who)
        for (lane& each : threads_[who]->lanes)
            if (each.held || each.in_line || each.opening)
                let_go(who, each);
    for (const auto& each : pools_) {
        each->decides.forget(each->share, now_);
        each->decides.close_idle(now_);
    }
    if (shared_.stopped())
        result_.stopped = shared_.cause().reason;
    result_.violation = oracle_.violation();
    result_.last_events = log_.text();
}

}  // namespace jobaudit::simulation
