#pragma once

#include "store/job_id_table.hpp"

#include <jobaudit/job_id.hpp>
#include <jobaudit/outcome.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace jobaudit::store {

/// The jobs of a batch that an earlier run ended, and those that this run's input has given so far.
///
/// The texts of lines that are no UUID are kept as 128-bit hashes (FNV-1a): they take as little room as IDs.
/// Thread safety: none; reading the output and reading the jobs come one after the other.
class job_ledger {
public:
    /// How a job or a text that the input gives stands.
    enum class standing : std::uint8_t {
        fresh,      ///< given for the first time
        duplicate,  ///< given before in this run
        ended,      ///< given for the first time in this run, but an earlier one has ended it
    };

    /// Makes room for about so many jobs in the input.
    void expect(std::uint64_t jobs) { jobs_.reserve(static_cast<std::size_t>(jobs)); }

    /// Records a job's outcome that stands in an earlier run's output. Only kinds that have ended count.
    void record(const job_id& job, outcome_kind kind, std::uint64_t failed_files);

    /// Whether a job that had ended stood there again, as it was asked for once more: the last line counts. What
    /// became of such a job is known when the whole output was recorded a second time, by record_repeat(), and
    /// settle_repeats() was called.
    [[nodiscard]] bool has_repeats() const noexcept { return !repeats_.empty(); }
    void record_repeat(const job_id& job, outcome_kind kind, std::uint64_t failed_files);
    void settle_repeats();

    /// Records a line of an earlier run's input that was no UUID, by its printed text.
    void record_invalid(std::string_view text);

    /// Has the memory that take() will look at brought into the cache meanwhile.
    void prefetch(const job_id& job) const noexcept { jobs_.prefetch(job); }

    [[nodiscard]] standing take(const job_id& job);
    [[nodiscard]] standing take_invalid(std::string_view text);

    /// Jobs (and invalid texts) that an earlier run ended, by kind. Each is counted once.
    [[nodiscard]] const std::array<std::uint64_t, outcome_kind_count>& ended() const noexcept { return ended_; }
    [[nodiscard]] std::uint64_t ended_count() const noexcept;

    /// Failed files of the jobs that ended as `ok`.
    [[nodiscard]] std::uint64_t failed_files() const noexcept { return failed_files_; }

private:
    struct line {
        outcome_kind kind = outcome_kind::not_tried;
        std::uint64_t failed_files = 0;
    };
    struct repeat {
        std::optional<line> counted;  // the first line that had ended
        line last;
    };

    [[nodiscard]] static standing take(job_id_table& from, const job_id& name);
    [[nodiscard]] static bool record(job_id_table& into, const job_id& name);

    job_id_table jobs_;
    job_id_table invalid_;
    std::array<std::uint64_t, outcome_kind_count> ended_{};
    std::uint64_t failed_files_ = 0;
    std::unordered_map<job_id, repeat> repeats_;
};

}  // namespace jobaudit::store
