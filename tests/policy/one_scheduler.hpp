#pragma once

#include "next_decision.hpp"
#include "one_batch.hpp"
#include "verdicts.hpp"
#include "virtual_time.hpp"

#include "policy/scheduler.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace jobaudit::policy {

/// One scheduler with its batch, and short words for what tests do with it.
struct one_scheduler : one_batch {
    explicit one_scheduler(unsigned jobs, unsigned lanes = 4, const audit_options& options = {})
        : one_batch{options}, scheduler{shared, lanes, 2}
    {
        origin.contact.skip();
        for (unsigned i = 0; i < jobs; ++i)
            scheduler.add(job_number(i));
        scheduler.no_more_jobs();
    }

    attempt start(time_point now) { return next_start(scheduler, now); }

    /// Starts all that may start.
    std::vector<attempt> start_all(time_point now)
    {
        std::vector<attempt> started;
        for (decision what = scheduler.next(now); what.what == decision::kind::start; what = scheduler.next(now))
            started.push_back(what.attempt);
        return started;
    }

    decision wait(time_point now) { return next_wait(scheduler, now); }

    bool is_done(time_point now) { return scheduler.next(now).what == decision::kind::done; }

    resolution finish(const attempt& started, const protocol::verdict& result, time_point now)
    {
        return scheduler.finished(started, result, ++connections_, now);
    }

    /// One job from start to end, so that the batch has had a success.
    void succeed_once(time_point now) { (void)finish(start(now), ok(), now); }

    policy::scheduler scheduler;

private:
    std::uint64_t connections_ = 0;
};

}  // namespace jobaudit::policy
