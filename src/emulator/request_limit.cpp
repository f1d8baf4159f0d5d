#include "emulator/request_limit.hpp"

#include <algorithm>

namespace jobaudit::emulator {

request_limit::request_limit(double per_second, double burst) noexcept
    : per_second_{per_second}, burst_{std::max(1.0, burst > 0 ? burst : per_second)}, tokens_{burst_}
{}

std::optional<std::chrono::duration<double>> request_limit::refuse(clock::time_point now) noexcept
{
    if (per_second_ <= 0)
        return std::nullopt;
    const std::lock_guard lock{mutex_};
    const std::chrono::duration<double> passed = now - last_.value_or(now);
    last_ = std::max(now, last_.value_or(now));
    tokens_ = std::min(burst_, tokens_ + std::max(0.0, passed.count()) * per_second_);
    if (tokens_ < 1)
        return std::chrono::duration<double>{(1 - tokens_) / per_second_};
    tokens_ -= 1;
    return std::nullopt;
}

bool work_limit::begin(clock::time_point now, std::chrono::nanoseconds work)
{
    if (at_once_ == 0)
        return true;
    const std::lock_guard lock{mutex_};
    while (!ends_.empty() && ends_.top() <= now)
        ends_.pop();
    if (ends_.size() >= at_once_)
        return false;
    ends_.push(now + work);
    return true;
}

std::optional<std::chrono::duration<double>> limit_of_each_job::refuse(const job_id& job, clock::time_point now)
{
    const std::lock_guard lock{mutex_};
    auto& times = let_through_[job];
    while (!times.empty() && now - times.front() >= window)
        times.pop_front();
    if (times.size() >= most_)
        return times.front() + window - now;
    times.push_back(now);
    return std::nullopt;
}

}  // namespace jobaudit::emulator
