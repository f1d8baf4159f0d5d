#pragma once

#include <jobaudit/job_information.hpp>

#include <string>
#include <string_view>

namespace jobaudit::cli {

/// What stands above the rows of jobs.
extern const std::string_view job_row_heading;

/// One job as a row of a table for a person, with its line break; times are in UTC. The platform's words are as they
/// are where they cannot be read.
[[nodiscard]] std::string job_row(const job_information& job);

/// One job as a line of JSON with the platform's names; null where the platform says nothing.
void append_job_json(std::string& out, const job_information& job);

}  // namespace jobaudit::cli
