#pragma once

#include "scratch_folder.hpp"
#include "store/numbered_job.hpp"
#include "store/output/ndjson_line.hpp"
#include "store/output/outcome_file.hpp"

#include <jobaudit/job_information.hpp>
#include <jobaudit/outcome.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::test {

/// The output of an audit, line by line.
class written_output {
public:
    written_output& ok(std::uint64_t job, std::vector<failed_file> files, job_information known = {})
    {
        outcome result;
        result.job = numbered_job(job);
        result.kind = outcome_kind::ok;
        result.http_status = 200;
        result.attempts = 1;
        result.elapsed = std::chrono::milliseconds{10};
        result.failed_files = std::move(files);
        store::append_line(text_, result, &known);
        return *this;
    }

    written_output& without_list(std::uint64_t job, outcome_kind kind, int status, std::string message,
                                 job_information known = {})
    {
        outcome result;
        result.job = numbered_job(job);
        result.kind = kind;
        result.http_status = status;
        result.attempts = 5;
        result.message = std::move(message);
        store::append_line(text_, result, &known);
        return *this;
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// From a file that is gone by then.
    [[nodiscard]] store::outcome_file open() const
    {
        const scratch_folder folder;
        return store::outcome_file{folder.write("results.ndjson", text_)};
    }

private:
    std::string text_;
};

}  // namespace jobaudit::test
