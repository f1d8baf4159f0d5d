#include "client/refused_block.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> refused_size = 0;
std::atomic<bool> refused = false;

}  // namespace

void* operator new(std::size_t size)
{
    if (size == refused_size && size != 0) {
        refused = true;
        throw std::bad_alloc{};
    }
    void* const memory = std::malloc(std::max<std::size_t>(size, 1));
    if (memory == nullptr)
        throw std::bad_alloc{};
    return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }

void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace jobaudit::test {

refused_block::refused_block(std::size_t size) noexcept
{
    refused_size = size;
    refused = false;
}

refused_block::~refused_block() { refused_size = 0; }

bool refused_block::was_refused() const noexcept { return refused; }

}  // namespace jobaudit::test
