#include "quick_verdicts.hpp"
#include "simulated_batch.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::simulation {

// The rest of simulated_batch: how a lane comes to a connection, as client/job_request and net/pool do it.

using pool_step = policy::connection_pool::step;

namespace {

// As client/audit_part has it.
constexpr unsigned most_doubts = 3;

// As policy/answer_order says.
constexpr unsigned longest_run = 512;

// As policy/pipelining says.
constexpr unsigned early_in_life = 100;
constexpr unsigned most_early_breaks = 2;

}  // namespace

/// True when the attempt was taken back at once.
bool simulated_batch::follow(unsigned who, std::uint32_t which, pool_step next, bool wants_new)
{
    switch (next.what) {
    case pool_step::kind::use:
        hold(threads_[who]->lanes[which], std::move(next.lent));
        return exchange(who, which);
    case pool_step::kind::open:
        connect(who, which);
        return false;
    case pool_step::kind::wait:
        break;
    }
    stand_in_line(who, which, wants_new);
    return false;
}

void simulated_batch::hold(lane& self, policy::connection_pool::connection_ptr lent)
{
    self.held = std::static_pointer_cast<simulated_connection>(std::move(lent));
    oracle_.holds(self.job, self.held->number());
}

void simulated_batch::stand_in_line(unsigned who, std::uint32_t which, bool wants_new)
{
    lane& mine = threads_[who]->lanes[which];
    mine.state = lane_state::queuing;
    if (now_ >= mine.deadline)
        return push(now_, step::late, who, which, mine.turn);
    mine.in_line = std::make_unique<place_in_line>(wants_new, now_, [this, who, which] { take_place(who, which); });
    pool_of(who).decides.join(pool_of(who).share, *mine.in_line);
}

void simulated_batch::take_place(unsigned who, std::uint32_t which)
{
    lane& mine = threads_[who]->lanes[which];
    auto& pool = pool_of(who);
    // In a batch, deadlines stand still meanwhile.
    const duration waited = plan_.fetches ? 0ns : now_ - mine.in_line->since;
    mine.time_in_line += waited;
    mine.deadline += waited;
    oracle_.stood_in_line(mine.job, waited);
    pool.decides.leave(pool.share, *mine.in_line);
    // It is told within the call that is still to come back.
    const auto served = std::move(mine.in_line);
    auto next = pool.decides.served(pool.share, *served, now_);
    if (follow(who, which, std::move(next), false))
        run_lane(who, which);
}

void simulated_batch::connect(unsigned who, std::uint32_t which)
{
    lane& mine = threads_[who]->lanes[which];
    mine.state = lane_state::connecting;
    mine.connect_deadline = now_ + plan_.connect_timeout;
    mine.opening.emplace(pool_of(who).share, now_,
                         [this, who, which, turn = mine.turn] { push(now_, step::gave_way, who, which, turn); });
    pool_of(who).decides.begin(*mine.opening);
    oracle_.opened(plan_.fetches ? 0 : who, now_);
    if (server_.on_connect(now_) != simulated_server::connecting::silent)
        push(now_ + server_.connect_time(), step::connected, who, which, mine.turn);
}

void simulated_batch::take_connection(unsigned who, std::uint32_t which)
{
    lane& mine = threads_[who]->lanes[which];
    if (!mine.opening)
        return;
    const auto state = server_.on_connect(now_);
    switch (state) {
    case simulated_server::connecting::works:
        break;
    case simulated_server::connecting::silent:
        return;
    default: {
        const auto kind = state == simulated_server::connecting::refused        ? outcome_kind::connect
                          : state == simulated_server::connecting::unknown_host ? outcome_kind::dns
                                                                                : outcome_kind::tls;
        end_opening(who, mine);
        const bool others_work = has_work_in_flight(who);
        oracle_.could_not_open(plan_.fetches ? 0 : who, others_work, pool_of(who).decides.opened(), now_);
        if (pool_of(who).decides.note_failed_opening(pool_of(who).share, now_))
            return go_elsewhere(who, which);
        if (others_work)
            oracle_.fail("an attempt failed to connect though others of its pool work", now_);
        return complete(who, which, facts_of_failure(kind), failure_verdict(kind));
    }
    }
    server_.note_open();
    const unsigned owner = plan_.fetches ? 0 : who;
    const auto number = ++connections_;
    auto made = std::make_shared<simulated_connection>(number, now_, plan_, [this, owner, number] {
        if (const auto closing = open_[number].lock())
            early_breaks_ += closing->broke_a_line() && closing->answered() < early_in_life ? 1 : 0;
        server_.note_closed();
        oracle_.closed(owner);
        open_.erase(number);
    });
    open_[number] = made;
    hold(mine, pool_of(who).decides.opened(*mine.opening, std::move(made), now_));
    pool_of(who).decides.end(*mine.opening, now_);
    mine.opening.reset();
    if (exchange(who, which))
        run_lane(who, which);
}

