#include "efficiency_figures.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::simulation {

namespace {

constexpr double most_refused_for_crowd = 0.05;

/// A server that works on so many requests at a time and turns all others away.
struct crowded_world {
    unsigned at_once;
    duration latency;
    latency_shape shape;
    bool is_unavailable;
    hint how;
    unsigned schedulers;
};

constexpr std::array crowded_worlds{
    crowded_world{3, 20ms, latency_shape::constant, false, hint::none, 1},
    crowded_world{3, 20ms, latency_shape::even, false, hint::none, 1},
    crowded_world{10, 50ms, latency_shape::even, true, hint::none, 1},
    crowded_world{10, 50ms, latency_shape::exponential, true, hint::none, 1},
    crowded_world{16, 320ms, latency_shape::even, true, hint::none, 1},
    crowded_world{4, 5ms, latency_shape::even, true, hint::none, 1},
    crowded_world{40, 20ms, latency_shape::exponential, false, hint::none, 1},
    crowded_world{10, 50ms, latency_shape::even, false, hint::seconds, 1},
    crowded_world{10, 50ms, latency_shape::even, true, hint::none, 3},
    crowded_world{1, 30ms, latency_shape::even, true, hint::none, 1},
};

[[nodiscard]] double limit_of(const crowded_world& world) { return world.at_once / seconds(world.latency); }

[[nodiscard]] world_plan plan_of(const crowded_world& world, std::uint64_t seed)
{
    world_plan plan;
    plan.seed = seed;
    plan.jobs = static_cast<std::uint32_t>(std::max(20 * limit_of(world), 2000.0));
    plan.schedulers = world.schedulers;
    plan.lanes = lanes / world.schedulers;
    plan.latency = world.latency;
    plan.shape = world.shape;
    plan.options.adaptive = true;
    plan.limit.at_once = world.at_once;
    plan.limit.how = world.how;
    plan.limit.is_unavailable = world.is_unavailable;
    return plan;
}

[[nodiscard]] bool show(std::ostream& out, const crowded_world& world, std::uint64_t first_seed)
{
    search_figures worst;
    const auto jobs = plan_of(world, first_seed).jobs;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds_of_a_world; ++seed)
        worst.take_worse(search_limit(out, plan_of(world, seed), limit_of(world)));
    const double least = jobs / limit_of(world);
    const bool kept = worst.all_ok && worst.found && worst.makespan <= most_ratio(world.how) * least &&
                      worst.refused_then <= most_refused_for_crowd;
    return line(out, kept, "%3u at once, %3.0f ms, %-11s %u thread(s) %8.2f s %8.2f s %6.3f %8.2f s %8.2f %% %7.2f %%",
                world.at_once, seconds(world.latency) * 1000, world.how == hint::none ? "no time" : "Retry-After",
                world.schedulers, least, worst.makespan, worst.makespan / least, worst.found_after,
                100 * worst.refused_then, 100 * worst.refused_ever);
}

}  // namespace

bool show_crowded(std::ostream& out, std::uint64_t first_seed)
{
    bool kept = true;
    out << "\nServers that work on so many requests at a time, 64 lanes (the same limits, at most 5 % refused then):\n"
           "                                             optimum   makespan  ratio  found after  refused then  ever\n";
    for (const auto& world : crowded_worlds)
        kept = show(out, world, first_seed) && kept;
    return kept;
}

}  // namespace jobaudit::simulation
