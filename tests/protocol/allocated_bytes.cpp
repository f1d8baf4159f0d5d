#include "protocol/allocated_bytes.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {

std::atomic<std::size_t> live{0};
std::atomic<std::size_t> peak{0};

}  // namespace

void* operator new(std::size_t size)
{
    void* const memory = std::malloc(std::max<std::size_t>(size, 1));
    if (memory == nullptr)
        throw std::bad_alloc{};
    const std::size_t now = live += malloc_usable_size(memory);
    peak = std::max<std::size_t>(peak, now);
    return memory;
}

void operator delete(void* memory) noexcept
{
    live -= malloc_usable_size(memory);
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

namespace jobaudit::protocol {

std::size_t allocated_bytes() noexcept { return live; }

std::size_t take_allocation_peak() noexcept { return peak.exchange(live); }

}  // namespace jobaudit::protocol
