#pragma once

#include "store/output/job_records.hpp"

#include <jobaudit/job_id.hpp>
#include <jobaudit/job_information.hpp>
#include <jobaudit/outcome.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace jobaudit::store {

/// All that is written of a job that has ended.
struct ended_job {
    std::optional<jobaudit::job_id> id;
    std::string given_as;  ///< in place of the ID, where it is none
    outcome_kind kind = outcome_kind::ok;
    int http_status = 0;  ///< 0: there was no response
    unsigned attempts = 0;
    double elapsed_ms = 0;
    std::string message;
    std::string validation;  ///< as JSON; empty: none
    bool is_delivered_again = false;
    std::optional<job_information> known;  ///< from the platform's list; none where nobody asked it
    std::optional<job_records> records;    ///< its failed files

    [[nodiscard]] std::string job() const { return id ? id->to_string() : given_as; }
    [[nodiscard]] std::uint64_t failed_files() const noexcept { return records ? records->count() : 0; }

    /// In memory, roughly.
    [[nodiscard]] std::size_t bytes() const noexcept
    {
        auto size = sizeof(ended_job) + given_as.size() + message.size() + validation.size();
        if (known)
            size += known->workflow_id.size() + known->workflow_name.size() + known->status.size() +
                    known->created_at.size() + known->runtime.size();
        if (records)
            size += records->bytes_in_memory();
        return size;
    }
};

}  // namespace jobaudit::store
