#pragma once

#include "store/job_file.hpp"

#include <jobaudit/job_source.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jobaudit::cli {

/// All jobs of an audit: those named as arguments, then those of a file.
///
/// Thread safety: as store::job_file.
class job_input final : public job_source {
public:
    /// `file` may be empty (none) or `-` (stdin). Throws store::input_error. The ledger must outlive this.
    job_input(std::vector<std::string> arguments, const std::string& file, store::job_ledger& ledger,
              const store::job_file::invalid_handler& on_invalid);

    [[nodiscard]] std::size_t read(std::span<job_id> out) override;

    /// Whether read() may keep its caller waiting: some of it comes from a pipe.
    [[nodiscard]] bool may_block() const noexcept;

    /// Ends what is read from a pipe, also a read() that waits for it. From any thread.
    void interrupt() noexcept;

    /// Reads what is left without handing it out, and says how many jobs those were.
    std::uint64_t drain();

    [[nodiscard]] store::job_file_counts counts() const noexcept;

    /// About how many jobs there are, duplicates that were met so far not among them; nothing while that can't be
    /// known.
    [[nodiscard]] std::optional<std::uint64_t> estimated_total() const noexcept;

    /// Why reading failed; empty while all is well.
    [[nodiscard]] std::string failure() const;

private:
    std::vector<std::unique_ptr<store::job_file>> sources_;
    std::atomic<std::size_t> current_{0};
};

}  // namespace jobaudit::cli
