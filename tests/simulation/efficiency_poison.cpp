#include "efficiency_figures.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::simulation {

namespace {

/// Some jobs that are refused however often they are asked for, while all others succeed: no rate is at fault.
struct poisoned_world {
    std::uint32_t refused;
    double limit;  ///< a second, that all have in common; 0: none
    hint says = hint::none;
};

constexpr std::uint32_t jobs_in_all = 20'000;
constexpr duration latency = 50ms;
// What the server asks for at each refusal, with jitter, and how often all heed that before the job is known for it.
constexpr duration pause = 1s;
constexpr double most_pauses = 3.2;

constexpr std::array poisoned_worlds{
    poisoned_world{1, 0},
    poisoned_world{5, 0},
    poisoned_world{1, 100},
    poisoned_world{5, 100},
    poisoned_world{1, 0, hint::seconds},
    poisoned_world{5, 0, hint::seconds},
    poisoned_world{1, 100, hint::seconds},
    poisoned_world{5, 100, hint::seconds},
};

/// When the last job succeeded.
class last_success final : public traffic_watcher {
public:
    void on_sent(time_point) override {}
    void on_answered(time_point now, bool refused) override { when_ = refused ? when_ : now; }

    [[nodiscard]] duration after() const { return when_ - at({}); }

private:
    time_point when_ = at({});
};

[[nodiscard]] world_plan plan_of(const poisoned_world& world, std::uint64_t seed)
{
    world_plan plan;
    plan.seed = seed;
    plan.jobs = jobs_in_all;
    plan.lanes = lanes;
    plan.latency = latency;
    plan.options.adaptive = true;
    plan.limit = {.per_second = world.limit, .burst = 10, .how = world.says, .retry_after = pause};
    plan.throttle_hint = world.says;
    plan.throttle_time = pause;
    plan.always_refused = world.refused;
    return plan;
}

bool show(std::ostream& out, const poisoned_world& world, std::uint64_t first_seed)
{
    double others = 0;
    double end = 0;
    bool kept = true;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds_of_a_world; ++seed) {
        last_success last;
        const auto result = simulated_batch{plan_of(world, seed), &last}.run();
        kept = told(out, result) && result.count(outcome_kind::ok) == jobs_in_all - world.refused && kept;
        others = std::max(others, seconds(last.after()));
        end = std::max(end, seconds(result.elapsed));
    }
    const double least = jobs_in_all / (world.limit > 0 ? world.limit : lanes / seconds(latency));
    const double pauses = world.says == hint::none ? 0 : most_pauses * world.refused * seconds(pause);
    return line(out, kept && others <= most_adaptive * least + pauses,
                "%u of 20,000, %-8s, %-11s %8.2f s %8.2f s %6.3f %8.2f s", world.refused,
                world.limit > 0 ? "100/s" : "no limit", world.says == hint::none ? "no time" : "Retry-After", least,
                others, others / least, end);
}

}  // namespace

bool show_poisoned(std::ostream& out, std::uint64_t first_seed)
{
    bool kept = true;
    out << "\nJobs that are refused always while all others succeed, 64 lanes (the others done within 1.2 times the "
           "optimum,\n"
           "and three pauses for each where the server asks for them; who is left alone with refusals waits for as "
           "long "
           "as an outage\n"
           "may last):\n"
           "                                     optimum     others  ratio        end\n";
    for (const auto& world : poisoned_worlds)
        kept = show(out, world, first_seed) && kept;
    return kept;
}

}  // namespace jobaudit::simulation
