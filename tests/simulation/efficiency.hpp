#pragma once

#include <cstdint>
#include <iosfwd>

namespace jobaudit::simulation {

/// Plays worlds whose optimum is known, and `drawn` ones that nobody chose, prints how near to it the batch comes, and
/// says whether each figure keeps its limit.
[[nodiscard]] bool show_efficiency(std::ostream& out, std::uint64_t first_seed, std::uint64_t drawn);

}  // namespace jobaudit::simulation