bool simulated_batch::has_work_in_flight(unsigned who) const
{
    const auto works = [](const lane& each) { return each.state == lane_state::exchanging; };
    if (!plan_.fetches)
        return std::ranges::any_of(threads_[who]->lanes, works);
    return std::ranges::any_of(threads_, [&](const auto& each) { return works(each->lanes.front()); });
}

void simulated_batch::end_opening(unsigned who, lane& self)
{
    oracle_.closed(plan_.fetches ? 0 : who);
    pool_of(who).decides.end(*self.opening, now_);
    self.opening.reset();
}

void simulated_batch::go_elsewhere(unsigned who, std::uint32_t which)
{
    lane& mine = threads_[who]->lanes[which];
    if (mine.opening) {
        end_opening(who, mine);
        (void)pool_of(who).decides.note_failed_opening(pool_of(who).share, now_);
    }
    if (follow(who, which, pool_of(who).decides.acquire(pool_of(who).share, now_), false))
        run_lane(who, which);
}

reply simulated_batch::lost_request() const
{
    reply made;
    made.what = reply_kind::lost;
    made.after = plan_.latency / 2;
    return made;
}

/// A request leaves on the connection in hand.
void simulated_batch::await_reply(unsigned who, std::uint32_t which)
{
    lane& mine = threads_[who]->lanes[which];
    auto& connection = *mine.held;
    if (!connection.reusable())
        oracle_.fail("a request was sent on a connection that has ended", now_);
    if (connection.is_awaited() && lines_.depth() == 1)
        oracle_.fail("a request was sent behind others to a server that is spoken to one by one", now_);
    if (connection.is_awaited() && early_breaks_ >= most_early_breaks)
        oracle_.fail("a request was sent behind others, though two lines broke early in their connections' lives",
                     now_);
    if (connection.run() >= longest_run && connection.is_awaited() && connection.order().asker() != nullptr)
        oracle_.fail("a line goes on for so long that its answers are not proven", now_);
    mine.stands_in_line = connection.add({who, which, mine.turn});
    mine.in_line_since = now_;
    mine.came_too_late = !mine.stands_in_line && connection.is_closed_by_server();
    if (connection.server_has_ended())
        return;
    if (mine.stands_in_line && plan_.gets_stuck) {
        connection.end_sending();
        return push(connection.send({lost_request(), mine.job, true, now_ + 2s}), step::replied, who,
                    static_cast<std::uint32_t>(connection.number()));
    }
    reply made =
        connection.is_forgotten(now_) || mine.came_too_late ? lost_request() : server_.on_request(mine.job, now_);
    if (mine.reused && !mine.stands_in_line && plan_.stale > 0 && random_.unit() < plan_.stale)
        made.what = reply_kind::lost;
    if (connection.is_forgotten(now_))
        oracle_.met_forgotten(mine.job, now_);
    if (connection.is_forgotten(now_ + made.after))
        made.what = reply_kind::silence;
    if (made.what == reply_kind::silence)
        return connection.end_sending();
    if (plan_.missing > 0 && random_.unit() < plan_.missing)
        return;
    push(send_reply(connection, made, mine.job), step::replied, who, static_cast<std::uint32_t>(connection.number()));
}

/// Says when all that it sends has come.
time_point simulated_batch::send_reply(simulated_connection& from, reply made, std::uint32_t job)
{
    const bool is_whole = facts_of(made, {}).status != 0;
    const bool is_last = plan_.closes_after > 0 && from.replies() == plan_.closes_after;
    const auto number = static_cast<std::uint32_t>(from.number());
    const auto comes_at = from.send({made, job, is_last && plan_.announces_close, now_ + made.after});
    if (is_last)
        push(from.send({lost_request(), job, true, comes_at + 1us}), step::replied, 0, number);
    if (is_last || !is_whole || plan_.doubled <= 0 || random_.unit() >= plan_.doubled)
        return comes_at;
    // A little later, where nothing else may tell.
    const auto behind = random_.uniform(plan_.closes_after > 0 ? made.after / 4 : made.after);
    push(from.send({made, job, false, comes_at + behind}), step::replied, 0, number);
    return comes_at;
}

void simulated_batch::hand_reply(std::uint64_t number)
{
    const auto found = open_.find(number);
    const auto connection = found != open_.end() ? found->second.lock() : nullptr;
    if (!connection || !connection->has_arrived() || !connection->is_awaited())
        return;
    const auto came = connection->take_arrived();
    const auto to = connection->take_first();
    lane& mine = threads_[to.who]->lanes[to.lane];
    mine.awaited = came.content;
    // The end of a connection answers nobody.
    mine.answer_of = came.content.what == reply_kind::lost ? mine.job : came.job;
    if (connection->is_awaited()) {
        const auto& next = connection->first();
        leave_line(threads_[next.who]->lanes[next.lane]);
    }
    take_reply(to.who, to.lane, came.is_last);
    // What came at the same time.
    push(now_, step::replied, to.who, static_cast<std::uint32_t>(number));
}

