#include "client/wait_reporter.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::client_detail {

void wait_reporter::look(policy::time_point now)
{
    if (observer_ == nullptr)
        return;
    report_gate(now);
    report_outage(now);
    report_limit();
}

void wait_reporter::finish()
{
    if (observer_ == nullptr)
        return;
    if (std::exchange(gate_closed_, false))
        observer_->wait_ended(wait_reason::server_asked);
    end_outage();
}

void wait_reporter::report_gate(policy::time_point now)
{
    const auto until = origin_.gate.open_at();
    const bool closed = now < until;
    if (closed && std::exchange(gate_until_, until) != until)
        observer_->wait_began(wait_reason::server_asked, until - now, origin_.refusals.last_said());
    if (std::exchange(gate_closed_, closed) && !closed)
        observer_->wait_ended(wait_reason::server_asked);
}

void wait_reporter::report_outage(policy::time_point now)
{
    const bool active = origin_.outage.active();
    const auto probe_at = active ? origin_.outage.next_probe_at() : policy::time_point::min();
    if (!active)
        end_outage();
    // While a probe is under way nobody knows when the next will be.
    const bool known = active && probe_at != policy::time_point::max();
    if (!known || std::exchange(probe_at_, probe_at) == probe_at)
        return;
    const auto last = origin_.outage.last_failure();
    const auto reason = last.error == errc::local_shortage ? wait_reason::local_shortage : wait_reason::outage;
    if (outage_ != reason)
        end_outage();
    outage_ = reason;
    observer_->wait_began(reason, std::max(policy::duration::zero(), policy::duration{probe_at - now}), last.message);
}

void wait_reporter::end_outage()
{
    if (const auto over = std::exchange(outage_, std::nullopt))
        observer_->wait_ended(*over);
}

void wait_reporter::report_limit()
{
    // There is nothing to be found before the first refusal.
    const auto refusals = origin_.refusals.refusals();
    if (refusals == 0)
        return;
    const server_limit found{refusals, origin_.adaptive.rate.found(), origin_.adaptive.concurrency.found()};
    if (std::exchange(limit_, found) != found)
        observer_->limit_found(found);
}

}  // namespace jobaudit::client_detail
