#include "policy/batch_state.hpp"

#include <utility>

namespace jobaudit::policy {

namespace {

constexpr std::uint32_t answers_that_tell = 20;
// In the upper half of batch_state::answers_.
constexpr std::uint32_t one_forbidden = 1u << 16;

}  // namespace

batch_state::batch_state(const audit_options& options, time_point now, std::uint64_t seed)
    : limiter{options.rate, options.burst}
    , gate{held_, random_source{seed}.next()}
    , outage{held_, random_source{~seed}.next()}
    , adaptive{limiter, options.rate, now}
    , options_{options}
    , started_{now}
{}

void batch_state::set_rate(double per_second, time_point now)
{
    if (options_.adaptive)
        adaptive.rate.set_ceiling(per_second, now);
    else
        limiter.set_rate(per_second, now);
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
    if (!outage.active())
        return;
    const duration lasted = now - outage.began_at();
    if (lasted >= (succeeded() ? options_.outage_limit : options_.outage_limit_at_start))
        stop(outage_too_long(lasted, outage.last_message()));
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
