#pragma once

#include "grouping/error_family.hpp"

#include <jobaudit/outcome.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace jobaudit::report {

/// Why files failed, the commonest reason first.
struct reason_figures {
    std::string text;  ///< what the errors have in common, `<*>` for what differs
    grouping::error_family family = grouping::error_family::unknown;
    std::uint64_t failed_files = 0;
    std::uint64_t jobs = 0;
    std::uint64_t documents = 0;
    std::string example;  ///< one of the errors, cut to reason_collector::longest_example bytes
};

struct family_figures {
    grouping::error_family family = grouping::error_family::unknown;
    std::uint64_t failed_files = 0;
    std::uint64_t reasons = 0;
};

inline constexpr std::uint32_t no_reason = 0xFFFF'FFFF;

/// The jobs of a workflow, or of a day.
struct job_group {
    std::string id;    ///< of the workflow; empty for days
    std::string name;  ///< of the workflow, or the day as `2026-11-29`; empty: the output does not say
    std::uint64_t jobs = 0;
    std::uint64_t jobs_without_list = 0;
    std::uint64_t jobs_with_failures = 0;
    std::uint64_t failed_files = 0;
    std::uint32_t commonest_reason = no_reason;  ///< index in failure_report::reasons
};

struct file_type_figures {
    std::string extension;  ///< in lower case, without its dot; empty for names without one
    std::uint64_t failed_files = 0;
};

struct document_figures {
    std::string name;
    std::uint64_t failed_files = 0;
    std::uint32_t reason = no_reason;  ///< of its last failure
};

struct job_without_list {
    std::string job;
    outcome_kind kind = outcome_kind::not_tried;
    int http_status = 0;
    std::string message;
};

/// Milliseconds from the first attempt to the end, over the jobs that got an answer.
struct job_times {
    double median = 0;
    double p90 = 0;
    double p99 = 0;
    double longest = 0;
};

/// What an output says, in figures.
struct failure_report {
    std::uint64_t jobs = 0;
    std::array<std::uint64_t, outcome_kind_count> outcomes{};
    std::uint64_t jobs_with_failures = 0;
    std::uint64_t failed_files = 0;
    std::uint64_t documents = 0;     ///< different ones among the failed files
    std::uint64_t attempts = 0;      ///< of all jobs
    std::uint64_t jobs_retried = 0;  ///< that needed more than one
    job_times times;

    std::vector<reason_figures> reasons;
    std::vector<family_figures> families;   ///< those that occur, the commonest first
    std::vector<job_group> workflows;       ///< the one with the most failed files first
    std::vector<job_group> days;            ///< by creation of the job, in order
    std::vector<file_type_figures> types;   ///< the commonest first
    std::vector<document_figures> worst;    ///< documents that fail most; of equally many by name
    std::vector<job_without_list> no_list;  ///< the first of them, in the order of the output
    std::string note;                       ///< what a reader should know of the output; empty: nothing
    std::string run_summary;                ///< what --summary-json says, where the output keeps it; empty elsewhere

    [[nodiscard]] std::uint64_t count(outcome_kind kind) const noexcept
    {
        return outcomes[static_cast<std::size_t>(kind)];
    }
};

}  // namespace jobaudit::report
