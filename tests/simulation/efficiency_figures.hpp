#pragma once

#include "simulated_batch.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ostream>

namespace jobaudit::simulation {

// What the README promises.
inline constexpr double most_adaptive = 1.2;
inline constexpr double most_adaptive_with_pauses = 1.4;
inline constexpr double most_refused = 0.02;

inline constexpr unsigned lanes = 64;
inline constexpr std::uint64_t seeds_of_a_world = 8;

[[nodiscard]] inline double seconds(duration length) { return std::chrono::duration<double>{length}.count(); }

/// Times the optimum, of a client that finds a limit by itself.
[[nodiscard]] inline double most_ratio(hint how)
{
    return how == hint::none ? most_adaptive : most_adaptive_with_pauses;
}

bool line(std::ostream& out, bool kept, const char* format, auto... figures)
{
    std::array<char, 200> text{};
    std::snprintf(text.data(), text.size(), format, figures...);
    out << text.data() << (kept ? "" : "  <- above its limit") << '\n';
    return kept;
}

/// Says what went wrong in it, when anything did.
bool told(std::ostream& out, const world_result& result);

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

/// Plays a world whose server lets `limit` requests a second through.
search_figures search_limit(std::ostream& out, const world_plan& plan, double limit);

// The kinds of worlds: each prints its rows, and tells whether all were within their limits.
bool show_calm(std::ostream& out, std::uint64_t first_seed);
bool show_limited(std::ostream& out, std::uint64_t first_seed);
bool show_windows(std::ostream& out, std::uint64_t first_seed);
bool show_crowded(std::ostream& out, std::uint64_t first_seed);
bool show_unreliable(std::ostream& out, std::uint64_t first_seed);
bool show_poisoned(std::ostream& out, std::uint64_t first_seed);
bool show_drawn(std::ostream& out, std::uint64_t first_seed, std::uint64_t drawn);

}  // namespace jobaudit::simulation
