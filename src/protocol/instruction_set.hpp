#pragma once

#include <atomic>
#include <cstdint>

namespace jobaudit::protocol {

/// With which instructions text is looked at, many bytes at once. All give the same.
enum class instruction_set : std::uint8_t {
    baseline,  ///< those that every processor of its kind has
    avx2,      ///< x86-64 with AVX2
    avx512,    ///< x86-64 with AVX-512BW
};

/// Whether this processor has them.
[[nodiscard]] bool has_instruction_set(instruction_set set) noexcept;

namespace detail {
extern std::atomic<instruction_set> current_set;
}

/// The one in use: the best that this processor has, unless another was chosen. Thread safety: all.
[[nodiscard]] inline instruction_set current_instruction_set() noexcept
{
    return detail::current_set.load(std::memory_order_relaxed);
}

/// Puts another one into use, which the processor must have: for tests, and to compare them.
void choose_instruction_set(instruction_set set) noexcept;

}  // namespace jobaudit::protocol
