#pragma once

#include "store/compression/compression.hpp"
#include "store/input/line_pool.hpp"
#include "store/job_ledger.hpp"
#include "store/output/audit_output.hpp"
#include "store/output/checksum_file.hpp"
#include "store/output/ndjson_resume.hpp"
#include "store/output/output_file.hpp"
#include "store/output/spill_file.hpp"
#include "store/output/sync_policy.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// Writes outcomes as NDJSON, one line a job, in order of completion. Lines are gathered and written a
/// mebibyte at a time, or when flush_due finds them old; only the last line of the file can be torn by a kill. Memory
/// is flat however many failed files a job has: what does not fit into line_pool's bounds grows in a temporary file in
/// the output's folder.
///
/// In a compressed file each batch is a member of its own, and so the last member alone can be torn.
///
/// Beside a named file `PATH`, `PATH.sums` holds a checksum of each line (checksum_file): a resumed run takes no line
/// for granted that was changed since. There finish() also says that nothing is left to be done: a new run replaces no
/// other file, unless it is told to.
class ndjson_output final : public audit_output {
public:
    /// Opens `path` (`-`: stdout). With open_mode::resume, records in `ledger` what the file holds, which is left as it
    /// is until begin() is called, or something is written. Throws output_error; nothing was changed in the file then.
    /// What stands in the way of a new one: output_file.
    ndjson_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync = sync_policy::never,
                  compression kind = compression::none);

    /// Writes what is left, as far as that is possible. Call close() to hear of errors. A resumed file that was not
    /// begun stays as it was.
    ~ndjson_output() override;

    /// Makes a resumed file ready: cuts a torn last line, and takes back that nothing is left to be done.
    void begin(const run_description& run) override;

    [[nodiscard]] std::unique_ptr<job_writer> make_writer() override;
    void write(const outcome& result) override;
    void write_invalid(std::string_view text, std::string_view where) override;

    /// With sync_policy::always, also syncs what was written half of longest_wait ago.
    void flush_due(time_point now) noexcept override;

    /// Writes all lines now. Throws as commit does.
    void flush();

    void close() override { end(false); }
    void finish() override { end(true); }
    [[nodiscard]] bool tell(outcome_visitor&) override { return false; }
    [[nodiscard]] bool has_told_all() const override { return false; }
    void keep_end(const run_end&) override {}
    [[nodiscard]] std::optional<output_error> failure() const override;
    [[nodiscard]] lost_outcomes lost() const override;
    [[nodiscard]] std::uint64_t committed() const override;

private:
    class writer;

    struct earlier_lines {
        resume_point point;
        std::uint64_t matched = 0;           // checksums that stand up to the last line that has one
        std::vector<std::uint64_t> unknown;  // checksums of the lines that have none
    };

    void read_earlier(job_ledger& ledger);
    void go_on();
    void tell_of_older_file();
    void tell_of_no_checksums();
    void end(bool is_finished);
    struct line_content {
        outcome_kind kind;
        std::uint64_t failed_files;
    };

    void add(std::string_view line, line_content content);
    void add_long(std::string_view head, const spill_file& middle, std::string_view rest);
    void write_batch();
    void write_now(std::string_view lines, std::span<const std::uint64_t> checksums);
    void note_unsynced();
    void sync();
    void keep(const output_error& error);

    mutable std::mutex mutex_;
    compression compression_;
    output_file file_;
    std::optional<checksum_file> checksums_;  // of a named file
    sync_policy sync_policy_;
    std::optional<earlier_lines> earlier_;  // of a resumed file, until it is begun
    line_pool pool_;
    std::string batch_;
    std::vector<std::uint64_t> batch_checksums_;
    std::vector<line_content> batch_contents_;  // after a failure, of the lines that were lost
    time_point oldest_{};                       // of the lines in the batch
    time_point unsynced_{};                     // since when something was written and not synced
    bool is_synced_ = true;
    std::uint64_t lines_ = 0;
    std::optional<output_error> failure_;
};

}  // namespace jobaudit::store
