#include "store/output/csv_output.hpp"

#include "grouping/error_family.hpp"
#include "grouping/error_mask.hpp"
#include "store/output/csv_reader.hpp"
#include "store/output/csv_resume.hpp"
#include "store/output/csv_row.hpp"
#include "store/output/job_records.hpp"
#include "store/output/ndjson_line.hpp"

#include <jobaudit/failed_file.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace jobaudit::store {

namespace {

// As much of a job's rows is put together before it is passed on.
constexpr std::size_t written_at_once = 256 * 1024;

/// Spells the rows of one job.
class job_rows {
public:
    job_rows(std::string_view job, const outcome& result, std::uint64_t files, const job_information* known)
    {
        append_csv_field(front_, job);
        append_csv_field(front_, to_string(result.kind));
        append_csv_field(front_, result.http_status == 0 ? "" : std::to_string(result.http_status));
        // Behind other fields.
        back_ = front_;
        append_csv_field(back_, result.message);
        for (const auto member : {&job_information::workflow_id, &job_information::workflow_name,
                                  &job_information::status, &job_information::created_at})
            append_csv_field(back_, known != nullptr ? std::string_view{known->*member} : std::string_view{});
        append_csv_field(back_, std::to_string(files));
        back_.erase(0, front_.size());
        back_ += csv_line_break;
    }

    void append_file(std::string& rows, std::string_view document, std::string_view error)
    {
        grouping::mask_error(error, document, masked_);
        rows += front_;
        append_csv_field(rows, document);
        append_csv_field(rows, error);
        append_csv_field(rows, grouping::shown(masked_));
        append_csv_field(rows, grouping::to_string(grouping::family_of(error)));
        rows += back_;
    }

    void append_without_file(std::string& rows) const
    {
        rows += front_;
        for (int column = 0; column < 4; ++column)
            append_csv_field(rows, {});
        rows += back_;
    }

private:
    std::string front_;  // of each row
    std::string back_;
    std::string masked_;
};

text_form form_of(compression kind)
{
    return {.unit = kind == compression::none ? "job" : "batch",
            .kind = kind,
            .heading = csv_heading,
            .jobs_are_lines = false};
}

}  // namespace

class csv_output::writer final : public job_writer {
public:
    explicit writer(csv_output& output) : output_{output}, records_{output.pool(), output.folder_} {}

    void begin(const job_id&) override { records_.clear(); }

    void append(std::span<const failed_file_view> records) override
    {
        try {
            records_.append(records);
        } catch (const output_error& error) {
            output_.fail_with(error);
            throw;
        }
    }

    void commit(outcome&& result) override
    {
        if (result.kind == outcome_kind::ok && records_.count() > 0)
            commit_records(result);
        else
            output_.write(result);
        records_.clear();
    }

    void discard() override { records_.clear(); }

private:
    void commit_records(const outcome& result)
    {
        const auto known = output_.information_on(result.job);
        job_rows rows{result.job.to_string(), result, records_.count(), known ? &*known : nullptr};
        if (records_.bytes() <= written_at_once) {
            std::string all;
            give(rows, [&](std::string_view text) { all += text; });
            output_.add(all, {result.kind, records_.count()});
        } else {
            output_.add_long([&](const piece_visitor& write) { give(rows, write); });
        }
    }

    void give(job_rows& rows, const piece_visitor& write) const
    {
        std::string text;
        records_.for_each([&](std::span<const failed_file_view> records) {
            for (const auto& each : records)
                rows.append_file(text, each.document, each.error);
            if (text.size() >= written_at_once) {
                write(text);
                text.clear();
            }
        });
        if (!text.empty())
            write(text);
    }

    csv_output& output_;
    job_records records_;
};

csv_output::csv_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync, compression kind)
    : text_output{std::move(path), mode, sync, form_of(kind)}, folder_{folder()}
{
    if (mode == open_mode::resume)
        read_earlier([&](int fd, const std::string& file, checksum_match& checksums) {
            return read_csv(fd, file, kind, ledger, checksums);
        });
}

std::unique_ptr<job_writer> csv_output::make_writer() { return std::make_unique<writer>(*this); }

void csv_output::write(const outcome& result)
{
    if (!is_written(result.kind))
        return;
    const auto known = information_on(result.job);
    const auto files = result.failed_files.size();
    job_rows rows{result.job.to_string(), result, files, known ? &*known : nullptr};
    std::string text;
    for (const auto& each : result.failed_files)
        rows.append_file(text, each.document, each.error);
    if (files == 0)
        rows.append_without_file(text);
    add(text, {result.kind, files});
}

void csv_output::write_invalid(std::string_view text, std::string_view where)
{
    outcome result;
    result.kind = outcome_kind::invalid_job_id;
    result.message = invalid_line_message(where);
    std::string row;
    job_rows{text, result, 0, nullptr}.append_without_file(row);
    add(row, {result.kind, 0});
}

}  // namespace jobaudit::store
