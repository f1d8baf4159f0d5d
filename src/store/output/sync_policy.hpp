#pragma once

#include <cstdint>

namespace jobaudit::store {

/// When results are forced onto the disk (fdatasync). What was written outlives the process in any case; this is about
/// the machine: a power loss, a crash of the system.
enum class sync_policy : std::uint8_t {
    never,   ///< when the system sees fit: a power loss may cost the last half minute or so
    at_end,  ///< when the run has ended, however it did, unless it was killed
    always,  ///< and every audit_output::longest_wait while it runs
};

}  // namespace jobaudit::store
