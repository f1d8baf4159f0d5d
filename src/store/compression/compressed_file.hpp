#pragma once

#include "store/compression/compression.hpp"

#include <cstdint>

namespace jobaudit::store {

/// What stands whole in a compressed file.
struct whole_members {
    std::uint64_t size = 0;     ///< bytes of them, from its front
    std::uint64_t torn = 0;     ///< bytes behind them: a member that was not written to its end, or zeros
    std::uint64_t members = 0;  ///< how many there are
};

/// Checks all members of an open file, their checksums too. Only the last one may be torn, as a kill leaves it, or hold
/// nothing but zeros from somewhere on, as a power loss does. Throws member_error for one that is damaged, and
/// std::system_error when the file cannot be read.
[[nodiscard]] whole_members check_members(int fd, compression kind);

}  // namespace jobaudit::store
