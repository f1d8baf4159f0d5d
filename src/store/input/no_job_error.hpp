#pragma once

#include "store/input/job_entry.hpp"

#include <deque>
#include <string>

namespace jobaudit::store {

/// Throws the input_error for a file of which none of the first entries is a job: `entries`, at most
/// job_file::read_ahead_limit. `column`: the one that was asked for; `other_fields`: as entry_format has them.
[[noreturn]] void throw_no_job(const std::string& file, const std::string& column, const std::deque<job_entry>& entries,
                               const std::string& other_fields);

}  // namespace jobaudit::store
