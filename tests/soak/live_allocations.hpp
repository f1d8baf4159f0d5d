#pragma once

#include <cstdint>

namespace jobaudit::test {

/// How many blocks from operator new this process holds: every coroutine frame, string, buffer and map node is one.
[[nodiscard]] std::int64_t live_allocations() noexcept;

}  // namespace jobaudit::test
