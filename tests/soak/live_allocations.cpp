#include "soak/live_allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::int64_t> live{0};

void* counted(void* block)
{
    if (block == nullptr)
        throw std::bad_alloc{};
    live.fetch_add(1, std::memory_order_relaxed);
    return block;
}

void release(void* block) noexcept
{
    if (block != nullptr)
        live.fetch_sub(1, std::memory_order_relaxed);
    std::free(block);
}

std::size_t rounded(std::size_t size, std::align_val_t alignment)
{
    const auto unit = static_cast<std::size_t>(alignment);
    return (size + unit - 1) / unit * unit;
}

}  // namespace

// The other forms of new and delete end in these.
void* operator new(std::size_t size) { return counted(std::malloc(size > 0 ? size : 1)); }
void* operator new(std::size_t size, std::align_val_t alignment)
{
    return counted(std::aligned_alloc(static_cast<std::size_t>(alignment), rounded(size, alignment)));
}
void operator delete(void* block) noexcept { release(block); }
void operator delete(void* block, std::size_t) noexcept { release(block); }
void operator delete(void* block, std::align_val_t) noexcept { release(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { release(block); }

namespace jobaudit::test {

std::int64_t live_allocations() noexcept { return live.load(std::memory_order_relaxed); }

}  // namespace jobaudit::test
