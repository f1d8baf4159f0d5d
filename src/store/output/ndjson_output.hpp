#pragma once

#include "store/input/line_pool.hpp"
#include "store/job_information_table.hpp"
#include "store/job_ledger.hpp"
#include "store/output/checksum_file.hpp"
#include "store/output/ndjson_resume.hpp"
#include "store/output/output_file.hpp"
#include "store/output/spill_file.hpp"

#include <jobaudit/sink.hpp>

#include <array>
#include <chrono>
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
/// Beside a named file `PATH`, `PATH.sums` holds a checksum of each line (checksum_file): a resumed run takes no line
/// for granted that was changed since. There finish() also says that nothing is left to be done: a new run replaces no
/// other file, unless it is told to.
///
/// Outcomes of kind `not_tried` and `canceled` are not written: a resumed run takes these jobs up. SIGPIPE
/// must be ignored by the program.
///
/// Thread safety: all members and the writers may be used concurrently; a writer by one thread at a time.
class ndjson_output final : public streaming_sink {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// Lines wait at most so long, provided that flush_due is called twice in that time.
    static constexpr std::chrono::milliseconds longest_wait{100};

    /// Opens `path` (`-`: stdout). With open_mode::resume, records in `ledger` what the file holds, which is left as it
    /// is until begin() is called, or something is written. Throws output_error; nothing was changed in the file then.
    /// What stands in the way of a new one: output_file.
    ndjson_output(std::string path, open_mode mode, job_ledger& ledger, sync_policy sync = sync_policy::never);

    /// Writes what is left, as far as that is possible. Call close() to hear of errors. A resumed file that was not
    /// begun stays as it was.
    ~ndjson_output() override;

    /// Makes a resumed file ready: cuts a torn last line, and takes back that nothing is left to be done. Throws
    /// output_error.
    void begin();

    /// What the platform's list says of a job is written with it, taken from there; before the first outcome. It must
    /// outlive the outcomes.
    void take_information_from(job_information_table& listed) noexcept { listed_ = &listed; }

    /// The writer's commit throws output_error when the output can't be written, from then on always. It must
    /// not outlive the output.
    [[nodiscard]] std::unique_ptr<job_writer> make_writer() override;

    /// Writes one outcome that isn't streamed. Throws as commit does.
    void write(const outcome& result);

    /// Writes the outcome of an input line that is no UUID. `where` names it: `line 7`. Throws as commit
    /// does.
    void write_invalid(std::string_view text, std::string_view where);

    /// Writes the lines that have waited for half of longest_wait; with sync_policy::always, syncs what has been
    /// written as long. An error is kept for the next commit and for failure().
    void flush_due(time_point now) noexcept;

    /// Writes all lines now. Throws as commit does.
    void flush();

    /// Writes what is left and closes. Throws output_error when not every line that was committed is in the
    /// file, also because others have cut or replaced it.
    void close() { end(false); }

    /// close(), and then says beside the file that a resumed run would have nothing to do.
    void finish() { end(true); }

    /// The first error of writing; nothing while all is well.
    [[nodiscard]] std::optional<output_error> failure() const;

    /// For a person: that an older file was kept under another name, that a torn line was cut. Empty when there is
    /// nothing to say.
    [[nodiscard]] const std::string& note() const noexcept { return note_; }

    /// Why the output is less safe than it should be: its lines could not be checked, or the file could not be locked.
    /// Empty when all is well.
    [[nodiscard]] const std::string& warning() const noexcept { return warning_; }

    /// The outcomes that were committed but are not in the output, because of failure().
    struct lost_lines {
        std::array<std::uint64_t, outcome_kind_count> outcomes{};
        std::uint64_t failed_files = 0;
    };

    /// Once closed; nothing while all is well.
    [[nodiscard]] lost_lines lost() const;

    /// Lines that are committed, those of earlier runs not among them.
    [[nodiscard]] std::uint64_t lines() const;

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

    [[nodiscard]] std::optional<job_information> information_on(const job_id& job) const;
    void add(std::string_view line, line_content content);
    void add_long(std::string_view head, const spill_file& middle, std::string_view rest);
    void write_batch();
    void write_now(std::string_view lines, std::span<const std::uint64_t> checksums);
    void note_unsynced();
    void sync();
    void keep(const output_error& error);

    job_information_table* listed_ = nullptr;
    mutable std::mutex mutex_;
    output_file file_;
    std::optional<checksum_file> checksums_;  // of a named file
    sync_policy sync_policy_;
    std::optional<earlier_lines> earlier_;  // of a resumed file, until it is begun
    line_pool pool_;
    std::string note_;
    std::string warning_;
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
