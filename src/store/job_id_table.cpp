#include "store/job_id_table.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace jobaudit::store {

namespace {

__extension__ using uint128 = unsigned __int128;

constexpr std::size_t page = 4096;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept
{
    const uint128 product = uint128{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// UUIDs are not always random: those of version 1 and hand-made ones differ in a few bytes alone.
std::uint64_t hash_of(const job_id::bytes_type& id) noexcept
{
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::memcpy(&low, id.data(), 8);
    std::memcpy(&high, id.data() + 8, 8);
    return fold(fold(low ^ 0x9e3779b97f4a7c15u, high ^ 0xd1b54a32d192ed03u), 0xaf251af3b0f025b5u);
}

std::size_t scale(std::uint64_t hash, std::size_t capacity) noexcept
{
    return static_cast<std::size_t>((uint128{hash} * capacity) >> 64);
}

}  // namespace

void job_id_table::unmap::operator()(slot* slots) const noexcept { ::munmap(slots, bytes); }

job_id_table::slot_array job_id_table::map_pages(std::size_t bytes)
{
    void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        throw std::bad_alloc{};
    return {static_cast<slot*>(memory), unmap{bytes}};
}

job_id_table::slot& job_id_table::find_slot(const partition& in, const job_id::bytes_type& id,
                                            std::uint64_t hash) noexcept
{
    std::size_t at = scale(hash << partition_bits, in.capacity);
    while (in.slots[at].state != 0 && in.slots[at].id != id)
        at = at + 1 == in.capacity ? 0 : at + 1;
    return in.slots[at];
}

void job_id_table::grow(partition& what, std::size_t bytes)
{
    bytes = (bytes + page - 1) / page * page;
    partition larger;
    larger.slots = map_pages(bytes);
    larger.capacity = bytes / sizeof(slot);
    larger.used = what.used;
    for (std::size_t i = 0; i < what.capacity; ++i) {
        const slot& old = what.slots[i];
        if (old.state != 0)
            find_slot(larger, old.id, hash_of(old.id)) = old;
    }
    what = std::move(larger);
}

void job_id_table::reserve(std::size_t count)
{
    // With a thirtieth more than their share few of large ones grow.
    const std::size_t share = std::min(count, most_reserved) / partitions_.size();
    const std::size_t bytes = (share + share / 30) * 20 / 17 * sizeof(slot);
    for (partition& each : partitions_) {
        if (bytes > each.slots.get_deleter().bytes)
            grow(each, bytes);
    }
}

job_id_table::entry job_id_table::insert(const job_id& job)
{
    const std::uint64_t hash = hash_of(job.bytes());
    partition& where = partitions_[hash >> (64 - partition_bits)];

    // At 85 % full, a miss costs about 20 neighbouring slots; with steps of a fifth the table is never less
    // than 70 % full.
    if ((where.used + 1) * 20 > where.capacity * 17) {
        const std::size_t bytes = where.slots.get_deleter().bytes;
        grow(where, bytes + bytes / 5 + 1);
    }

    slot& found = find_slot(where, job.bytes(), hash);
    if (found.state != 0)
        return {false, found.state};

    found = slot{job.bytes(), new_state};
    ++where.used;
    ++size_;
    return {true, found.state};
}

void job_id_table::prefetch(const job_id& job) const noexcept
{
    const std::uint64_t hash = hash_of(job.bytes());
    const partition& where = partitions_[hash >> (64 - partition_bits)];
    if (where.capacity != 0)
        __builtin_prefetch(&where.slots[scale(hash << partition_bits, where.capacity)], 1);
}

const std::uint8_t* job_id_table::find(const job_id& job) const noexcept
{
    const std::uint64_t hash = hash_of(job.bytes());
    const partition& where = partitions_[hash >> (64 - partition_bits)];
    if (where.capacity == 0)
        return nullptr;
    const slot& found = find_slot(where, job.bytes(), hash);
    return found.state != 0 ? &found.state : nullptr;
}

std::size_t job_id_table::memory() const noexcept
{
    std::size_t sum = 0;
    for (const partition& each : partitions_)
        sum += each.slots.get_deleter().bytes;
    return sum;
}

}  // namespace jobaudit::store
