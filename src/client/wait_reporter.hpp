#pragma once

#include "policy/origin_state.hpp"

#include <jobaudit/observer.hpp>

#include <optional>

namespace jobaudit::client_detail {

/// Tells an observer when and why a batch sends nothing, and what limits were found. Asked with each tick of one
/// thread.
class wait_reporter {
public:
    wait_reporter(const policy::origin_state& origin, observer* watcher) noexcept : origin_{origin}, observer_{watcher}
    {}

    void look(policy::time_point now);
    /// The batch is over: no wait goes on.
    void finish();

private:
    void report_gate(policy::time_point now);
    void report_outage(policy::time_point now);
    void end_outage();
    void report_limit();

    const policy::origin_state& origin_;
    observer* const observer_;
    policy::time_point gate_until_ = policy::time_point::min();
    policy::time_point probe_at_ = policy::time_point::min();
    bool gate_closed_ = false;
    std::optional<wait_reason> outage_;
    server_limit limit_;
};

}  // namespace jobaudit::client_detail
