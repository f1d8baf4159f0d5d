#pragma once

#include "store/input/job_file.hpp"

#include <jobaudit/job_source.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jobaudit::cli {

/// All jobs of an audit: those named as arguments, then those of the files in their order.
///
/// Thread safety: as store::job_file.
class job_input final : public job_source {
public:
    /// A file may be `-` (stdin); `column` names the one of the IDs in each, empty for the usual names. Looks at the
    /// start of each file. Throws store::input_error. The ledger must outlive this.
    job_input(std::vector<std::string> arguments, const std::vector<std::string>& files, const std::string& column,
              store::job_ledger& ledger, const store::job_file::invalid_handler& on_invalid);

    /// A list that can't be read on ends there: what stands before is a job as any other, and failure() tells of it.
    [[nodiscard]] std::size_t read(std::span<job_id> out) override;

    /// Whether read() may keep its caller waiting: some of it comes from a pipe.
    [[nodiscard]] bool may_block() const noexcept;

    /// Ends what is read from a pipe, also a read() that waits for it. From any thread.
    void interrupt() noexcept;

    /// Whether read() came to the end, rather than to an interruption or no further. To be called when nobody reads any
    /// more.
    [[nodiscard]] bool was_read_to_end() const noexcept;

    /// Reads what is left without handing it out, and says how many jobs those were; lines that are no UUID are
    /// reported as ever. Afterwards counts() holds the whole input. For the jobs that a stopped batch never asked for.
    [[nodiscard]] std::uint64_t drain();

    [[nodiscard]] store::job_file_counts counts() const noexcept;

    /// About how many jobs there are, duplicates that were met so far not among them; nothing while that can't be
    /// known.
    [[nodiscard]] std::optional<std::uint64_t> estimated_total() const noexcept;

    /// Why a list could not be read to its end; empty while all is well.
    [[nodiscard]] std::string failure() const;

private:
    void add_file(const std::string& file, const store::job_file_options& options, store::job_ledger& ledger,
                  const store::job_file::invalid_handler& on_invalid);

    std::vector<std::unique_ptr<store::job_file>> sources_;
    std::atomic<std::size_t> current_{0};
};

}  // namespace jobaudit::cli
