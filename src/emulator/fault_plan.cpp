#include "emulator/fault_plan.hpp"

#include "emulator/random.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::emulator {

namespace {

using namespace std::chrono_literals;

// How often a run of 0, 1, 2 … failures comes before a success, in thousandths. The mean m makes m/(m+1) of all
// requests fail: 20 % and 45 %.
constexpr std::array<unsigned, 4> rough_runs{820, 130, 35, 15};
constexpr std::array<unsigned, 6> hostile_runs{550, 250, 100, 60, 30, 10};

// After so many requests for one job the runs begin anew, so that finding one's place stays cheap.
constexpr std::uint64_t period = 64;

std::uint64_t run_length(fault_profile profile, random_stream& random) noexcept
{
    const std::span<const unsigned> runs = profile == fault_profile::rough ? std::span<const unsigned>{rough_runs}
                                                                           : std::span<const unsigned>{hostile_runs};
    auto draw = random.below(1000);
    std::uint64_t length = 0;
    while (length + 1 < runs.size() && draw >= runs[length])
        draw -= runs[length++];
    return length;
}

struct choice {
    unsigned rough;  ///< weight in that profile
    unsigned hostile;
    step what;
};

step answer(int status) { return {.status = status}; }
step answer(int status, std::string retry_after) { return {.status = status, .retry_after = std::move(retry_after)}; }
step broken(fault kind, std::chrono::nanoseconds duration = {}) { return {.fault = kind, .duration = duration}; }

step told_in_body(std::string seconds)
{
    return {.status = 429, .body = R"({"detail":"Too many requests","retry_after":)" + seconds + "}"};
}

step told_as_date(std::int64_t seconds) { return {.status = 429, .retry_after_date = seconds}; }

// With enough attempts every job must succeed, so an answer that a client may rightly take for final (a head above its
// limit, a redirect) is left to scripts. A 429 stops the whole host for a second, whatever it says of the time: it must
// stay rare, or a demo of 5,000 jobs takes minutes.
const std::vector<choice>& failures()
{
    static const std::vector<choice> all{
        {200, 120, answer(500)},
        {220, 120, answer(502)},
        {220, 140, answer(503)},
        {120, 80, answer(504)},
        {6, 20, answer(503, "0")},
        {0, 1, answer(503, "1")},
        {1, 3, answer(429)},
        {1, 3, answer(429, "0")},
        {1, 2, answer(429, "1")},
        {0, 1, told_as_date(1)},
        {0, 1, told_in_body("1")},
        {0, 1, told_in_body("0")},
        {40, 30, answer(408)},
        {80, 60, broken(fault::reset_before_head)},
        {40, 40, broken(fault::reset_in_head)},
        {60, 60, broken(fault::reset_in_body)},
        {60, 40, broken(fault::close_before_response)},
        {50, 50, broken(fault::truncated_body)},
        {40, 50, broken(fault::truncated_chunked)},
        {40, 50, broken(fault::eof_without_close_notify)},
        {40, 40, broken(fault::empty_body)},
        {40, 40, broken(fault::detail_body)},
        {40, 50, broken(fault::cut_json)},
        {0, 40, broken(fault::invalid_utf8)},
        {0, 40, broken(fault::corrupted_gzip)},
        {0, 40, broken(fault::garbage)},
        {0, 40, broken(fault::length_and_chunked)},
        {0, 40, broken(fault::wrong_content_length)},
        {0, 10, broken(fault::stall)},
    };
    return all;
}

// Right answers in unusual ways.
const std::vector<choice>& oddities()
{
    static const std::vector<choice> all{
        {300, 300, broken(fault::stale_keep_alive)},  {200, 200, broken(fault::continue_first)},
        {200, 200, broken(fault::early_hints)},       {100, 100, broken(fault::slow_head)},
        {100, 100, broken(fault::dribble)},           {300, 300, broken(fault::close_after_response)},
        {200, 200, broken(fault::unsolicited_bytes)}, {50, 50, broken(fault::stall, 200ms)},
    };
    return all;
}

unsigned weight(const choice& one, fault_profile profile) noexcept
{
    return profile == fault_profile::rough ? one.rough : one.hostile;
}

step pick(const std::vector<choice>& from, fault_profile profile, random_stream& random)
{
    unsigned total = 0;
    for (const auto& one : from)
        total += weight(one, profile);
    auto draw = random.below(total);
    const auto chosen = std::find_if(from.begin(), from.end(), [&](const choice& one) {
        const auto share = weight(one, profile);
        if (draw < share)
            return true;
        draw -= share;
        return false;
    });
    return chosen->what;
}

framing pick_framing(random_stream& random) noexcept
{
    const auto draw = random.below(100);
    if (draw < 55)
        return framing::length;
    if (draw < 75)
        return framing::chunked;
    return draw < 97 ? framing::gzip : framing::close;
}

}  // namespace

bool fault_plan::fails(std::uint64_t job, std::uint64_t request) const noexcept
{
    if (profile_ == fault_profile::none)
        return false;
    random_stream random{mix(seed_, job)};
    const auto place = (request - 1) % period;
    // The last request of a period succeeds, so that a run never goes on into the next.
    if (place == period - 1)
        return false;
    std::uint64_t success = run_length(profile_, random);
    while (success < place)
        success += 1 + run_length(profile_, random);
    return success != place;
}

step fault_plan::step_for(std::uint64_t job, std::uint64_t request) const
{
    random_stream random{mix(mix(seed_, job), request)};
    if (fails(job, request))
        return pick(failures(), profile_, random);
    step result;
    const unsigned odd_per_cent = profile_ == fault_profile::none ? 0 : profile_ == fault_profile::rough ? 4 : 10;
    if (random.below(100) < odd_per_cent)
        result = pick(oddities(), profile_, random);
    if (vary_framing_)
        result.framing = pick_framing(random);
    return result;
}

}  // namespace jobaudit::emulator
