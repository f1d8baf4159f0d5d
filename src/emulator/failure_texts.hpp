#pragma once

#include <jobaudit/failed_file.hpp>

#include <cstdint>

namespace jobaudit::emulator {

/// Writes record number `index` of the job with the hash `job` into `out`, whose memory it reuses: a path or name of a
/// document, and a reason of one of the families that the platform publishes. Most records of one job share one reason,
/// as they do in real life.
void make_failed_file(std::uint64_t job, std::uint64_t index, failed_file& out);

}  // namespace jobaudit::emulator
