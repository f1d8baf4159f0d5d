#pragma once

namespace jobaudit::cli {

/// Lets the process open so many connections, from so many threads, and what it needs besides. Throws failure, which
/// says how many it could have, when the system's hard limit is below that.
void raise_descriptor_limit(unsigned connections, unsigned threads);

}  // namespace jobaudit::cli
