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
#include <utility>
#include <vector>

namespace jobaudit::simulation {

namespace {

// What the README promises.
constexpr double most_without_faults = 1.05;
constexpr double most_adaptive = 1.2;
constexpr double most_adaptive_with_pauses = 1.4;
constexpr double most_refused = 0.02;
constexpr double most_refused_for_crowd = 0.05;
constexpr double most_for_nothing = 1.3;
// Of worlds that nobody chose, a tenth may be above: those whose limit is so low that a second search tells in the
// share, and those that space requests to within a hundredth of a second.
constexpr double most_above = 0.1;
constexpr double most_drawn = 1.6;
constexpr double most_refused_drawn = 0.07;

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
        if (const double ratio = seconds(result.last_delivery) / least; ratio > worst.ratio)
            worst = {least, seconds(result.last_delivery), ratio};
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

[[nodiscard]] double most_ratio(hint how) { return how == hint::none ? most_adaptive : most_adaptive_with_pauses; }

/// How one search, or the worst of several in each figure, went.
struct search_figures {
    double makespan = 0;
    double found_after = 0;
    double overshoot = 0;
    double refused_then = 0;
    double refused_ever = 0;
    bool all_ok = true;
    bool found = true;

    void take_worse(const search_figures& other)
    {
        makespan = std::max(makespan, other.makespan);
        found_after = std::max(found_after, other.found_after);
        overshoot = std::max(overshoot, other.overshoot);
        refused_then = std::max(refused_then, other.refused_then);
        refused_ever = std::max(refused_ever, other.refused_ever);
        all_ok = all_ok && other.all_ok;
        found = found && other.found;
    }
};

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

[[nodiscard]] bool show_crowded(std::ostream& out, const crowded_world& world, std::uint64_t first_seed)
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

[[nodiscard]] bool show_unreliable(std::ostream& out, const unreliable_world& world, std::uint64_t first_seed)
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

[[nodiscard]] bool show_drawn(std::ostream& out, std::uint64_t first_seed, std::uint64_t drawn)
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

}  // namespace

bool show_efficiency(std::ostream& out, std::uint64_t first_seed, std::uint64_t drawn)
{
    bool kept = true;
    out << "Each figure is the worst of " << seeds_of_a_world << " seeds from " << first_seed << " on.\n\n"
        << "Worlds without faults, 20,000 jobs (makespan at most 1.05 times the optimum):\n"
           "                                    optimum    makespan   ratio\n";
    for (const auto& world : calm_worlds)
        kept = show(out, world, first_seed) && kept;
    out << "\nWorlds with a limit that nobody announced, 64 lanes (makespan at most 1.2 times the optimum, 1.4 where "
           "each\n"
           "refusal asks for a pause of a second, at most 2 % refused once it was found: from the first second after "
           "the\n"
           "first refusal on in which 90 % of the limit got through). Overshoot: the fullest second against the "
           "limit.\n"
           "                                   optimum   makespan  ratio  found after  overshoot  refused then  ever\n";
    for (const auto& world : limited_worlds)
        kept = show_all_seeds(out, world, first_seed) && kept;
    out << "\nServers that work on so many requests at a time, 64 lanes (the same limits, at most 5 % refused then):\n"
           "                                             optimum   makespan  ratio  found after  refused then  ever\n";
    for (const auto& world : crowded_worlds)
        kept = show_crowded(out, world, first_seed) && kept;
    out << "\nServers that refuse a share of the requests at any rate (makespan at most 1.3 times the optimum,\n"
           "3.5 where that is a fifth, 2 where some of the refusals ask for a pause of a second):\n"
           "                                    optimum   makespan  ratio\n";
    for (const auto& world : unreliable_worlds)
        kept = show_unreliable(out, world, first_seed) && kept;
    return show_drawn(out, first_seed, drawn) && kept;
}

}  // namespace jobaudit::simulation
