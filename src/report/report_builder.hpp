#pragma once

#include "grouping/reason_collector.hpp"
#include "report/document_counts.hpp"
#include "report/failure_report.hpp"
#include "store/output/outcome_source.hpp"
#include "store/output/spill_file.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace jobaudit::report {

/// How much of what there may be very much of is kept.
struct report_limits {
    std::size_t documents = 10'000;
    std::size_t jobs_without_list = 1'000;
};

/// Makes a report of the outcomes that it visits. Memory grows with the number of workflows and days, by a byte for
/// each eight failed files, and by eight for each different text of their errors (reason_collector); the rest lies in
/// temporary files.
///
/// Not thread-safe.
class report_builder final : public store::outcome_visitor {
public:
    explicit report_builder(report_limits limits = {});

    void on_error_text(std::string_view masked) override { errors_.restore(masked); }
    void on_failed_file(std::string_view document, std::string_view error) override;
    void on_grouped_file(std::string_view document, std::string_view error, std::uint32_t text) override;
    void on_job(const store::outcome_line& job) override;

    /// Once all jobs have come. Throws store::output_error where a temporary file can't be read back.
    [[nodiscard]] failure_report finish();

    /// After finish(): the index of the reason of each failed file, in the order in which they came.
    void for_each_reason(const std::function<void(std::uint32_t reason)>& take) const;

    /// After finish(): all documents that failed.
    [[nodiscard]] const document_counts& documents() const noexcept { return documents_; }

private:
    struct group {
        job_group figures;
        std::unordered_map<std::uint32_t, std::uint64_t> reasons;
    };

    /// The groups of a job that has failed files.
    struct groups_of_job {
        std::uint32_t workflow;
        std::uint32_t day;
    };

    class reason_counts;

    void add_file(std::string_view document, std::uint32_t error);
    void end_job(groups_of_job groups);
    void add_note(std::uint32_t number);
    void for_each_note(const std::function<void(std::uint32_t error)>& take_file,
                       const std::function<void(groups_of_job)>& take_job) const;
    [[nodiscard]] std::uint32_t group_of(std::vector<group>& groups, std::map<std::string, std::uint32_t>& numbers,
                                         const std::string& id, const std::string& name);
    void find_reasons();
    static void take_groups(std::vector<group>& groups, std::vector<job_group>& into);
    void add_time(double milliseconds);
    [[nodiscard]] job_times times() const;

    report_limits limits_;
    failure_report report_;
    grouping::reason_collector errors_;
    document_counts documents_;
    std::vector<std::uint32_t> reason_of_number_;
    boost::unordered_flat_map<std::string, std::uint64_t> types_;
    std::vector<group> workflows_;
    std::map<std::string, std::uint32_t> workflow_numbers_;
    std::vector<group> days_;
    std::map<std::string, std::uint32_t> day_numbers_;
    std::map<int, std::uint64_t> times_;  // jobs by the logarithm of their time
    std::uint64_t timed_jobs_ = 0;
    std::uint64_t files_of_job_ = 0;
    store::spill_file notes_;  // the number of each failed file's error; behind a job's, end_of_job and its groups
    std::string pending_notes_;
};

}  // namespace jobaudit::report
