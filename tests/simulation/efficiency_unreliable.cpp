#include "efficiency_figures.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::simulation {

namespace {

constexpr double most_for_nothing = 1.35;

/// A server that refuses a share of the requests, whatever their rate.
struct unreliable_world {
    double share;
    bool is_unavailable;
    duration latency;
    double paused_share = 0;  ///< of the requests, beside: refused with a pause of a second for all
    unsigned lanes = simulation::lanes;
    double most = most_for_nothing;  ///< times the optimum
};

constexpr std::array unreliable_worlds{
    unreliable_world{0.001, true, 20ms},
    unreliable_world{0.003, true, 20ms},
    unreliable_world{0.01, false, 20ms},
    unreliable_world{0.03, true, 20ms},
    unreliable_world{0.03, false, 100ms},
    unreliable_world{0.05, true, 20ms},
    unreliable_world{0.10, true, 20ms},
    unreliable_world{0.20, true, 20ms, 0, 64, 3.5},
    unreliable_world{0.1, true, 20ms, 0.004, 4, 2},
    unreliable_world{0.1, true, 100ms, 0.01, 8, 2},
};

[[nodiscard]] bool show(std::ostream& out, const unreliable_world& world, std::uint64_t first_seed)
{
    const double answered = 1 - world.share - world.paused_share;
    const double rate = world.lanes / seconds(world.latency) * answered;
    double makespan = 0;
    bool kept = true;
    world_plan plan;
    plan.jobs = static_cast<std::uint32_t>(20 * rate);
    plan.lanes = world.lanes;
    plan.latency = world.latency;
    plan.options.adaptive = true;
    plan.throttle_hint = world.paused_share > 0 ? hint::seconds : hint::none;
    plan.unavailable_hint = hint::none;
    plan.throttled = world.paused_share;
    (world.is_unavailable ? plan.unavailable : plan.throttled) = world.share;
    for (plan.seed = first_seed; plan.seed < first_seed + seeds_of_a_world; ++plan.seed) {
        const auto result = simulated_batch{plan}.run();
        kept = told(out, result) && result.count(outcome_kind::ok) == plan.jobs && kept;
        makespan = std::max(makespan, seconds(result.last_delivery));
    }
    const double pauses = plan.jobs / answered * world.paused_share;
    const double least = plan.jobs / rate + pauses * seconds(plan.throttle_time);
    return line(out, kept && makespan <= world.most * least, "%4.1f %%, %s, %3.0f ms %20.2f s %8.2f s %6.3f",
                100 * world.share, world.is_unavailable ? "503" : "429", seconds(world.latency) * 1000, least, makespan,
                makespan / least);
}

}  // namespace

bool show_unreliable(std::ostream& out, std::uint64_t first_seed)
{
    bool kept = true;
    out << "\nServers that refuse a share of the requests at any rate (makespan at most 1.35 times the optimum,\n"
           "3.5 where that is a fifth, 2 where some of the refusals ask for a pause of a second):\n"
           "                                    optimum   makespan  ratio\n";
    for (const auto& world : unreliable_worlds)
        kept = show(out, world, first_seed) && kept;
    return kept;
}

}  // namespace jobaudit::simulation
