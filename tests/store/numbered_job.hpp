#pragma once

#include <jobaudit/job_id.hpp>

#include <cstddef>
#include <cstdint>

namespace jobaudit::test {

/// A different job for each number: 00000000-0000-4000-8000-<number in hexadecimal>.
inline job_id numbered_job(std::uint64_t number)
{
    job_id::bytes_type bytes{0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0};
    for (std::size_t i = 0; i < 6; ++i)
        bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return job_id{bytes};
}

}  // namespace jobaudit::test
