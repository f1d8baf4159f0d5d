#pragma once

#include "store/output/checksum_file.hpp"
#include "store/output/line_checksum.hpp"
#include "store/output/ndjson_reader.hpp"

#include <jobaudit/outcome.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// The first row of an output in CSV, with its line break.
inline constexpr std::string_view csv_heading =
    "job_id,outcome,http_status,document,error,reason,family,message,workflow_id,workflow_name,job_status,created_at,"
    "failed_files\r\n";

/// What a resumed run needs of a job in CSV.
struct csv_job {
    std::string name;  ///< as it stands there: a UUID, or the printed text of an invalid line
    outcome_kind kind = outcome_kind::not_tried;
    std::uint64_t failed_files = 0;
};

/// Reads an output of ours in CSV from its front, block by block, and compares the rows of each job, together, with
/// their checksum. Memory is flat, however many rows there are and however long they are.
class csv_reader {
public:
    /// `on_job` hears of each job whose rows are all there and as they were written; `checksums` may be null.
    csv_reader(checksum_match* checksums, std::function<void(const csv_job&)> on_job);

    /// Throws line_error, with the number of the row.
    void take(std::string_view block);

    /// The last job may be torn: it counts as a whole, with what is behind it.
    [[nodiscard]] resume_point finish();

private:
    enum class state : std::uint8_t { field_start, bare, quoted, quote_in_quotes, line_break };

    struct kept_fields {
        std::string name;
        std::string outcome;
        std::string failed_files;
        friend bool operator==(const kept_fields&, const kept_fields&) = default;
    };

    void take_character(char c);
    [[nodiscard]] std::string* kept_field() noexcept;
    void end_field() noexcept;
    void end_row();
    void check_heading() const;
    void begin_job();
    void end_job();
    [[noreturn]] void refuse(const std::string& problem) const;

    checksum_match* checksums_;
    std::function<void(const csv_job&)> on_job_;
    line_checksum checksum_;
    state state_ = state::field_start;
    std::size_t column_ = 0;
    kept_fields row_;
    bool row_ended_ = false;
    std::uint64_t rows_ = 0;
    kept_fields first_row_;  // of the job
    csv_job job_;
    std::uint64_t rows_left_ = 0;  // of the job
    resume_point point_;
    std::uint64_t bytes_ = 0;  // behind point_.size
};

}  // namespace jobaudit::store
