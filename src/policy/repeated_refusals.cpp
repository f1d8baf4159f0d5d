#include "policy/repeated_refusals.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace jobaudit::policy {

namespace {

// That a limit which refuses one of fifty hits a job three times in a row.
constexpr double enough_evidence = 7;

}  // namespace

void repeated_refusals::note(std::uint64_t sent, std::uint64_t refused) noexcept
{
    const std::uint64_t sent_since = sent - std::exchange(sent_, sent);
    const std::uint64_t before = std::exchange(refused_, refused);
    if (before == 0)
        return;
    // Of those that left before this one's last refusal, some were refused after it: that makes it look less at fault.
    const auto refused_since = static_cast<double>(std::max<std::uint64_t>(refused - before, 1));
    evidence_ += std::max(0.0, std::log(static_cast<double>(sent_since) / refused_since));
}

bool repeated_refusals::is_job_at_fault() const noexcept { return evidence_ >= enough_evidence; }

}  // namespace jobaudit::policy
