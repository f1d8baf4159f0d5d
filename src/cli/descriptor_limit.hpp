#pragma once

namespace jobaudit::cli {

/// Lets the process open so many connections, and what it needs besides. Throws failure when the system's hard limit is
/// below that.
void raise_descriptor_limit(unsigned connections);

}  // namespace jobaudit::cli
