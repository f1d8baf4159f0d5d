#include "efficiency.hpp"
#include "shrinking.hpp"

#include <charconv>
#include <chrono>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace jobaudit::simulation;

constexpr std::string_view usage =
    R"(simulate --seed N [--jobs N] [--lanes N] [--schedulers N] [--without FEATURE,…] [--fetches]   plays one world
simulate --worlds N [--seed FIRST] [--no-shrinking] [--fetches]                    plays N worlds
simulate --hours H [--seed FIRST]                                                  plays worlds for H hours
simulate --efficiency [--seed FIRST] [--worlds N]                                  figures against the optimum, with their limits; N drawn worlds
)";

struct arguments {
    world_choice world;
    std::uint64_t worlds = 0;
    double hours = 0;
    bool efficiency = false;
    bool shrinking = true;
};

template <class Number>
Number number(std::string_view option, std::string_view text)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw std::invalid_argument{std::string{option} + ": '" + std::string{text} + "' is no number"};
    return value;
}

void leave_out(feature_set& without, std::string_view list)
{
    while (!list.empty()) {
        const auto name = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), name.size() + 1));
        const auto found = feature_named(name);
        if (!found)
            throw std::invalid_argument{"--without: there is no feature '" + std::string{name} + "'"};
        without.add(*found);
    }
}

arguments read(int count, char** values)
{
    arguments result;
    bool seeded = false;
    for (int i = 1; i < count; ++i) {
        const std::string_view option = values[i];
        if (option == "--fetches") {
            result.world.fetches = true;
            continue;
        }
        if (option == "--efficiency" || option == "--no-shrinking") {
            (option == "--efficiency" ? result.efficiency : result.shrinking) = option == "--efficiency";
            continue;
        }
        if (i + 1 == count)
            throw std::invalid_argument{std::string{option} + ": unknown, or a value is missing"};
        const std::string_view value = values[++i];
        if (option == "--seed")
            result.world.seed = number<std::uint64_t>(option, value), seeded = true;
        else if (option == "--jobs")
            result.world.jobs = number<std::uint32_t>(option, value), seeded = true;
        else if (option == "--lanes")
            result.world.lanes = number<unsigned>(option, value);
        else if (option == "--schedulers")
            result.world.schedulers = number<unsigned>(option, value);
        else if (option == "--without")
            leave_out(result.world.without, value);
        else if (option == "--worlds")
            result.worlds = number<std::uint64_t>(option, value);
        else if (option == "--hours")
            result.hours = number<double>(option, value);
        else
            throw std::invalid_argument{std::string{option} + ": unknown"};
    }
    if (!seeded && !result.efficiency && result.worlds == 0 && result.hours <= 0)
        throw std::invalid_argument{"nothing to do"};
    return result;
}

/// Of many worlds, so many apart, one is played twice: what a seed once showed it must show again.
constexpr std::uint64_t replayed_every = 50;

double seconds(duration length) { return std::chrono::duration<double>{length}.count(); }

void describe(const world_choice& choice, const world_result& result)
{
    const world_plan plan = make_world(choice);
    std::cout << plan.jobs << " jobs, " << plan.schedulers << " scheduler(s) with " << plan.lanes << " lanes; with";
    for (std::size_t i = 0; i < feature_count; ++i)
        if (plan.features.has(static_cast<feature>(i)))
            std::cout << ' ' << name_of(static_cast<feature>(i));
    std::cout << "\n"
              << seconds(result.elapsed) << " s, " << result.requests << " requests, " << result.failures
              << " failed attempts, " << result.refused << " refused, " << result.left_over << " left over";
    for (std::size_t i = 0; i < jobaudit::outcome_kind_count; ++i)
        if (result.outcomes[i] > 0)
            std::cout << ", " << to_string(static_cast<jobaudit::outcome_kind>(i)) << ' ' << result.outcomes[i];
    std::cout << '\n';
}

void report(const world_choice& choice, const world_result& result)
{
    std::cout << "BROKEN: " << result.violation << "\n  replay: tests/simulate " << choice.arguments()
              << "\n  what happened last:\n"
              << result.last_events;
}

int fail(const world_choice& choice, const world_result& result, bool shrinking)
{
    report(choice, result);
    if (!shrinking)
        return 1;
    const world_choice smallest = shrunk(choice);
    const world_result again = play(smallest);
    std::cout << "\nThe smallest world found that fails:\n";
    describe(smallest, again);
    report(smallest, again);
    return 1;
}

int play_one(const arguments& asked)
{
    const world_result result = play(asked.world);
    describe(asked.world, result);
    return result.violation.empty() ? 0 : fail(asked.world, result, asked.shrinking);
}

int play_many(const arguments& asked)
{
    using clock = std::chrono::steady_clock;
    const auto began = clock::now();
    const auto spent = [began] { return std::chrono::duration<double>{clock::now() - began}.count(); };
    std::uint64_t jobs = 0;
    std::uint64_t requests = 0;
    std::uint64_t played = 0;
    for (; played < asked.worlds || spent() < asked.hours * 3600; ++played) {
        world_choice choice = asked.world;
        choice.seed += played;
        const world_result result = play(choice);
        if (!result.violation.empty()) {
            std::cout << "World " << played + 1 << ": ";
            return fail(choice, result, asked.shrinking);
        }
        if (played % replayed_every == 0 && play(choice) != result) {
            std::cout << "World " << played + 1 << " went another way when it was played again: tests/simulate "
                      << choice.arguments() << '\n';
            return 1;
        }
        requests += result.requests;
        for (const auto each : result.outcomes)
            jobs += each;
    }
    std::cout << played << " worlds kept every promise: " << jobs << " jobs delivered, " << requests << " requests, "
              << static_cast<double>(played) / spent() << " worlds a second\n";
    return 0;
}

}  // namespace

int main(int count, char** values)
{
    try {
        const arguments asked = read(count, values);
        if (asked.efficiency)
            return show_efficiency(std::cout, asked.world.seed, asked.worlds > 0 ? asked.worlds : 1000) ? 0 : 1;
        return asked.worlds > 0 || asked.hours > 0 ? play_many(asked) : play_one(asked);
    } catch (const std::invalid_argument& problem) {
        std::cerr << "simulate: " << problem.what() << '\n' << usage;
        return 2;
    }
}
