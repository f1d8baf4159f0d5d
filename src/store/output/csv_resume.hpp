#pragma once

#include "store/compression/compression.hpp"
#include "store/job_ledger.hpp"
#include "store/output/checksum_file.hpp"
#include "store/output/ndjson_reader.hpp"

#include <string>

namespace jobaudit::store {

/// Reads an output of ours in CSV as read_ndjson does one in NDJSON; messages name rows.
[[nodiscard]] resume_point read_csv(int fd, const std::string& path, compression kind, job_ledger& ledger,
                                    checksum_match& checksums);

}  // namespace jobaudit::store
