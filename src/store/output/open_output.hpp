#pragma once

#include "store/job_ledger.hpp"
#include "store/open_mode.hpp"
#include "store/output/audit_output.hpp"
#include "store/output/sync_policy.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// Whether an output of that name is a SQLite database: it ends in `.db`, `.sqlite` or `.sqlite3`.
[[nodiscard]] bool is_database_name(const std::string& path) noexcept;

/// Whether an output of that name is CSV: it ends in `.csv`, before the ending of a compressed file too.
[[nodiscard]] bool is_csv_name(std::string_view path) noexcept;

/// Opens the output `path` in the form that its name tells: a database (sqlite_output), CSV (csv_output) or NDJSON
/// (ndjson_output), which may be compressed (compression_of_name).
/// Throws output_error.
[[nodiscard]] std::unique_ptr<audit_output> open_output(const std::string& path, open_mode mode, job_ledger& ledger,
                                                        sync_policy sync);

}  // namespace jobaudit::store
