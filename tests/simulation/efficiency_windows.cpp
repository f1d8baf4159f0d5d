#include "efficiency_figures.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::simulation {

namespace {

/// A server that counts over a time that slides, as HAProxy does: so many requests of the present time and, pro rata,
/// of the one before.
struct window_world {
    double in_window;
    duration window;
    std::uint32_t jobs;
    bool counts_refused = true;
    hint how = hint::none;
    double most = how == hint::none ? most_adaptive : most_adaptive_with_pauses;  ///< times the optimum
};

// A batch of a few seconds feels each pause until something gets through again.
constexpr double most_of_few = 1.25;
constexpr double most_of_very_few = 1.4;
constexpr double most_of_few_with_pauses = 1.9;

constexpr std::array window_worlds{
    window_world{50, 1s, 400, true, hint::none, most_of_few},
    window_world{50, 1s, 2000},
    window_world{100, 1s, 400, true, hint::none, most_of_very_few},
    window_world{100, 1s, 5000},
    window_world{1000, 1s, 10'000},
    window_world{200, 10s, 400},
    window_world{200, 10s, 2000},
    window_world{500, 10s, 1000},
    window_world{500, 10s, 5000},
    window_world{100, 1s, 5000, false},
    window_world{200, 10s, 2000, false},
    window_world{500, 10s, 5000, false},
    window_world{50, 1s, 400, true, hint::seconds, most_of_few_with_pauses},
    window_world{50, 1s, 2000, true, hint::seconds},
    window_world{100, 1s, 5000, true, hint::seconds},
    window_world{200, 10s, 2000, true, hint::seconds},
    window_world{500, 10s, 5000, true, hint::seconds},
    window_world{500, 10s, 5000, false, hint::seconds},
};

[[nodiscard]] double limit_of(const window_world& world) { return world.in_window / seconds(world.window); }

[[nodiscard]] world_plan plan_of(const window_world& world, std::uint64_t seed)
{
    world_plan plan;
    plan.seed = seed;
    plan.jobs = world.jobs;
    plan.lanes = lanes;
    plan.latency = 20ms;
    plan.options.adaptive = true;
    plan.limit = {.per_second = limit_of(world),
                  .windows = true,
                  .window = world.window,
                  .slides = true,
                  .counts_refused = world.counts_refused,
                  .how = world.how};
    return plan;
}

bool show(std::ostream& out, const window_world& world, std::uint64_t first_seed)
{
    search_figures worst;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds_of_a_world; ++seed)
        worst.take_worse(search_limit(out, plan_of(world, seed), limit_of(world)));
    // All that the first window allows may come at its beginning, but then takes the place of what slides into the
    // next.
    const double least = world.jobs / limit_of(world);
    const bool kept = worst.all_ok && worst.makespan <= world.most * least;
    return line(out, kept, "%4.0f in %2.0f s%s, %-11s %6u jobs %8.2f s %8.2f s %6.3f %7.2f %%", world.in_window,
                seconds(world.window), world.counts_refused ? ", refused too" : "             ",
                world.how == hint::none ? "no time" : "Retry-After", world.jobs, least, worst.makespan,
                worst.makespan / least, 100 * worst.refused_ever);
}

}  // namespace

bool show_windows(std::ostream& out, std::uint64_t first_seed)
{
    bool kept = true;
    out << "\nServers that count over a time that slides, and some what they refuse too, 64 lanes (the same limits, "
           "but "
           "1.25\n"
           "and 1.4 times the optimum for 400 jobs within 8 and 4 s, and 1.9 with a pause at each refusal):\n"
           "                                                       optimum   makespan  ratio   refused\n";
    for (const auto& world : window_worlds)
        kept = show(out, world, first_seed) && kept;
    return kept;
}

}  // namespace jobaudit::simulation
