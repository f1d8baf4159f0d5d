#include "efficiency_figures.hpp"

#include "policy/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace jobaudit::simulation {

namespace {

// Of worlds that nobody chose, a tenth may be above: those whose limit is so low that a second search tells in the
// share, and those that space requests to within a hundredth of a second.
constexpr double most_above = 0.1;
constexpr double most_drawn = 1.6;
constexpr double most_refused_drawn = 0.07;

struct limited_world {
    double limit;
    double burst;
    hint how;
    duration latency;
    bool is_unavailable = false;
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

/// So many that the optimum is about as long for each, but not so few that the first refusals are all.
[[nodiscard]] std::uint32_t jobs_of(const limited_world& world)
{
    return static_cast<std::uint32_t>(std::max(50 * world.limit, 2000.0));
}

[[nodiscard]] world_plan plan_of(const limited_world& world, std::uint64_t seed)
{
    world_plan plan;
    plan.seed = seed;
    plan.jobs = jobs_of(world);
    plan.lanes = lanes;
    plan.latency = world.latency;
    plan.options.adaptive = true;
    plan.limit = {
        .per_second = world.limit, .burst = world.burst, .how = world.how, .is_unavailable = world.is_unavailable};
    return plan;
}

/// No schedule is shorter: the server takes its burst at once and the others at its rate.
[[nodiscard]] double least_makespan(const limited_world& world)
{
    return (jobs_of(world) - 1 - world.burst) / world.limit;
}

bool show(std::ostream& out, const limited_world& world, const search_figures& worst)
{
    const double least = least_makespan(world);
    const bool kept = worst.all_ok && worst.found && worst.makespan <= most_ratio(world.how) * least &&
                      worst.refused_then <= most_refused;
    return line(out, kept, "%4.0f/s burst %3.0f, %3.0f ms, %-11s %8.2f s %8.2f s %6.3f %8.2f s %8.2f %8.2f %% %7.2f %%",
                world.limit, world.burst, seconds(world.latency) * 1000,
                world.how == hint::none ? "no time" : "Retry-After", least, worst.makespan, worst.makespan / least,
                worst.found_after, worst.overshoot, 100 * worst.refused_then, 100 * worst.refused_ever);
}

/// Nothing is said of one within its limits.
bool show_if_above(std::ostream& out, const limited_world& world, const search_figures& figures)
{
    const bool kept = figures.all_ok && figures.found &&
                      figures.makespan <= most_ratio(world.how) * least_makespan(world) &&
                      figures.refused_then <= most_refused;
    return kept || show(out, world, figures);
}

bool show_all_seeds(std::ostream& out, const limited_world& world, std::uint64_t first_seed)
{
    search_figures worst;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds_of_a_world; ++seed)
        worst.take_worse(search_limit(out, plan_of(world, seed), world.limit));
    return show(out, world, worst);
}

/// A world that nobody chose: any limit, burst and latency of the orders of magnitude that servers have.
[[nodiscard]] limited_world drawn_world(std::uint64_t seed)
{
    policy::random_source random{seed};
    const double limit = std::round(5 * std::pow(1000, random.unit()));  // 5 to 5000 a second
    const double burst = std::round(std::pow(100, random.unit()));
    const auto latency = std::chrono::milliseconds{5 + static_cast<int>(115 * random.unit())};
    // 64 lanes must be able to use it up, and a burst has to take up what timers make uneven.
    const bool reachable = limit * seconds(latency) < 0.7 * lanes;
    return {.limit = limit,
            .burst = std::max(burst, std::round(limit / 100)),
            .how = random.unit() < 0.5 ? hint::none : hint::seconds,
            .latency = reachable ? latency : duration{std::chrono::duration_cast<duration>(40s / limit)},
            .is_unavailable = random.unit() < 0.5};
}

}  // namespace

bool show_limited(std::ostream& out, std::uint64_t first_seed)
{
    bool kept = true;
    out << "\nWorlds with a limit that nobody announced, 64 lanes (makespan at most 1.2 times the optimum, 1.4 where "
           "each\n"
           "refusal asks for a pause of a second, at most 2 % refused once it was found: from the first second after "
           "the\n"
           "first refusal on in which 90 % of the limit got through). Overshoot: the fullest second against the "
           "limit.\n"
           "                                   optimum   makespan  ratio  found after  overshoot  refused then  ever\n";
    for (const auto& world : limited_worlds)
        kept = show_all_seeds(out, world, first_seed) && kept;
    return kept;
}

bool show_drawn(std::ostream& out, std::uint64_t first_seed, std::uint64_t drawn)
{
    out << "\nOf " << drawn << " worlds with a limit drawn by their seeds, those above one of these figures:\n";
    std::vector<double> ratios;
    std::uint64_t above = 0;
    double highest = 0;
    bool all_ok = true;
    for (std::uint64_t seed = first_seed; seed < first_seed + drawn; ++seed) {
        const auto world = drawn_world(seed);
        const auto figures = search_limit(out, plan_of(world, seed), world.limit);
        ratios.push_back(figures.makespan / least_makespan(world));
        highest = std::max(highest, figures.refused_then);
        all_ok = all_ok && figures.all_ok;
        if (!show_if_above(out, world, figures))
            ++above;
    }
    std::sort(ratios.begin(), ratios.end());
    if (ratios.empty())
        return true;
    const bool kept = all_ok && ratios.back() <= most_drawn && highest <= most_refused_drawn &&
                      static_cast<double>(above) <= most_above * static_cast<double>(drawn);
    return line(out, kept, "%llu; makespan %.3f times the optimum in the middle, %.3f at most, %.2f %% refused at most",
                static_cast<unsigned long long>(above), ratios[ratios.size() / 2], ratios.back(), 100 * highest);
}

}  // namespace jobaudit::simulation
