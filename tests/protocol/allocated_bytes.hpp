#pragma once

#include <cstddef>

namespace jobaudit::protocol {

/// Bytes that operator new gave out and that were not given back yet, in this program.
[[nodiscard]] std::size_t allocated_bytes() noexcept;

/// The most that allocated_bytes() has been since the last call.
[[nodiscard]] std::size_t take_allocation_peak() noexcept;

}  // namespace jobaudit::protocol
