#pragma once

#include "store/output/outcome_visitor.hpp"
#include "store/sqlite/run_row.hpp"
#include "store/sqlite/sqlite_database.hpp"

namespace jobaudit::store {

/// Passes on the jobs of a run with their failed files, in the order in which they ended, and before them what the
/// errors have in common; checks all of it. Memory is flat. What is damaged may be seen only at the end: the visitor
/// has heard something wrong then. Throws damaged_database, sqlite_error, and what the visitor throws.
///
/// In a transaction of its own it sees the run as it stood when it was begun, though it goes on meanwhile.
void read_run(sqlite_database& database, const run_row& run, outcome_visitor& visitor);

/// Whether as many jobs and failed files stand there as were written, with the checksums that the jobs had: a quick
/// look, which does not tell whether the rows have the values that they had.
[[nodiscard]] bool holds_all_rows(sqlite_database& database, const run_row& run);

}  // namespace jobaudit::store
