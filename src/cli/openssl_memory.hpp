#pragma once

#include <array>
#include <cstddef>

namespace jobaudit::cli {

/// Blocks of memory that were freed, kept to be taken again: a few of each size up to 512 bytes, and a few of the sizes
/// that records of TLS need. Whoever ends it gives back what it keeps: so it can be of each thread without being looked
/// after at each use.
///
/// Thread safety: none. Blocks come from malloc, of any thread.
class kept_blocks {
public:
    /// A block of at least `size` bytes; null when none of about that size is kept.
    [[nodiscard]] void* take(std::size_t size) noexcept;

    /// Keeps the block, unless there are enough of its size.
    [[nodiscard]] bool keep(void* block) noexcept;

    /// Frees what is kept.
    void give_back() noexcept;

private:
    // The sizes of glibc's blocks are apart by this, and off by that.
    static constexpr std::size_t step = 16;
    static constexpr std::size_t offset = 8;
    static constexpr std::size_t smallest = offset + step;
    static constexpr std::size_t largest_small = 512 + offset;
    static constexpr std::size_t smallest_large = 16 * 1024;
    static constexpr std::size_t doublings = 3;  // from the smallest large one to above the largest
    static constexpr std::size_t most_of_a_size = 8;

    struct large_block {
        void* start = nullptr;
        std::size_t size = 0;
    };

    template <class Block>
    struct shelf {
        std::size_t count = 0;
        std::array<Block, most_of_a_size> blocks{};
    };

    /// Null for what is too large.
    [[nodiscard]] shelf<large_block>* shelf_of(std::size_t large) noexcept;
    [[nodiscard]] void* take_large(std::size_t size) noexcept;

    // Each holds blocks of at least `offset` and its index times `step` bytes, and of less than a step more.
    std::array<shelf<void*>, (largest_small - offset) / step + 1> small_{};
    // Each holds blocks of up to twice the size of those of the last one: none takes all the room.
    std::array<shelf<large_block>, doublings> large_{};
};

/// From now on each thread keeps some of the blocks that OpenSSL frees, for what it allocates next: OpenSSL 3.0 takes
/// and frees four small blocks and two record buffers, which are too large for malloc's own thread cache, with each
/// request and its answer.
///
/// It is so for the whole process, which is why the program does it and the library does not. To be called before
/// anything uses OpenSSL; later, or under a sanitizer, from which it would hide mistakes, it does nothing.
void keep_openssl_blocks() noexcept;

}  // namespace jobaudit::cli
