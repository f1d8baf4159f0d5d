#pragma once

#include "cli/audit/run_record.hpp"
#include "cli/jobs/job_selection.hpp"
#include "report/failure_sample.hpp"
#include "store/input/job_file.hpp"
#include "store/job_ledger.hpp"
#include "store/output/audit_output.hpp"

#include <jobaudit/summary.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace jobaudit::cli {

/// What all runs that wrote one output came to: `jobs` is the sum of `outcomes`. Requests, connections and times are
/// those of this run.
struct audit_report {
    std::uint64_t jobs = 0;
    std::array<std::uint64_t, outcome_kind_count> outcomes{};
    std::uint64_t resumed = 0;     ///< of `jobs`: ended by an earlier run
    std::uint64_t duplicates = 0;  ///< given more than once; not in `jobs`
    std::uint64_t failed_files = 0;
    std::uint64_t requests = 0;
    std::uint64_t retries = 0;
    std::uint64_t connections = 0;
    unsigned threads = 0;
    std::uint64_t responses_left_over = 0;
    std::uint64_t delivered_again = 0;  ///< of `jobs`: have a second line, which counts
    std::uint64_t refusals = 0;
    double limit_a_second = 0;     ///< 0: none was found
    unsigned limit_at_a_time = 0;  ///< 0: none was found
    std::chrono::nanoseconds elapsed{};
    std::chrono::nanoseconds waited_for_server{};
    stop_reason stopped = stop_reason::none;
    std::string message;  ///< why it stopped, and what to do about it; empty when it did not
    std::optional<std::chrono::system_clock::time_point> resume_at;
    report::estimated_reasons reasons;        ///< of the failed files of this run
    bool has_reasons_of_all = false;          ///< … and of those before that it goes on with
    std::optional<left_out_counts> left_out;  ///< of the platform's list; nothing where the jobs were named
    std::string not_covered;  ///< why there may be jobs that it knows nothing of, or did not try; empty: there is none

    [[nodiscard]] std::uint64_t count(outcome_kind kind) const noexcept
    {
        return outcomes[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] bool all_fetched() const noexcept { return count(outcome_kind::ok) == jobs; }

    /// Whether answers came that nobody had asked for, or may have been those to other jobs.
    [[nodiscard]] bool was_out_of_order() const noexcept { return responses_left_over + delivered_again > 0; }

    /// Whether jobs have no list for a reason that may pass, those that were not tried among them.
    [[nodiscard]] bool has_passing_failures() const noexcept;

    /// Whether jobs were not tried, or have no list for a reason that may pass or that lies in the key. What has none
    /// for good, `forbidden` say, keeps no audit from having finished, as it would be so every night.
    [[nodiscard]] bool is_unfinished() const noexcept;
    [[nodiscard]] double requests_per_second() const noexcept;
};

/// Adds to what the library did what it never saw: jobs of earlier runs, lines that are no UUID, and `unread` jobs of
/// the input. Those whose lines were `lost` count as not tried.
[[nodiscard]] audit_report make_report(const summary& batch, const store::job_file_counts& input,
                                       const store::job_ledger& earlier, std::uint64_t unread,
                                       const store::audit_output::lost_outcomes& lost = {});

/// For a person: a small table, and why the audit stopped; in lines of at most `width` columns, broken between words.
[[nodiscard]] std::string summary_text(const audit_report& report, std::size_t width = std::string::npos);

/// What of it went wrong, failed files left out; empty when nothing did.
[[nodiscard]] std::string trouble_text(const audit_report& report, std::size_t width = std::string::npos);

/// The object of --summary-json, with a line break. Of the limits, 0 says that none was found.
[[nodiscard]] std::string summary_json(const audit_report& report, const run_record& run);

}  // namespace jobaudit::cli
