#pragma once

#include "store/output/audit_output.hpp"
#include "store/sqlite/sqlite_database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace jobaudit::store {

/// A row of the table `runs`: one audit.
struct run_row {
    std::int64_t run = 0;
    run_description description;
    std::string ended_at;  ///< empty while it goes on, and where it was killed
    bool is_finished = false;
    std::string summary;  ///< empty while it goes on, and where it was killed
    std::int64_t jobs = 0;
    std::int64_t failed_files = 0;
    std::int64_t first_job = 1;
    std::int64_t first_failed_file = 1;
    std::int64_t first_error_text = 1;
    std::uint64_t jobs_checksum = 0;  ///< the sum of the checksums of its jobs
};

/// The latest run, or the one of that number; nothing where there is none. Throws sqlite_error, and damaged_database
/// where its checksum differs.
[[nodiscard]] std::optional<run_row> find_run(sqlite_database& database, std::int64_t number = 0);

/// The number that the next row of a table gets, from 1 on.
[[nodiscard]] std::int64_t next_number(sqlite_database& database, const char* table, const char* column);

/// Writes a run's row: a new one, or in the place of the one with its number.
void write_run(sqlite_database& database, const run_row& run);

/// Keeps the figures of a report on a run as it stands now.
void write_figures(sqlite_database& database, const run_row& run, const std::string& figures);

/// The figures that are kept of a run; empty where there are none, or others than those of the run as it stands now.
[[nodiscard]] std::string find_figures(sqlite_database& database, const run_row& run);

/// Something in a database is not as it was written, though SQLite takes it: what() says what.
class damaged_database : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace jobaudit::store
