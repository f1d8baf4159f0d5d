#include "policy/adaptive_limits.hpp"

namespace jobaudit::policy {

void adaptive_limits::note_success(time_point now, time_point sent_at, const adaptive_concurrency::place& where)
{
    concurrency.note_success(where, sent_at, now);
    rate.note_success(now, sent_at);
}

refusal_cause adaptive_limits::note_refusal(time_point now, time_point sent_at,
                                            const adaptive_concurrency::place& where, duration pause)
{
    const std::lock_guard lock{mutex_};
    ++refusals_;
    const std::uint64_t passed = rate.passed();
    const background_refusals::level then{is_rate_ ? rate.rate_at(sent_at) : 0,
                                          is_rate_ ? 0.0 : concurrency.level(where)};
    background_.note_refusal(now, sent_at, passed, then, pause);
    if (background_.is_background()) {
        if (background_.is_news())
            lift(now);
        return refusal_cause::nothing;
    }
    if (is_rate_ && rate.limits())
        return refusal_cause::rate;
    if (is_rate_ || !concurrency.note_refusal(where, sent_at, pause, now))
        begin_with_rate(now, pause);
    return refusal_cause::concurrency;
}

void adaptive_limits::disregard(unsigned refusals, time_point now)
{
    const std::lock_guard lock{mutex_};
    refusals_ -= refusals;
    if (refusals == 0 || refusals_ > 0)
        return;
    lift(now);
    is_rate_ = false;
    background_.forget();
}

double adaptive_limits::borne() const
{
    const std::lock_guard lock{mutex_};
    return background_.borne();
}

// What then is refused beyond the background is not due to the requests at a time either.
void adaptive_limits::lift(time_point now)
{
    is_rate_ = true;
    concurrency.lift();
    if (rate.limits())
        rate.begin(now, rate.rate());
}

void adaptive_limits::begin_with_rate(time_point now, duration pause)
{
    is_rate_ = true;
    concurrency.lift();
    rate.begin(now, background_.passing(), now + pause);
    background_.forget();
}

}  // namespace jobaudit::policy
