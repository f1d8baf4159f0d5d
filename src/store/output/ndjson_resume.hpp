#pragma once

#include "store/compression/compression.hpp"
#include "store/job_ledger.hpp"
#include "store/output/checksum_file.hpp"
#include "store/output/ndjson_reader.hpp"
#include "store/output/output_error.hpp"

#include <string>

namespace jobaudit::store {

/// Reads an output of ours from the front and records in `ledger` what has ended. Memory is flat, however
/// long the file and its lines are. Changes nothing in the file.
///
/// Throws output_error (not_resumable) naming the line when the file isn't ours, is corrupt before its last line, or a
/// line differs from its checksum; of a compressed one, naming the member that is damaged. `fd` must be readable and
/// seekable; `path` is for messages.
[[nodiscard]] resume_point read_ndjson(int fd, const std::string& path, compression kind, job_ledger& ledger,
                                       checksum_match& checksums);

}  // namespace jobaudit::store
