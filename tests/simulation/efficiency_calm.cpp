#include "efficiency_figures.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::simulation {

namespace {

// What the README promises.
constexpr double most_without_faults = 1.05;

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

constexpr std::uint32_t jobs_of_a_world = 20'000;

[[nodiscard]] world_plan plan_of(const calm_world& world, std::uint64_t seed)
{
    world_plan plan;
    plan.seed = seed;
    plan.jobs = jobs_of_a_world;
    plan.schedulers = world.schedulers;
    plan.lanes = world.lanes;
    plan.shape = world.shape;
    plan.latency = world.latency;
    plan.options.rate = world.rate;
    return plan;
}

/// Adds up how long the requests of a world take.
class flight_time final : public traffic_watcher {
public:
    void on_sent(time_point now) override { sum_ -= now.time_since_epoch(); }
    void on_answered(time_point now, bool) override { sum_ += now.time_since_epoch(); }

    [[nodiscard]] duration sum() const { return sum_; }

private:
    duration sum_{};
};

/// No schedule is shorter: all lanes are busy all the time with nothing but their replies, or the rate is used up from
/// the first moment on.
[[nodiscard]] double least_makespan(const calm_world& world, duration work)
{
    const double spacing = world.rate > 0 ? (jobs_of_a_world - 1) / world.rate : 0;
    return std::max(seconds(work) / (world.schedulers * world.lanes), spacing);
}

bool show(std::ostream& out, const calm_world& world, std::uint64_t first_seed)
{
    struct {
        double least = 0;
        double makespan = 0;
        double ratio = 0;
    } worst;
    bool kept = true;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds_of_a_world; ++seed) {
        flight_time work;
        const world_result result = simulated_batch{plan_of(world, seed), &work}.run();
        const double least = least_makespan(world, work.sum());
        if (const double ratio = seconds(result.last_delivery) / least; ratio > worst.ratio)
            worst = {least, seconds(result.last_delivery), ratio};
        kept = kept && result.count(outcome_kind::ok) == jobs_of_a_world && result.requests == jobs_of_a_world;
        kept = told(out, result) && kept;
    }
    return line(out, kept && worst.ratio <= most_without_faults, "%-32s %9.2f s %9.2f s %7.3f", world.name, worst.least,
                worst.makespan, worst.ratio);
}

}  // namespace

bool show_calm(std::ostream& out, std::uint64_t first_seed)
{
    bool kept = true;
    out << "Worlds without faults, 20,000 jobs (makespan at most 1.05 times the optimum):\n"
           "                                    optimum    makespan   ratio\n";
    for (const auto& world : calm_worlds)
        kept = show(out, world, first_seed) && kept;
    return kept;
}

}  // namespace jobaudit::simulation
