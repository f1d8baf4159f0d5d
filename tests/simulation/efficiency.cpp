#include "efficiency.hpp"

#include "simulated_batch.hpp"

#include "policy/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <deque>
#include <ostream>
#include <string>
#include <vector>

namespace jobaudit::simulation {

namespace {

// What the README promises.
constexpr double most_without_faults = 1.05;
constexpr double most_adaptive = 1.2;
constexpr double most_adaptive_with_pauses = 1.25;
constexpr double most_refused = 0.02;

constexpr unsigned lanes = 64;

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

constexpr std::uint32_t jobs_of_a_world = 20'000;
constexpr std::uint64_t seeds_of_a_world = 8;

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

bool line(std::ostream& out, bool kept, const char* format, auto... figures)
{
    std::array<char, 200> text{};
    std::snprintf(text.data(), text.size(), format, figures...);
    out << text.data() << (kept ? "" : "  <- above its limit") << '\n';
    return kept;
}

/// Says what went wrong in it, when anything did.
bool told(std::ostream& out, const world_result& result)
{
    if (!result.violation.empty())
        out << result.violation << '\n';
    return result.violation.empty();
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
        if (const double ratio = seconds(result.elapsed) / least; ratio > worst.ratio)
            worst = {least, seconds(result.elapsed), ratio};
        kept = kept && result.count(outcome_kind::ok) == jobs_of_a_world && result.requests == jobs_of_a_world;
        kept = told(out, result) && kept;
    }
    return line(out, kept && worst.ratio <= most_without_faults, "%-32s %9.2f s %9.2f s %7.3f", world.name, worst.least,
                worst.makespan, worst.ratio);
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

[[nodiscard]] world_plan plan_of(const limited_world& world, std::uint64_t seed)
{
    world_plan plan;
    plan.seed = seed;
    plan.jobs = jobs_of(world);
    plan.lanes = lanes;
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

[[nodiscard]] double most_ratio(const limited_world& world)
{
    return world.how == hint::none ? most_adaptive : most_adaptive_with_pauses;
}

/// How one search, or the worst of several in each figure, went.
struct search_figures {
    double makespan = 0;
    double found_after = 0;
    double overshoot = 0;
    double refused_then = 0;
    double refused_ever = 0;
    bool all_ended = true;

    void take_worse(const search_figures& other)
    {
        makespan = std::max(makespan, other.makespan);
        found_after = std::max(found_after, other.found_after);
        overshoot = std::max(overshoot, other.overshoot);
        refused_then = std::max(refused_then, other.refused_then);
        refused_ever = std::max(refused_ever, other.refused_ever);
        all_ended = all_ended && other.all_ended;
    }
};

search_figures search_limit(std::ostream& out, const limited_world& world, std::uint64_t seed)
{
    limit_search search{world.limit};
    const world_result result = simulated_batch{plan_of(world, seed), &search}.run();
    const bool ended = search.found() && result.count(outcome_kind::ok) >= 0.999 * jobs_of(world);
    return {.makespan = seconds(result.elapsed),
            .found_after = search.found_after(),
            .overshoot = search.overshoot(),
            .refused_then = search.refused_share(),
            .refused_ever = static_cast<double>(result.refused) / static_cast<double>(result.requests),
            .all_ended = told(out, result) && ended};
}

bool show(std::ostream& out, const limited_world& world, const search_figures& worst)
{
    const double least = least_makespan(world);
    const bool kept =
        worst.all_ended && worst.makespan <= most_ratio(world) * least && worst.refused_then <= most_refused;
    return line(out, kept, "%4.0f/s burst %3.0f, %3.0f ms, %-11s %8.2f s %8.2f s %6.3f %8.2f s %8.2f %8.2f %% %7.2f %%",
                world.limit, world.burst, seconds(world.latency) * 1000,
                world.how == hint::none ? "no time" : "Retry-After", least, worst.makespan, worst.makespan / least,
                worst.found_after, worst.overshoot, 100 * worst.refused_then, 100 * worst.refused_ever);
}

bool show_all_seeds(std::ostream& out, const limited_world& world, std::uint64_t first_seed)
{
    search_figures worst;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds_of_a_world; ++seed)
        worst.take_worse(search_limit(out, world, seed));
    return show(out, world, worst);
}

/// A world that nobody chose: any limit, burst and latency of the orders of magnitude that servers have.
[[nodiscard]] limited_world drawn_world(std::uint64_t seed)
{
    policy::random_source random{seed};
    const double limit = std::round(20 * std::pow(75, random.unit()));  // 20 to 1500 a second
    const double burst = std::round(limit * (0.01 + 0.2 * random.unit()));
    const auto latency = std::chrono::milliseconds{5 + static_cast<int>(115 * random.unit())};
    // 64 lanes must be able to use it up.
    const bool reachable = limit * seconds(latency) < 0.7 * lanes;
    return {limit, burst, random.unit() < 0.5 ? hint::none : hint::seconds, reachable ? latency : 20ms};
}

}  // namespace

bool show_efficiency(std::ostream& out, std::uint64_t first_seed, std::uint64_t drawn)
{
    bool kept = true;
    out << "Each figure is the worst of " << seeds_of_a_world << " seeds from " << first_seed << " on.\n\n"
        << "Worlds without faults, 20,000 jobs (makespan at most 1.05 times the optimum):\n"
           "                                    optimum    makespan   ratio\n";
    for (const auto& world : calm_worlds)
        kept = show(out, world, first_seed) && kept;
    out << "\nWorlds with a limit that --adaptive must find, 64 lanes (makespan at most 1.20 times the optimum, 1.25 "
           "where each\n"
           "refusal asks for a pause of a second, at most 2 % refused once it was found: from the first second on in "
           "which 90 % of the limit got through, "
           "after\n"
           "the first refusal). Overshoot: the fullest second against the limit.\n"
           "                                   optimum   makespan  ratio  found after  overshoot  refused then  ever\n";
    for (const auto& world : limited_worlds)
        kept = show_all_seeds(out, world, first_seed) && kept;
    out << "\nOf " << drawn << " such worlds drawn by their seeds, those above a limit:\n";
    std::vector<double> ratios;
    std::uint64_t above = 0;
    for (std::uint64_t seed = first_seed; seed < first_seed + drawn; ++seed) {
        const auto world = drawn_world(seed);
        const auto figures = search_limit(out, world, seed);
        ratios.push_back(figures.makespan / least_makespan(world));
        if (!figures.all_ended || ratios.back() > most_ratio(world) || figures.refused_then > most_refused) {
            (void)show(out, world, figures);
            ++above;
        }
    }
    std::sort(ratios.begin(), ratios.end());
    if (!ratios.empty())
        line(out, true, "%llu; makespan %.3f times the optimum in the middle, %.3f at most",
             static_cast<unsigned long long>(above), ratios[ratios.size() / 2], ratios.back());
    return kept && above == 0;
}

}  // namespace jobaudit::simulation
