#pragma once

#include "store/numbered_job.hpp"
#include "store/output/ndjson_line.hpp"

#include <jobaudit/outcome.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::test {

/// A job of that number that was fetched, with these failed files.
inline outcome ok_outcome(std::uint64_t job, std::vector<failed_file> files = {})
{
    outcome result;
    result.job = numbered_job(job);
    result.kind = outcome_kind::ok;
    result.http_status = 200;
    result.attempts = 1;
    result.failed_files = std::move(files);
    return result;
}

/// As an output holds it.
inline std::string line_of(const outcome& result)
{
    std::string line;
    store::append_line(line, result);
    return line;
}

}  // namespace jobaudit::test
