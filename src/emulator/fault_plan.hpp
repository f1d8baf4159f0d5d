#pragma once

#include <jobaudit/emulator/fault.hpp>
#include <jobaudit/emulator/script.hpp>

#include <cstdint>

namespace jobaudit::emulator {

/// Decides which fault meets which request, as a function of nothing but the seed, the job and the number of the
/// request for that job.
///
/// A job's requests fall into runs: some that fail, then one that succeeds, then the next run. Immutable, so safe to
/// share between threads.
class fault_plan {
public:
    fault_plan(fault_profile profile, std::uint64_t seed, bool vary_framing) noexcept
        : profile_{profile}, seed_{seed}, vary_framing_{vary_framing}
    {}

    /// What to do with the `request`-th request (from 1) of the job whose hash is `job`.
    [[nodiscard]] step step_for(std::uint64_t job, std::uint64_t request) const;

    /// Whether that request gets anything but a right answer.
    [[nodiscard]] bool fails(std::uint64_t job, std::uint64_t request) const noexcept;

private:
    fault_profile profile_;
    std::uint64_t seed_;
    bool vary_framing_;
};

}  // namespace jobaudit::emulator
