#include "quick_verdicts.hpp"
#include "simulated_batch.hpp"

#include <utility>

namespace jobaudit::simulation {

// The rest of simulated_batch: jobs that are fetched by themselves, as client/fetch_run does it.

/// False when there is no job left for this caller.
bool simulated_batch::begin_fetch(unsigned who)
{
    if (given_ == plan_.jobs)
        return false;
    thread& self = *threads_[who];
    self.fetch = std::make_unique<policy::batch_state>(plan_.options, origin_, now_);
    self.fetch_end_noticed = false;
    self.decides = std::make_unique<policy::scheduler>(*self.fetch, 1, random_.next(), true);
    oracle_.begins_fetch(who, now_);
    oracle_.took(who, given_, now_);
    self.lanes.front().job = given_;
    self.decides->add(job_number(given_++));
    self.decides->no_more_jobs();
    return true;
}

void simulated_batch::note_fetch_end(unsigned who)
{
    thread& self = *threads_[who];
    if (!self.decides || !self.fetch->stopped() || std::exchange(self.fetch_end_noticed, true))
        return;
    const stop_reason why = self.fetch->cause().reason;
    if (why != stop_reason::canceled)
        oracle_.stopped(who, why, now_);
}

void simulated_batch::wait_in_line(unsigned who, policy::wait_cause cause)
{
    using policy::wait_cause;
    if (cause == wait_cause::first_contact || cause == wait_cause::server_full || cause == wait_cause::outage)
        line_.emplace(threads_[who]->lanes.front().job, who);
}

void simulated_batch::wake_next_in_line()
{
    if (line_.empty())
        return;
    push(now_, step::wake, line_.begin()->second);
    line_.erase(line_.begin());
}

void simulated_batch::cancel_fetches()
{
    for (unsigned who = 0; who < threads_.size(); ++who) {
        thread& self = *threads_[who];
        if (!self.decides)
            continue;
        self.fetch->stop({.reason = stop_reason::canceled});
        oracle_.canceled(who, now_);
        const lane_state state = self.lanes.front().state;
        if (state == lane_state::parked)
            wake_one(who);
        else
            abandon(who, 0);
    }
}

}  // namespace jobaudit::simulation
