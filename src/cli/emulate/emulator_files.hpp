#pragma once

#include <jobaudit/emulator/emulator.hpp>

#include <string>

namespace jobaudit::cli {

/// Writes the IDs of the emulator's jobs, one a line. Throws failure.
void write_job_ids(const std::string& path, const emulator::emulator& server);

/// Writes what a right audit must say of each job, as NDJSON: `job_id`, `outcome`, `failed_files`. Throws failure.
void write_truth(const std::string& path, const emulator::emulator& server);

}  // namespace jobaudit::cli
