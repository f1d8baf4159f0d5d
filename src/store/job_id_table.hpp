#pragma once

#include <jobaudit/job_id.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace jobaudit::store {

/// An exact set of job IDs with one byte of state each, made for millions of them: at most 26 bytes an entry
/// from 100,000 entries on, and no peak while it grows (its partitions grow one by one, by about a fifth).
///
/// Thread safety: none. Throws std::bad_alloc.
class job_id_table {
public:
    /// The state may be any byte but 0, which marks an empty slot. A reference is valid until the next
    /// insert.
    struct entry {
        bool inserted;
        std::uint8_t& state;
    };

    /// The state of an entry that nobody has set yet.
    static constexpr std::uint8_t new_state = 1;

    /// Takes room for about so many entries in all, so that few partitions have to grow; a table that already has it
    /// stays as it is. More than most_reserved are not prepared for.
    void reserve(std::size_t count);
    static constexpr std::size_t most_reserved = 16 * 1024 * 1024;

    /// Finds the entry of `job`, or makes it with new_state.
    entry insert(const job_id& job);

    /// Has the memory of the job's entry brought into the cache, for an insert or find soon after.
    void prefetch(const job_id& job) const noexcept;

    /// Null where the job isn't in the table. Valid until the next insert.
    [[nodiscard]] const std::uint8_t* find(const job_id& job) const noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Bytes taken from the system.
    [[nodiscard]] std::size_t memory() const noexcept;

private:
    struct slot {
        job_id::bytes_type id;
        std::uint8_t state;
    };
    static_assert(sizeof(slot) == 17);

    // Pages straight from the kernel: a heap would keep the holes that 64 growing blocks leave behind.
    struct unmap {
        std::size_t bytes;
        unmap() noexcept : bytes{0} {}
        explicit unmap(std::size_t mapped) noexcept : bytes{mapped} {}
        void operator()(slot* slots) const noexcept;
    };
    using slot_array = std::unique_ptr<slot[], unmap>;

    struct partition {
        slot_array slots;
        std::size_t capacity = 0;
        std::size_t used = 0;
    };
    static constexpr std::size_t partition_bits = 6;

    [[nodiscard]] static slot_array map_pages(std::size_t bytes);
    [[nodiscard]] static slot& find_slot(const partition& in, const job_id::bytes_type& id,
                                         std::uint64_t hash) noexcept;
    static void grow(partition& what, std::size_t bytes);

    std::array<partition, std::size_t{1} << partition_bits> partitions_;
    std::size_t size_ = 0;
};

}  // namespace jobaudit::store
