#include <jobaudit/emulator/script.hpp>

#include <algorithm>
#include <array>

namespace jobaudit::emulator {

namespace {

const step* nth(const std::vector<step>& steps, std::uint64_t number)
{
    if (steps.empty() || number == 0)
        return nullptr;
    return &steps[static_cast<std::size_t>(std::min<std::uint64_t>(number, steps.size()) - 1)];
}

}  // namespace

std::optional<framing> parse_framing(std::string_view name) noexcept
{
    constexpr std::array<std::string_view, 5> names{"automatic", "length", "chunked", "gzip", "close"};
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<framing>(found - names.begin());
}

const step* script::for_arrival(std::uint64_t arrival) const
{
    const auto found = std::find_if(sequence.begin(), sequence.end(), [&](const sequence_entry& entry) {
        return entry.first <= arrival && arrival <= entry.last;
    });
    return found == sequence.end() || found->step.pass ? nullptr : &found->step;
}

const step* script::for_job(const job_id& job, std::uint64_t request, std::uint64_t arrival) const
{
    if (const auto* found = for_arrival(arrival))
        return found;
    const auto own = jobs.find(job);
    return nth(own == jobs.end() ? every_job : own->second, request);
}

const step* script::for_list(std::uint64_t request, std::uint64_t arrival) const
{
    const auto* found = for_arrival(arrival);
    return found != nullptr ? found : nth(list, request);
}

}  // namespace jobaudit::emulator
