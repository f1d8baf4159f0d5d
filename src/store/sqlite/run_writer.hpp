#pragma once

#include "grouping/reason_collector.hpp"
#include "store/output/outcome_visitor.hpp"
#include "store/sqlite/job_records.hpp"
#include "store/sqlite/row_checksum.hpp"
#include "store/sqlite/run_row.hpp"
#include "store/sqlite/sqlite_database.hpp"

#include <jobaudit/job_information.hpp>
#include <jobaudit/outcome.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// What a job's row says of how it ended.
struct job_end {
    std::string_view job_id;  ///< a UUID, or what was given in its place
    outcome_kind kind = outcome_kind::ok;
    int http_status = 0;  ///< 0: there was no response
    unsigned attempts = 0;
    double elapsed_ms = 0;
    std::string_view message;
    std::string_view validation;  ///< as JSON; empty: none
};

/// Writes one audit into a database: its run, its jobs with their failed files, and what the errors have in common.
/// Who calls begins and ends the transactions.
///
/// Thread safety: none. Each member throws sqlite_error; what was written since the last commit is to be rolled back
/// then.
class run_writer {
public:
    /// `errors` knows the texts of the run's errors that stand in the database already. `visitor` hears of what is
    /// added; null: nobody does.
    run_writer(sqlite_database& database, run_row run, grouping::reason_collector errors, outcome_visitor* visitor);

    /// Adds a job. `known` is what the platform's list says of it, null where nobody asked; `records` its failed files,
    /// null where it has none.
    void add(const job_end& job, const job_information* known, const job_records* records);

    /// Takes a job back with its failed files.
    void drop(std::int64_t job);

    /// The number of a job of this run; 0 where there is none.
    [[nodiscard]] std::int64_t find(std::string_view job_id);

    /// Writes the run's own row, with the counts and the checksum of its jobs.
    void write_row() { write_run(database_, run_); }

    /// Writes for which reason each failed file failed, from what all of them have in common.
    void write_reasons();

    [[nodiscard]] run_row& row() noexcept { return run_; }

    /// Whether the visitor has heard of all jobs of the run, and of none that was taken back.
    [[nodiscard]] bool has_told_all() const noexcept { return visitor_ != nullptr; }

private:
    std::int64_t text_of(std::string_view document, std::string_view error);
    void add_files(std::int64_t job, std::span<const failed_file_view> files);
    void tell(const job_end& job, std::int64_t number, std::int64_t files, const job_information& known);
    /// What only a visitor has trouble with is no trouble of the run.
    template <class Action>
    void tell(Action action) noexcept;

    sqlite_database& database_;
    run_row run_;
    grouping::reason_collector errors_;
    outcome_visitor* visitor_;
    outcome_line told_;
    std::int64_t next_job_;
    std::int64_t next_file_;
    row_checksum sum_;       // of a job with its files
    row_checksum text_sum_;  // of an error's text
    sqlite_statement add_job_;
    sqlite_statement add_file_;
    sqlite_statement add_few_files_;
    sqlite_statement add_many_files_;
    sqlite_statement add_text_;
};

}  // namespace jobaudit::store
