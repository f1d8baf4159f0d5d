#include "efficiency_figures.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace jobaudit::simulation {

namespace {

/// Follows how the client finds a server's limit.
class limit_search final : public traffic_watcher {
public:
    explicit limit_search(double limit) : limit_{limit} {}

    void on_sent(time_point now) override
    {
        sent_.push_back(now);
        while (sent_.front() <= now - 1s)
            sent_.pop_front();
        if (now - at({}) >= 1s)
            most_in_a_second_ = std::max(most_in_a_second_, static_cast<double>(sent_.size()));
        sent_since_ += found_ ? 1 : 0;
    }

    void on_answered(time_point now, bool refused) override
    {
        if (refused) {
            if (!std::exchange(any_refused_, true)) {
                refused_at_ = now;
                passed_.clear();
            }
            refused_since_ += found_ ? 1 : 0;
            return;
        }
        passed_.push_back(now);
        while (passed_.front() <= now - 1s)
            passed_.pop_front();
        if (!found_ && any_refused_ && now - refused_at_ >= 1s && static_cast<double>(passed_.size()) >= 0.9 * limit_) {
            found_ = true;
            found_after_ = now - at({});
        }
    }

    [[nodiscard]] bool found() const { return found_; }
    [[nodiscard]] double found_after() const { return seconds(found_after_); }
    /// The fullest second against the limit.
    [[nodiscard]] double overshoot() const { return most_in_a_second_ / limit_; }
    [[nodiscard]] double refused_share() const
    {
        return sent_since_ == 0 ? 0 : static_cast<double>(refused_since_) / static_cast<double>(sent_since_);
    }

private:
    const double limit_;
    std::deque<time_point> sent_;
    std::deque<time_point> passed_;
    double most_in_a_second_ = 0;
    bool any_refused_ = false;
    time_point refused_at_;
    bool found_ = false;
    duration found_after_{};
    std::uint64_t sent_since_ = 0;
    std::uint64_t refused_since_ = 0;
};

}  // namespace

bool told(std::ostream& out, const world_result& result)
{
    if (!result.violation.empty())
        out << result.violation << '\n';
    return result.violation.empty();
}

search_figures search_limit(std::ostream& out, const world_plan& plan, double limit)
{
    limit_search search{limit};
    const world_result result = simulated_batch{plan, &search}.run();
    return {.makespan = seconds(result.last_delivery),
            .found_after = search.found_after(),
            .overshoot = search.overshoot(),
            .refused_then = search.refused_share(),
            .refused_ever = static_cast<double>(result.refused) / static_cast<double>(result.requests),
            .all_ok = told(out, result) && result.count(outcome_kind::ok) == plan.jobs,
            .found = search.found()};
}

}  // namespace jobaudit::simulation
