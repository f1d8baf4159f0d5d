#include "policy/batch_state.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::policy {

namespace {

constexpr std::uint32_t answers_that_tell = 20;
// In the upper half of batch_state::answers_.
constexpr std::uint32_t one_forbidden = 1u << 16;

}  // namespace

batch_state::batch_state(const audit_options& options, origin_state& origin, time_point now)
    : options_{options}, origin_{origin}, started_{now}
{}

void batch_state::set_rate(double per_second, time_point now)
{
    if (options_.adaptive)
        origin_.adaptive.rate.set_ceiling(per_second, now);
    else
        origin_.limiter.set_rate(per_second, now);
}

bool batch_state::stop(stop_cause cause)
{
    const std::lock_guard lock{mutex_};
    if (stopped())
        return false;
    cause_ = std::move(cause);
    stopped_.store(true, std::memory_order_release);
    return true;
}

stop_cause batch_state::cause() const
{
    const std::lock_guard lock{mutex_};
    return cause_;
}

void batch_state::check_limits(time_point now)
{
    if (stopped())
        return;
    if (options_.deadline > duration::zero() && now - started_ >= options_.deadline)
        stop(deadline_passed(options_.deadline));
    if (!origin_.outage.active() || now < outage_ends_batch_at())
        return;
    const auto last = origin_.outage.last_failure();
    stop(outage_too_long(now - origin_.outage.began_at(), last.error, last.message));
}

// Who comes in the midst of an outage waits for its end as long as everybody else does.
time_point batch_state::outage_ends_batch_at() const
{
    const auto limit = origin_.succeeded() ? options_.outage_limit : options_.outage_limit_at_start;
    return std::max(origin_.outage.began_at(), started_) + limit;
}

void batch_state::check_refusals()
{
    if (origin_.refusals.lasted(started_) >= options_.outage_limit)
        stop(refused_for_too_long(options_.outage_limit, origin_.refusals.last_said()));
}

bool batch_state::note_answer(int http_status) noexcept
{
    if (answers_.load(std::memory_order_relaxed) % one_forbidden >= answers_that_tell)
        return false;
    // One value, so that whoever counts the last answer sees how many of exactly these were 403.
    const std::uint32_t one = http_status == 403 ? 1 + one_forbidden : 1;
    return answers_.fetch_add(one, std::memory_order_relaxed) + one == answers_that_tell * (1 + one_forbidden);
}

}  // namespace jobaudit::policy
