#pragma once

#include "grouping/reason_collector.hpp"
#include "store/output/outcome_visitor.hpp"
#include "store/sqlite/ended_job.hpp"
#include "store/sqlite/row_checksum.hpp"
#include "store/sqlite/run_row.hpp"
#include "store/sqlite/sqlite_database.hpp"

#include <jobaudit/failed_file.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::store {

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

    /// Adds a job with its failed files. Throws output_error, too, where these can't be read back.
    void add(const ended_job& job);

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
    void add_row(const ended_job& job, std::int64_t number);
    void tell_of(const ended_job& job, std::int64_t number);
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
    std::string job_;        // the ID of the job that is being added
    row_checksum sum_;       // of a job with its files
    row_checksum text_sum_;  // of an error's text
    sqlite_statement add_job_;
    sqlite_statement add_file_;
    sqlite_statement add_few_files_;
    sqlite_statement add_many_files_;
    sqlite_statement add_text_;
};

}  // namespace jobaudit::store
