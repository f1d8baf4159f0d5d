#pragma once

#include "store/compression/compression.hpp"
#include "store/input/line_pool.hpp"
#include "store/output/audit_output.hpp"
#include "store/output/checksum_file.hpp"
#include "store/output/ndjson_reader.hpp"
#include "store/output/output_file.hpp"
#include "store/output/sync_policy.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// How the texts of jobs stand in their file.
struct text_form {
    std::string_view unit;  ///< what can be torn at the end, for messages
    compression kind = compression::none;
    std::string_view heading{};  ///< stands before the first job
    /// Whether each line is a job: then a whole one that was written outlives an error, and not its batch alone.
    bool jobs_are_lines = true;
};

/// Writes jobs as text, one behind the other, in order of completion. Texts are gathered and written a mebibyte at a
/// time, or when flush_due finds them old. In a compressed file each batch is a member of its own. A kill can tear the
/// last text, or the last member, alone.
///
/// Beside a named file `PATH`, `PATH.sums` holds a checksum of each job's text (checksum_file): a resumed run takes
/// none for granted that was changed since. There finish() also says that nothing is left to be done: a new run
/// replaces no other file, unless it is told to.
class text_output : public audit_output {
public:
    /// Writes what is left, as far as that is possible. Call close() to hear of errors. A resumed file that was not
    /// begun stays as it was.
    ~text_output() override;

    /// Makes a resumed file ready: cuts what is torn at its end, and takes back that nothing is left to be done.
    void begin(const run_description& run) override;

    /// With sync_policy::always, also syncs what was written half of longest_wait ago.
    void flush_due(time_point now) noexcept override;

    /// Writes all texts now. Throws as commit does.
    void flush();

    void close() override { end(false); }
    void finish() override { end(true); }
    [[nodiscard]] bool tell(outcome_visitor&) override { return false; }
    [[nodiscard]] bool has_told_all() const override { return false; }
    void keep_end(const run_end&) override {}
    [[nodiscard]] std::optional<output_error> failure() const override;
    [[nodiscard]] lost_outcomes lost() const override;
    [[nodiscard]] std::uint64_t committed() const override;

protected:
    /// Opens `path` (`-`: stdout). Throws output_error; nothing was changed in the file then. What stands in the way of
    /// a new one: output_file.
    text_output(std::string path, open_mode mode, sync_policy sync, const text_form& how);

    /// For a resumed file, which is left as it is until begin() is called, or something is written: `read` says how it
    /// can be gone on with. Throws what that throws.
    using reader = std::function<resume_point(int fd, const std::string& path, checksum_match& checksums)>;
    void read_earlier(const reader& read);

    struct content {
        outcome_kind kind;
        std::uint64_t failed_files;
    };

    /// Adds the text of a job, with its line break. Throws as commit does.
    void add(std::string_view text, content job);

    /// The same for one too long for memory: `produce` passes it on in pieces, the last with its line break.
    using piece_visitor = std::function<void(std::string_view)>;
    void add_long(const std::function<void(const piece_visitor&)>& produce);

    /// Nothing is written any more, because of this.
    void fail_with(const output_error& error);

    [[nodiscard]] line_pool& pool() noexcept { return pool_; }
    [[nodiscard]] std::string folder() const { return file_.folder(); }
    [[nodiscard]] bool is_resumable() const noexcept { return file_.is_named_file(); }

private:
    struct earlier_texts {
        resume_point point;
        std::uint64_t matched = 0;           // checksums that stand up to the last text that has one
        std::vector<std::uint64_t> unknown;  // checksums of the texts that have none
    };

    void go_on();
    void tell_of_older_file();
    void tell_of_no_checksums();
    void end(bool is_finished);
    void add_heading();
    void write_batch();
    void write_now(std::string_view texts, std::span<const std::uint64_t> checksums);
    void note_unsynced();
    void sync();
    void keep(const output_error& error);

    mutable std::mutex mutex_;
    text_form form_;
    output_file file_;
    std::optional<checksum_file> checksums_;  // of a named file
    sync_policy sync_policy_;
    std::optional<earlier_texts> earlier_;  // of a resumed file, until it is begun
    line_pool pool_;
    std::string batch_;
    std::vector<std::uint64_t> batch_checksums_;
    std::vector<content> batch_contents_;  // after a failure, of the jobs that were lost
    time_point oldest_{};                  // of the texts in the batch
    time_point unsynced_{};                // since when something was written and not synced
    bool is_synced_ = true;
    std::uint64_t jobs_ = 0;
    std::optional<output_error> failure_;
};

}  // namespace jobaudit::store
