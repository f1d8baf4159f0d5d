#pragma once

#include <jobaudit/job_id.hpp>

#include <cstdint>
#include <optional>

namespace jobaudit::emulator {

/// The IDs of the seeded jobs, which look like random UUIDs (version 4) and are computed, both ways, without a table.
///
/// Immutable, so safe to share between threads.
class population {
public:
    population(std::uint64_t seed, std::uint64_t size) noexcept : seed_{seed}, size_{size} {}

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// The job number `index` (below 2⁶²); depends on the seed alone.
    [[nodiscard]] job_id job(std::uint64_t index) const noexcept;
    /// The number of a seeded job; nothing for any other ID.
    [[nodiscard]] std::optional<std::uint64_t> index_of(const job_id& job) const noexcept;

private:
    std::uint64_t seed_;
    std::uint64_t size_;
};

/// A number that depends on the seed and the whole ID.
[[nodiscard]] std::uint64_t hash_of(const job_id& job, std::uint64_t seed) noexcept;

}  // namespace jobaudit::emulator
