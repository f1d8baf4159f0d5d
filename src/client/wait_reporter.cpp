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
}

void wait_reporter::finish()
{
    if (observer_ == nullptr)
        return;
    if (std::exchange(gate_closed_, false))
        observer_->wait_ended(wait_reason::server_asked);
    if (std::exchange(outage_, false))
        observer_->wait_ended(wait_reason::outage);
}

void wait_reporter::report_gate(policy::time_point now)
{
    const auto until = origin_.gate.open_at();
    const bool closed = now < until;
    if (closed && std::exchange(gate_until_, until) != until)
        observer_->wait_began(wait_reason::server_asked, until - now);
    if (std::exchange(gate_closed_, closed) && !closed)
        observer_->wait_ended(wait_reason::server_asked);
}

void wait_reporter::report_outage(policy::time_point now)
{
    const bool active = origin_.outage.active();
    const auto probe_at = active ? origin_.outage.next_probe_at() : policy::time_point::min();
    // While a probe is under way nobody knows when the next will be.
    const bool known = active && probe_at != policy::time_point::max();
    if (known && std::exchange(probe_at_, probe_at) != probe_at)
        observer_->wait_began(wait_reason::outage,
                              std::max(policy::duration::zero(), policy::duration{probe_at - now}));
    if (std::exchange(outage_, active) && !active)
        observer_->wait_ended(wait_reason::outage);
}

}  // namespace jobaudit::client_detail
