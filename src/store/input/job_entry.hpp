#pragma once

#include <jobaudit/job_id.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace jobaudit::store {

/// One entry of a job file: a job, or the printed text of what should be one.
struct job_entry {
    std::optional<job_id> job;
    std::string invalid;       ///< where there is no job
    std::uint64_t number = 0;  ///< of its (first) line or of the argument, from 1
};

}  // namespace jobaudit::store
