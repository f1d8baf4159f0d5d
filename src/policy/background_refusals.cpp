#include "policy/background_refusals.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace jobaudit::policy {

namespace {

// What must get through between two refusals, and in which time, to tell a rate.
constexpr std::uint64_t enough_passed = 40;
constexpr std::uint64_t enough_of_late = 20;
constexpr duration long_enough = std::chrono::milliseconds{200};
// A limit may change: what was let through long ago says nothing. Where few requests leave, as the rate has been
// lowered for refusals that no rate explains, long ago is a number of them: else none would ever tell so.
constexpr duration memory = std::chrono::seconds{60};
constexpr std::uint64_t remembered = 5 * enough_passed;

// Others share the limit.
constexpr double clearly_lower = 1 / 1.15;
constexpr double few = 4;  // at a time, by which a number may be off
constexpr unsigned enough_contradictions = 4;

// The recent share is a mean over as many requests as bring ten refusals. Twice as many are hardly chance.
constexpr double smoothing_per_share = 0.1;
constexpr double largest_excess = 2;
constexpr double forgotten_after = 8;

[[nodiscard]] double seconds(duration span) noexcept { return std::chrono::duration<double>{span}.count(); }

}  // namespace

void background_refusals::note_refusal(time_point now, time_point sent_at, std::uint64_t passed, const level& then,
                                       duration pause)
{
    is_news_ = false;
    const std::uint64_t gap = passed - std::min(passed, last_passed_);
    last_passed_ = passed;
    if (share_ > 0)
        follow_share(gap);

    if (count_ == 0 && begins_at_ == time_point::max())
        begins_at_ = now;
    if (sent_at >= begins_at_) {
        measure({now, passed});
        remember({now, passed, then.at_a_time});
        if (pause <= duration::zero())
            judge({now, passed}, then);
    }
    if (contradictions_ >= enough_contradictions)
        settle(passed);
    if (pause <= duration::zero())
        return;
    // What is let through from one refusal to another stays within the limit whatever pauses are between: what is saved
    // up in one is of the same time. Others that left before are refused a little later, which is no new pause.
    if (now >= resumed_.when)
        resumed_ = {now + pause, passed};
}

bool background_refusals::is_forgotten(const event& then, const event& now) noexcept
{
    return now.when - then.when > memory && now.passed - then.passed > remembered;
}

void background_refusals::maximum::take(double other, const event& now) noexcept
{
    if (other > value || is_forgotten(then, now))
        *this = {other, now};
}

void background_refusals::judge(const event& now, const level& then) noexcept
{
    borne_a_second_.take(most_passed(), now);
    borne_at_a_time_.take(most_at_a_time(), now);
    if (!is_contradiction(then))
        return;
    if (contradictions_ == 0 || is_forgotten(first_contradiction_, now)) {
        contradictions_ = 0;
        first_contradiction_ = now;
    }
    ++contradictions_;
}

bool background_refusals::is_contradiction(const level& then) const noexcept
{
    const double rate = then.a_second > 0 ? then.a_second : passed_of_late();
    const bool is_slow = rate > 0 && rate < clearly_lower * borne_a_second_.value;
    return is_slow && (then.at_a_time <= 0 || then.at_a_time + few < clearly_lower * borne_at_a_time_.value);
}

void background_refusals::settle(std::uint64_t passed) noexcept
{
    const auto refused = static_cast<double>(count_ - 1);
    share_ = refused / (refused + static_cast<double>(passed - back(count_ - 1).passed));
    recent_ = share_;
    is_news_ = true;
    forget_rates();
}

void background_refusals::forget() noexcept
{
    share_ = 0;
    forget_rates();
}

void background_refusals::forget_rates() noexcept
{
    contradictions_ = 0;
    borne_a_second_ = borne_at_a_time_ = {};
    count_ = 0;
    begins_at_ = time_point::max();
}

void background_refusals::remember(const refusal& one) noexcept
{
    last_[next_] = one;
    next_ = (next_ + 1) % last_.size();
    count_ = std::min(count_ + 1, last_.size());
}

double background_refusals::most_passed() const noexcept
{
    double most = 0;
    for (std::size_t age = 1; age < count_; ++age) {
        const std::uint64_t through = back(0).passed - back(age).passed;
        const duration span = back(0).when - back(age).when;
        if (span > memory)
            break;
        if (through >= enough_passed && span >= long_enough)
            most = std::max(most, static_cast<double>(through) / seconds(span));
    }
    return most;
}

// Of what was sent at a number or above it, a share got through: so much of the number is borne.
double background_refusals::most_at_a_time() const noexcept
{
    double most = 0;
    double least = back(0).at_a_time;
    for (std::size_t age = 1; age < count_ && back(0).when - back(age).when <= memory; ++age) {
        least = std::min(least, back(age).at_a_time);
        const auto through = static_cast<double>(back(0).passed - back(age).passed);
        if (through >= enough_passed)
            most = std::max(most, least * through / (through + static_cast<double>(age)));
    }
    return most;
}

double background_refusals::passed_of_late() const noexcept
{
    for (std::size_t age = 1; age < count_; ++age) {
        const std::uint64_t through = back(0).passed - back(age).passed;
        const duration span = back(0).when - back(age).when;
        if (through >= enough_of_late && span >= long_enough)
            return static_cast<double>(through) / seconds(span);
    }
    return 0;
}

void background_refusals::measure(const refusal& last) noexcept
{
    const refusal& since = count_ > 0 ? back(count_ - 1) : resumed_;
    const duration span = last.when - since.when;
    if (since.when != time_point{} && span >= long_enough)
        passing_ = static_cast<double>(last.passed - since.passed) / seconds(span);
}

double background_refusals::tolerated() const noexcept { return std::min(largest_excess * share_, 0.5 + share_ / 2); }

void background_refusals::follow_share(std::uint64_t gap) noexcept
{
    const auto requests = static_cast<double>(gap);
    if (requests > forgotten_after / share_) {
        share_ = 0;
        return;
    }
    const double weight = smoothing_per_share * share_;
    recent_ = recent_ * std::pow(1 - weight, requests) + weight;
}

}  // namespace jobaudit::policy
