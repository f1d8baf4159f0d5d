#include "efficiency.hpp"

#include "simulated_batch.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <ostream>
#include <string>

namespace jobaudit::simulation {

namespace {

// What the README promises.
constexpr double most_without_faults = 1.05;
constexpr double most_adaptive = 1.25;
constexpr double most_refused = 0.02;

[[nodiscard]] double seconds(duration length) { return std::chrono::duration<double>{length}.count(); }

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
            any_refused_ = true;
            refused_since_ += found_ ? 1 : 0;
            return;
        }
        passed_.push_back(now);
        while (passed_.front() <= now - 1s)
            passed_.pop_front();
        if (!found_ && any_refused_ && static_cast<double>(passed_.size()) >= 0.9 * limit_) {
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
    bool found_ = false;
    duration found_after_{};
    std::uint64_t sent_since_ = 0;
    std::uint64_t refused_since_ = 0;
};

struct calm_world {
    const char* name;
    unsigned schedulers;
    unsigned lanes;
    latency_shape shape;
    duration latency;
    double rate;
};

constexpr std::array calm_worlds{
    calm_world{"64 lanes, 50 ms", 1, 64, latency_shape::constant, 50ms, 0},
    calm_world{"64 lanes, 25 to 75 ms", 1, 64, latency_shape::even, 50ms, 0},
    calm_world{"64 lanes, exponential, 50 ms", 1, 64, latency_shape::exponential, 50ms, 0},
    calm_world{"3 x 20 lanes, 50 ms", 3, 20, latency_shape::even, 50ms, 0},
    calm_world{"1 lane, 5 ms", 1, 1, latency_shape::even, 5ms, 0},
    calm_world{"rate 1000", 1, 64, latency_shape::even, 20ms, 1000},
    calm_world{"rate 100, 3 schedulers", 3, 20, latency_shape::even, 50ms, 100},
};

constexpr std::uint32_t jobs_of_a_world = 10'000;

[[nodiscard]] world_plan plan_of(const calm_world& world)
{
    world_plan plan;
    plan.jobs = jobs_of_a_world;
    plan.schedulers = world.schedulers;
    plan.lanes = world.lanes;
    plan.shape = world.shape;
    plan.latency = world.latency;
    plan.options.rate = world.rate;
    return plan;
}

/// No schedule is shorter: all lanes are busy all the time with nothing but their replies, or the rate is used up from
/// the first moment on. The mean of what is drawn is the latency, whatever its shape.
[[nodiscard]] double least_makespan(const calm_world& world)
{
    const double work = jobs_of_a_world * seconds(world.latency) / (world.schedulers * world.lanes);
    const double spacing = world.rate > 0 ? (jobs_of_a_world - 1) / world.rate : 0;
    return std::max(work, spacing);
}

bool line(std::ostream& out, bool kept, const char* format, auto... figures)
{
    std::array<char, 200> text{};
    std::snprintf(text.data(), text.size(), format, figures...);
    out << text.data() << (kept ? "" : "  <- above its limit") << '\n';
    return kept;
}

bool show(std::ostream& out, const calm_world& world)
{
    const world_result result = simulated_batch{plan_of(world)}.run();
    const double least = least_makespan(world);
    const double ratio = seconds(result.elapsed) / least;
    const bool kept = result.violation.empty() && ratio <= most_without_faults &&
                      result.count(outcome_kind::ok) == jobs_of_a_world && result.requests == jobs_of_a_world;
    if (!result.violation.empty())
        out << result.violation << '\n';
    return line(out, kept, "%-32s %9.2f s %9.2f s %7.3f", world.name, least, seconds(result.elapsed), ratio);
}

struct limited_world {
    double limit;
    double burst;
    hint how;
    duration latency;
};

// Without a burst, 1000 a second means that no two requests come within a millisecond: no client's timers are that
// even.
constexpr std::array limited_worlds{
    limited_world{50, 0, hint::none, 20ms},       limited_world{50, 20, hint::none, 100ms},
    limited_world{200, 0, hint::none, 20ms},      limited_world{200, 0, hint::none, 100ms},
    limited_world{200, 20, hint::none, 50ms},     limited_world{1000, 10, hint::none, 20ms},
    limited_world{1000, 50, hint::none, 40ms},    limited_world{50, 0, hint::seconds, 50ms},
    limited_world{200, 0, hint::seconds, 20ms},   limited_world{200, 20, hint::seconds, 100ms},
    limited_world{1000, 10, hint::seconds, 20ms}, limited_world{1000, 50, hint::seconds, 40ms},
};

/// So many that the optimum is about as long for each.
[[nodiscard]] std::uint32_t jobs_of(const limited_world& world) { return static_cast<std::uint32_t>(50 * world.limit); }

[[nodiscard]] world_plan plan_of(const limited_world& world)
{
    world_plan plan;
    plan.jobs = jobs_of(world);
    plan.lanes = 64;
    plan.latency = world.latency;
    plan.options.adaptive = true;
    plan.limit = {world.limit, world.burst, false, world.how, 1s};
    return plan;
}

/// No schedule is shorter: the server takes its burst at once and the others at its rate.
[[nodiscard]] double least_makespan(const limited_world& world)
{
    return (jobs_of(world) - 1 - world.burst) / world.limit;
}

bool show(std::ostream& out, const limited_world& world)
{
    limit_search search{world.limit};
    const world_result result = simulated_batch{plan_of(world), &search}.run();
    const double least = least_makespan(world);
    const double ratio = seconds(result.elapsed) / least;
    const bool kept = result.violation.empty() && ratio <= most_adaptive && search.found() &&
                      search.refused_share() <= most_refused &&
                      result.count(outcome_kind::ok) >= 0.999 * jobs_of(world);
    if (!result.violation.empty())
        out << result.violation << '\n';
    return line(out, kept, "%4.0f/s burst %2.0f, %3.0f ms, %-11s %9.2f s %9.2f s %7.3f %8.2f s %8.2f %7.2f %% %7.2f %%",
                world.limit, world.burst, seconds(world.latency) * 1000,
                world.how == hint::none ? "no time" : "Retry-After", least, seconds(result.elapsed), ratio,
                search.found_after(), search.overshoot(), 100 * search.refused_share(),
                100.0 * static_cast<double>(result.refused) / static_cast<double>(result.requests));
}

}  // namespace

bool show_efficiency(std::ostream& out)
{
    bool kept = true;
    out << "Worlds without faults, 10,000 jobs (makespan at most 1.05 times the optimum):\n"
           "                                    optimum    makespan   ratio\n";
    for (const auto& world : calm_worlds)
        kept = show(out, world) && kept;
    out << "\nWorlds with a limit that --adaptive must find, 64 lanes (makespan at most 1.25 times the optimum, at\n"
           "most 2 % refused once it was found: from the first second on in which 90 % of the limit got through, "
           "after\n"
           "the first refusal). Overshoot: the fullest second against the limit.\n"
           "                                    optimum    makespan   ratio  found after  overshoot  refused then  "
           "ever\n";
    for (const auto& world : limited_worlds)
        kept = show(out, world) && kept;
    return kept;
}

}  // namespace jobaudit::simulation
