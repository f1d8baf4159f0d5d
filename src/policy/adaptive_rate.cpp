#include "policy/adaptive_rate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace jobaudit::policy {

namespace {

// Of the AWS SDKs' adaptive mode.
constexpr double smoothing = 0.8;
constexpr double slowest = 0.5;
constexpr duration measuring_window = std::chrono::milliseconds{500};
constexpr duration measuring_window_at_start = std::chrono::milliseconds{200};

// At the end of the search the rate may be at twice the limit.
constexpr double largest_drop = 0.5;
constexpr double smallest_drop = 0.08;
constexpr double settled_drop = 0.2;
// A throttle below this much growth came at once.
constexpr double real_growth = 1.04;
constexpr double search_factor = 1.5;
constexpr double search_step = 0.2;  // seconds
// The recovery's length is this over the drop.
constexpr double recovery_scale = 0.6;
constexpr double shortest_recovery = 2;  // seconds
// With a pause at each throttle, the time between them that makes the pauses bearable: while the limit is not yet known
// well, and later.
constexpr double recovery_per_pause = 14;
constexpr double settled_recovery_per_pause = 45;

// What was aimed at is about right where at least this share of it has passed, a silence included.
constexpr double telling_share = 0.5;

constexpr duration shortest_pause = std::chrono::milliseconds{250};
constexpr duration longest_pause = std::chrono::seconds{60};

// Of the mean that tells what is sustained.
constexpr std::chrono::duration<double> sustaining_time{1};

// What gets through is a little less than the limit where it saved up nothing for some time.
constexpr double most_above_borne = 1.1;

constexpr duration between_updates = std::chrono::milliseconds{50};
// What was sent just now is counted over one to two of these; over much more it says nothing about now.
constexpr duration between_marks = std::chrono::milliseconds{100};
constexpr duration oldest_mark = 3 * between_marks;
// In the search the rate may be so far above its mean over the time that is counted.
constexpr double growth_while_counting = 1.25;
constexpr duration longest_window = std::chrono::seconds{10};
constexpr std::uint64_t enough_to_measure = 10;
constexpr duration telling_time = std::chrono::seconds{2};
// The limiter is left alone for less, so that slots in line are not moved all the time.
constexpr double worthwhile_change = 0.005;

[[nodiscard]] double seconds(duration span) noexcept { return std::chrono::duration<double>{span}.count(); }

[[nodiscard]] double smoothed(double before, double current) noexcept
{
    return before > 0 ? smoothing * current + (1 - smoothing) * before : current;
}

}  // namespace

adaptive_rate::adaptive_rate(rate_limiter& limiter, double ceiling, time_point now) noexcept
    : limiter_{limiter}
    , next_update_{now.time_since_epoch().count()}
    , window_began_{now}
    , ceiling_{ceiling}
    , rate_{ceiling}
    , older_mark_{now, 0}
    , newer_mark_{now, 0}
    , passing_since_{now, 0}
    , curve_began_{now}
{}

void adaptive_rate::begin(time_point now, double from, time_point open_at)
{
    const std::lock_guard lock{mutex_};
    limits_ = true;
    throttled_ = false;
    silence_.reset();
    drop_ = 0;
    curve_began_ = std::max(now, open_at);
    start_ = from > 0 ? std::max(from, slowest) : first_rate;
    apply(start_, now);
}

void adaptive_rate::note_success(time_point now, time_point sent_at)
{
    passed_.fetch_add(1, std::memory_order_relaxed);
    if (!bears_rate_.load(std::memory_order_relaxed) && sent_at > throttled_at_.load(std::memory_order_relaxed))
        bears_rate_.store(true, std::memory_order_relaxed);
    if (!gets_through())
        gets_through_.store(true, std::memory_order_relaxed);
    if (now.time_since_epoch().count() < next_update_.load(std::memory_order_relaxed))
        return;
    const std::unique_lock lock{mutex_, std::try_to_lock};
    if (!lock.owns_lock())
        return;
    next_update_.store((now + between_updates).time_since_epoch().count(), std::memory_order_relaxed);
    measure(now);
    if (now - newer_mark_.when >= between_marks)
        older_mark_ = std::exchange(newer_mark_, {now, sent_.load(std::memory_order_relaxed)});
    // Echoes of the time before a pause.
    if (limits() && now >= curve_began_)
        apply(grown(now), now);
}

double adaptive_rate::on_curve(time_point when) const noexcept
{
    const double passed = std::max(0.0, seconds(when - curve_began_));
    if (!throttled_)
        return start_ * std::pow(search_factor, passed / search_step);
    const double behind = 1 - passed / recovery_;
    return plateau_ * (1 - drop_ * behind * behind * behind);
}

double adaptive_rate::grown(time_point now) const noexcept
{
    return asked_ > 0 ? std::max(rate_, std::min(on_curve(now), 2 * asked_)) : on_curve(now);
}

void adaptive_rate::note_throttle(time_point now, time_point sent_at, time_point open_at, double borne)
{
    const std::lock_guard lock{mutex_};
    const bool got_through = gets_through_.exchange(false, std::memory_order_relaxed);
    measure(now);
    if (throttled_ && is_echo(sent_at, got_through)) {
        curve_began_ = std::max(curve_began_, open_at);
        return;
    }
    const bool is_silent = throttled_ && !got_through;
    if (is_silent)
        note_silence(now, open_at);
    throttled_at_.store(now, std::memory_order_relaxed);
    bears_rate_.store(false, std::memory_order_relaxed);
    if (is_silent)
        return;
    end_silence();
    limits_ = true;
    const double highest = reached(now, sent_at, borne);
    const bool at_once = throttled_ && highest < real_growth * start_;
    if (!throttled_)
        drop_ = largest_drop;
    else if (!at_once)
        drop_ = std::max(drop_ / 3, smallest_drop);
    throttled_ = true;

    plateau_ = std::max(at_once ? (1 - drop_ / 3) * highest : highest, slowest);
    const double pauses = drop_ < settled_drop && !at_once ? settled_recovery_per_pause : recovery_per_pause;
    begin_curve(std::max(at_once ? shortest_recovery : recovery_scale / drop_, pauses * seconds(open_at - now)), now,
                open_at);
}

