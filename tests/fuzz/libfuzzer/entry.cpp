// What libFuzzer calls; FUZZ_TARGET names the function of targets.hpp that this fuzzer runs.
#include "fuzz/targets.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    return jobaudit::fuzz::FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
}