void simulated_batch::leave_line(lane& self)
{
    if (!std::exchange(self.stands_in_line, false))
        return;
    const duration waited = now_ - self.in_line_since;
    self.time_in_line += waited;
    self.deadline += waited;
    oracle_.stood_in_line(self.job, waited);
}

void simulated_batch::end_line(const std::deque<simulated_connection::asker>& lost)
{
    for (const auto& each : lost)
        push(now_, step::lost_in_line, each.who, each.lane, each.turn);
}

/// Its connection ended before it was the first in line there.
void simulated_batch::go_on_elsewhere(unsigned who, std::uint32_t which)
{
    lane& mine = threads_[who]->lanes[which];
    leave_line(mine);
    let_go(who, mine);
    mine.is_replacement = false;
    auto& pool = pool_of(who);
    bool is_free = false;
    if (auto idle = pool.decides.try_acquire(pool.share, now_)) {
        hold(mine, std::move(idle));
        is_free = exchange(who, which);
    } else {
        is_free = follow(who, which, pool.decides.acquire(pool.share, now_), false);
    }
    if (is_free)
        run_lane(who, which);
}

void simulated_batch::withdraw(unsigned who, std::uint32_t which, bool is_canceled)
{
    lane& mine = threads_[who]->lanes[which];
    leave_line(mine);
    if (mine.state == lane_state::exchanging)
        end_line(mine.held->withdraw({who, which, mine.turn}, is_canceled));
}

void simulated_batch::replace_connection(unsigned who, std::uint32_t which)
{
    lane& mine = threads_[who]->lanes[which];
    auto& pool = pool_of(who);
    pool.decides.note_stale(*mine.held);
    oracle_.replaced(mine.came_too_late, mine.held->idle_timeout() != duration::max(), now_);
    end_line(mine.held->break_down());
    oracle_.lets_go(mine.job);
    if (!threads_[who]->decides->may_open_replacement(mine.current, now_)) {
        let_go(who, mine);
        oracle_.took_back(mine.job, now_);
        leave_attempt(mine);
        return run_lane(who, which);
    }
    mine.is_replacement = true;
    if (follow(who, which, pool.decides.replace(pool.share, std::exchange(mine.held, nullptr), now_), true))
        run_lane(who, which);
}

void simulated_batch::let_go(unsigned who, lane& self)
{
    auto& pool = pool_of(who);
    oracle_.lets_go(self.job);
    if (self.in_line) {
        pool.decides.leave(pool.share, *self.in_line);
        self.in_line.reset();
    }
    if (self.opening)
        end_opening(who, self);
    if (self.held)
        pool.decides.put_back(std::exchange(self.held, nullptr), now_);
}

void simulated_batch::note_answer(lane& self, outcome_kind kind)
{
    if (self.held && !plan_.fetches)
        self.held->order().note_answer(*self.held->user, {job_number(self.job), kind, 0, self.answer_of + 1});
}

void simulated_batch::doubt(unsigned who)
{
    threads_[who]->is_proven = false;
    push(now_, step::doubt, who);
}

void simulated_batch::ask_again(unsigned who)
{
    thread& self = *threads_[who];
    for (const auto& each : std::exchange(self.doubted, {})) {
        const auto job = number_of(each.job);
        auto& known = self.doubts[job];
        if (known.is_open || (known.times >= most_doubts && each.kind != outcome_kind::ok))
            continue;
        known = {each, known.times + 1, true};
        if (known.times >= most_doubts)
            lines_.distrust_order();
        --result_.outcomes[static_cast<std::size_t>(each.kind)];
        oracle_.doubted(who, job, now_);
        self.decides->add(each.job);
    }
    wake_one(who);
}

/// True when all that was answered is proven.
bool simulated_batch::prove(unsigned who, std::uint32_t which)
{
    thread& self = *threads_[who];
    lane& mine = self.lanes[which];
    if (!self.doubted.empty()) {
        // They are asked for again in a moment.
        self.is_proving = false;
        mine.state = lane_state::parked;
        self.parked.push_back(which);
        return false;
    }
    if (!self.is_proving)
        self.is_proven = true;  // unless what is seen meanwhile says otherwise
    self.is_proving = false;
    const auto next = pool_of(who).decides.look(pool_of(who).share, now_);
    if (!next)
        return true;
    self.is_proving = true;
    mine.state = lane_state::proving;
    push(std::max(*next, now_ + 1us), step::prove, who, which, mine.turn);
    return false;
}

}  // namespace jobaudit::simulation
