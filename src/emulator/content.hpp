#pragma once

#include "emulator/json_text.hpp"
#include "emulator/population.hpp"

#include <jobaudit/failed_file.hpp>
#include <jobaudit/job_id.hpp>
#include <jobaudit/outcome.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::emulator {

/// The facts of a job. All follow from the seed and the ID.
struct job_facts {
    outcome_kind kind = outcome_kind::not_found;  ///< ok, not_found or validation
    std::uint64_t hash = 0;
    std::uint64_t records = 0;
};

struct content_options {
    std::uint64_t seed = 1;
    std::uint64_t jobs = 0;
    bool accept_any_id = false;
    double share_missing = 0;
    std::optional<std::uint64_t> records_per_job{};
    std::chrono::sys_seconds newest_job{};
    bool some_unknown_values = false;  ///< two jobs of a thousand are in a status that nobody has heard of
};

/// In whose words the state of a job is told.
enum class vocabulary : std::uint8_t { of_vendor, unknown };

/// The platform's data. Immutable, so safe to share between threads.
class content {
public:
    explicit content(const content_options& options) noexcept
        : options_{options}, population_{options.seed, options.jobs}
    {}

    [[nodiscard]] const population& jobs() const noexcept { return population_; }
    [[nodiscard]] job_facts facts(const job_id& job) const noexcept;
    [[nodiscard]] std::vector<failed_file> failed_files(const job_facts& job) const;

    /// The one of the seed's few workflows that the job belongs to.
    [[nodiscard]] job_id workflow(std::uint64_t hash) const noexcept;
    [[nodiscard]] std::string_view status(const job_facts& job) const noexcept;

    /// Appends the job's JobInformation.
    void append_information(std::string& out, const job_id& job, const job_facts& facts, vocabulary words) const;
    /// Appends the body of the job's `details`.
    void append_details(std::string& out, const job_id& job, const job_facts& facts, vocabulary words) const;
    /// Appends the body of the job's `file-status`: its failed files, up to most_files_told, and some that are well.
    void append_file_status(std::string& out, const job_id& job, const job_facts& facts, vocabulary words) const;
    static constexpr std::uint64_t most_files_told = 1000;
    /// Appends the body of the 422 with which the job is refused.
    static void append_refusal(std::string& out, const job_facts& facts);
    /// Appends one line of `/__truth`, without its end.
    void append_truth(std::string& out, const job_id& job) const;

private:
    void append_time(std::string& out, std::uint64_t hash) const;
    [[nodiscard]] std::uint64_t count_records(std::uint64_t hash) const noexcept;
    [[nodiscard]] outcome_kind kind_of(const job_id& job, std::uint64_t hash) const noexcept;

    content_options options_;
    population population_;
};

/// Writes the body of an answer for failed files piece by piece. Job by job it varies what a reader of JSON must
/// tolerate: unknown fields (one of the same name, deeper), order, blanks, escapes.
class failed_files_body {
public:
    /// `hash` decides what stands in the records and how they are written.
    failed_files_body(std::uint64_t hash, std::uint64_t records) noexcept;

    /// Appends whole records until `out` holds at least `size` bytes or all is written; false when there is no more.
    [[nodiscard]] bool append(std::string& out, std::size_t size);

private:
    void append_record(std::string& out);

    std::uint64_t hash_;
    std::uint64_t records_;
    std::uint64_t written_ = 0;
    bool begun_ = false;
    unsigned form_;
    json_style style_;
    failed_file record_;
};

}  // namespace jobaudit::emulator
