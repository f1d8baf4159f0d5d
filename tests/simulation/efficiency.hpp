#pragma once

#include <iosfwd>

namespace jobaudit::simulation {

/// Plays worlds whose optimum is known, prints how near to it the batch comes, and says whether each figure keeps its
/// limit.
[[nodiscard]] bool show_efficiency(std::ostream& out);

}  // namespace jobaudit::simulation
