#include "cli/openssl_memory.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <malloc.h>
#include <openssl/crypto.h>
#include <pthread.h>

namespace jobaudit::cli {

void* kept_blocks::take(std::size_t size) noexcept
{
    if (size > largest_small)
        return take_large(size);
    auto& from = small_[(std::max(size, smallest) + step - 1 - offset) / step];
    return from.count > 0 ? from.blocks[--from.count] : nullptr;
}

kept_blocks::shelf<kept_blocks::large_block>* kept_blocks::shelf_of(std::size_t large) noexcept
{
    const auto width = static_cast<std::size_t>(std::bit_width(large / smallest_large));
    return 1 <= width && width <= doublings ? &large_[width - 1] : nullptr;
}

void* kept_blocks::take_large(std::size_t size) noexcept
{
    auto* const from = shelf_of(size);
    // The last one is warm.
    for (std::size_t at = from != nullptr ? from->count : 0; at-- > 0;) {
        const auto block = from->blocks[at];
        if (block.size < size)
            continue;
        from->blocks[at] = from->blocks[--from->count];
        return block.start;
    }
    return nullptr;
}

bool kept_blocks::keep(void* block) noexcept
{
    const std::size_t size = ::malloc_usable_size(block);
    if (size >= largest_small + step) {
        auto* const onto = shelf_of(size);
        if (onto == nullptr || onto->count == most_of_a_size)
            return false;
        onto->blocks[onto->count++] = {block, size};
        return true;
    }
    auto& onto = small_[(std::max(size, offset) - offset) / step];
    if (size < smallest || onto.count == most_of_a_size)
        return false;
    onto.blocks[onto.count++] = block;
    return true;
}

void kept_blocks::give_back() noexcept
{
    for (auto& each : small_) {
        while (each.count > 0)
            std::free(each.blocks[--each.count]);
    }
    for (auto& each : large_) {
        while (each.count > 0)
            std::free(each.blocks[--each.count].start);
    }
}

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool has_sanitizer = true;
#else
constexpr bool has_sanitizer = false;
#endif

enum class stage : unsigned char { unused, in_use, ended };

struct thread_blocks {
    kept_blocks kept;
    stage now = stage::unused;
};

constinit thread_local thread_blocks blocks;

// A thread_local object with a destructor ends the process where there is no memory for registering it.
pthread_key_t end_of_thread;

void end(void* of_thread) noexcept
{
    auto& ended = *static_cast<thread_blocks*>(of_thread);
    ended.kept.give_back();
    // OpenSSL frees more when the thread ends its own.
    ended.now = stage::ended;
}

[[nodiscard]] bool is_in_use() noexcept
{
    if (blocks.now == stage::unused && ::pthread_setspecific(end_of_thread, &blocks) == 0)
        blocks.now = stage::in_use;
    return blocks.now == stage::in_use;
}

void* allocate(std::size_t size, const char*, int) noexcept
{
    if (size == 0)
        return nullptr;
    void* const block = blocks.kept.take(size);
    return block != nullptr ? block : std::malloc(size);
}

void* reallocate(void* block, std::size_t size, const char*, int) noexcept { return std::realloc(block, size); }

void deallocate(void* block, const char*, int) noexcept
{
    if (block != nullptr && (!is_in_use() || !blocks.kept.keep(block)))
        std::free(block);
}

}  // namespace

void keep_openssl_blocks() noexcept
{
    if (!has_sanitizer && ::pthread_key_create(&end_of_thread, end) == 0)
        (void)CRYPTO_set_mem_functions(allocate, reallocate, deallocate);
}

}  // namespace jobaudit::cli
