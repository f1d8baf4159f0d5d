#pragma once

#include "emulator/population.hpp"

#include <jobaudit/job_id.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace jobaudit::emulator {

/// How many requests each job had: 4 bytes for a seeded job, 20 to 60 for any other that was asked for.
class job_counts {
public:
    explicit job_counts(population jobs) : population_{jobs}, seeded_(static_cast<std::size_t>(jobs.size())) {}

    /// Counts one more and says how many there are now.
    std::uint32_t add(const job_id& job);
    [[nodiscard]] std::uint32_t of(const job_id& job) const noexcept;
    /// Number of different jobs.
    [[nodiscard]] std::uint64_t size() const noexcept { return different_; }
    [[nodiscard]] std::uint32_t highest() const noexcept { return highest_; }
    void clear();

    /// Calls `visit(job, count)` for every job that had a request.
    template <class Visit>
    void for_each(Visit visit) const
    {
        for (std::size_t i = 0; i < seeded_.size(); ++i)
            if (seeded_[i] != 0)
                visit(population_.job(i), seeded_[i]);
        for (const auto& one : others_)
            if (one.count != 0)
                visit(one.job, one.count);
    }

private:
    struct slot {
        job_id job;
        std::uint32_t count = 0;
    };

    [[nodiscard]] std::size_t find(const job_id& job) const noexcept;
    void grow();

    population population_;
    std::vector<std::uint32_t> seeded_;
    // Open addressing with linear probing; the size is a power of two, at most three quarters are in use.
    std::vector<slot> others_;
    std::size_t used_ = 0;
    std::uint64_t different_ = 0;
    std::uint32_t highest_ = 0;
};

}  // namespace jobaudit::emulator
