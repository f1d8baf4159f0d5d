#pragma once

#include <cstdint>

namespace jobaudit::policy {

/// Tells a job that the server refuses whatever it lets through of others from one that a limit hit more than once.
///
/// A limit does not know jobs: where it refuses one request of n, it refuses a job that comes again with the chance
/// 1/n. Each further refusal of the job adds ln n, n taken from the requests that left since its last one, until chance
/// is no explanation any more (the log-likelihood ratio of Wald's sequential test, 1945).
class repeated_refusals {
public:
    /// The job was refused; `sent` and `refused` are those of all jobs so far, this one included.
    void note(std::uint64_t sent, std::uint64_t refused) noexcept;

    /// Whether the refusals are due to the job itself.
    [[nodiscard]] bool is_job_at_fault() const noexcept;

private:
    std::uint64_t sent_ = 0;
    std::uint64_t refused_ = 0;  // 0: it never was
    double evidence_ = 0;
};

}  // namespace jobaudit::policy
