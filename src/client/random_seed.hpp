#pragma once

#include <cstdint>
#include <random>

namespace jobaudit::client_detail {

/// From the system.
[[nodiscard]] inline std::uint64_t random_seed()
{
    std::random_device system;
    return (std::uint64_t{system()} << 32) | system();
}

}  // namespace jobaudit::client_detail