// What has been answered by a slower rate already; the first request at that rate finds the server's bucket as the
// faster ones left it.
bool adaptive_rate::is_echo(time_point sent_at, bool got_through) const noexcept
{
    const bool bears_rate = bears_rate_.load(std::memory_order_relaxed);
    return sent_at < throttled_at_.load(std::memory_order_relaxed) + limiter_.interval() ||
           (got_through && !bears_rate);
}

// The rate of before is no news, and lowering it again with each pause that was too short would be no answer.
void adaptive_rate::note_silence(time_point now, time_point open_at)
{
    if (!silence_)
        silence_ = {throttled_at_.load(std::memory_order_relaxed), passed(), plateau_, drop_};
    const double span = seconds(std::max(now - passing_since_.when, shortest_pause));
    const double allowed = static_cast<double>(silence_->passed - passing_since_.count) / span;
    const bool tells = allowed > telling_share * silence_->plateau;
    plateau_ = std::max(silence_->plateau, allowed);
    drop_ = tells ? std::min(silence_->drop, settled_drop) : silence_->drop;
    begin_curve(recovery_scale / drop_, now, open_at);
}

void adaptive_rate::end_silence() noexcept
{
    if (silence_)
        passing_since_ = {curve_began_, silence_->passed};
    silence_.reset();
}

double adaptive_rate::reached(time_point now, time_point sent_at, double borne) const noexcept
{
    double highest = std::min(rate_, on_curve(sent_at));
    // What the curve allowed was not the rate where there was too little to send, or too few lanes to send it on.
    if (!throttled_)
        highest = std::min(highest, growth_while_counting * sent_of_late(now));
    else if (now - curve_began_ >= telling_time && measured_ > 0)
        highest = std::min(highest, search_factor * measured_);
    // What was borne may be little because little was sent at first.
    if (borne > 0)
        highest = std::min(highest, std::max(most_above_borne * borne, sustained_));
    return highest;
}

void adaptive_rate::begin_curve(double recovery, time_point now, time_point open_at)
{
    recovery_ = recovery;
    curve_began_ = open_at;
    window_began_ = open_at;
    window_start_ = so_far();
    apply((1 - drop_) * plateau_, now);
    start_ = sustained_ = rate_;
}

void adaptive_rate::set_ceiling(double per_second, time_point now)
{
    const std::lock_guard lock{mutex_};
    ceiling_ = per_second;
    if (limits())
        return apply(rate_ > 0 ? rate_ : first_rate, now);
    rate_ = ceiling_;
    limiter_.set_rate(per_second, now);
}

void adaptive_rate::measure(time_point now)
{
    const counts current = so_far();
    const std::uint64_t sent = current.sent - window_start_.sent;
    const std::uint64_t lost = current.lost - window_start_.lost;
    const duration window = now - window_began_;
    const bool is_short = window < (throttled_ ? measuring_window : measuring_window_at_start);
    if (is_short || (sent < enough_to_measure && window < longest_window))
        return;
    const double of_late = static_cast<double>(sent) / seconds(window);
    measured_ = smoothed(measured_, of_late);
    sustained_ += std::min(1.0, window / sustaining_time) * (of_late - sustained_);
    asked_ = smoothed(asked_, static_cast<double>(sent + lost) / seconds(window));
    window_began_ = now;
    window_start_ = current;
}

double adaptive_rate::sent_of_late(time_point now) const noexcept
{
    const std::uint64_t sent = sent_.load(std::memory_order_relaxed) - older_mark_.count;
    const duration span = now - older_mark_.when;
    // `now` was read before the mutex was taken: another thread's mark may be younger.
    const bool tells = sent >= enough_to_measure && span > duration::zero() && span <= oldest_mark;
    return tells ? static_cast<double>(sent) / seconds(span) : unlimited;
}

void adaptive_rate::apply(double per_second, time_point now)
{
    const double wanted = std::max(per_second, slowest);
    const double next = ceiling_ > 0 ? std::min(wanted, ceiling_) : wanted;
    if (rate_ > 0 && next != ceiling_ && std::abs(next - rate_) < worthwhile_change * rate_)
        return;
    if (next == rate_)
        return;
    rate_ = next;
    limiter_.set_rate(next, now);
}

duration adaptive_rate::pause(time_point now) const
{
    if (gets_through())
        return duration::zero();
    const std::lock_guard lock{mutex_};
    if (!throttled_)
        return shortest_pause;
    const time_point began = silence_ ? silence_->began : throttled_at_.load(std::memory_order_relaxed);
    return std::clamp<duration>((now - began) / 3, shortest_pause, longest_pause);
}

double adaptive_rate::measured() const
{
    const std::lock_guard lock{mutex_};
    return measured_;
}

double adaptive_rate::rate() const
{
    const std::lock_guard lock{mutex_};
    return rate_;
}

double adaptive_rate::found() const
{
    const std::lock_guard lock{mutex_};
    return throttled_ && drop_ < settled_drop ? plateau_ : 0;
}

double adaptive_rate::rate_at(time_point sent_at) const
{
    const std::lock_guard lock{mutex_};
    return limits() ? std::min(rate_, on_curve(sent_at)) : unlimited;
}

}  // namespace jobaudit::policy
