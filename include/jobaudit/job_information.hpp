#pragma once

#include <jobaudit/job_id.hpp>

#include <string>

namespace jobaudit {

/// What the platform's list says of a job, as it stands there; empty where the list has nothing, or `null`.
struct job_information {
    job_id job;                 ///< which job
    std::string workflow_id;    ///< of the workflow that it is a run of; a UUID
    std::string workflow_name;  ///< that workflow's name
    std::string status;         ///< `SCHEDULED`, `IN_PROGRESS`, `COMPLETED`, `STOPPED`, `FAILED`, or one that came later
    std::string created_at;     ///< ISO 8601 date and time
    std::string runtime;        ///< ISO 8601 duration

    /// Member by member.
    friend bool operator==(const job_information&, const job_information&) = default;
};

}  // namespace jobaudit
