#include "cli/report/report_csv.hpp"

#include "store/output/csv_row.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace jobaudit::cli {
namespace {

constexpr std::size_t written_at_once = 64 * 1024;

using store::append_csv_field;

/// Joins each failed file to its job, which comes behind its files, and to its reason.
class csv_rows final : public store::outcome_visitor {
public:
    csv_rows(const report::failure_report& report, std::vector<std::uint32_t> reasons,
             const std::function<void(std::string_view)>& write)
        : report_{report}, reasons_{std::move(reasons)}, write_{write}
    {
        rows_ = "job_id,outcome,http_status,document,error,reason,family,message,workflow_id,workflow_name,job_status,"
                "created_at\r\n";
    }

    void on_failed_file(std::string_view document, std::string_view error) override
    {
        const auto& reason = report_.reasons[reasons_[next_++]];
        std::string middle;
        append_csv_field(middle, document);
        append_csv_field(middle, error);
        append_csv_field(middle, reason.text);
        append_csv_field(middle, to_string(reason.family));
        files_.push_back(std::move(middle));
    }

    void on_job(const store::outcome_line& job) override
    {
        if (job.kind != outcome_kind::ok)
            files_.emplace_back(R"("","","","")");
        for (const auto& middle : files_)
            append_row(job, middle);
        files_.clear();
    }

    void flush()
    {
        write_(rows_);
        rows_.clear();
    }

private:
    void append_row(const store::outcome_line& job, const std::string& middle)
    {
        append_csv_field(rows_, job.job);
        append_csv_field(rows_, to_string(job.kind));
        append_csv_field(rows_, job.http_status == 0 ? "" : std::to_string(job.http_status));
        rows_ += ',' + middle;
        for (const auto* text : {&job.message, &job.workflow_id, &job.workflow_name, &job.job_status, &job.created_at})
            append_csv_field(rows_, *text);
        rows_ += "\r\n";
        if (rows_.size() >= written_at_once)
            flush();
    }

    const report::failure_report& report_;
    std::vector<std::uint32_t> reasons_;
    const std::function<void(std::string_view)>& write_;
    std::size_t next_ = 0;
    std::vector<std::string> files_;  // of the job that is being read: the middle of their rows
    std::string rows_;
};

}  // namespace

void write_report_csv(const store::outcome_source& file, const report::report_builder& builder,
                      const report::failure_report& report, const std::function<void(std::string_view)>& write)
{
    std::vector<std::uint32_t> reasons;
    reasons.reserve(report.failed_files);
    builder.for_each_reason([&](std::uint32_t reason) { reasons.push_back(reason); });
    csv_rows rows{report, std::move(reasons), write};
    file.read(rows);
    rows.flush();
}

}  // namespace jobaudit::cli
