#pragma once

#include "store/input/input_error.hpp"
#include "store/job_ledger.hpp"

#include <jobaudit/job_source.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::store {

/// A line (or argument) that is no UUID.
struct invalid_line {
    std::string_view
        text;  ///< printable UTF-8, at most about 200 bytes; the identity of the line when a run is resumed
    std::string_view where;  ///< `line 7`, `line 7 of jobs.csv` or `argument 2`
    std::uint64_t number;    ///< 1 for the first line or argument
};

/// How a file of jobs is read.
struct job_file_options {
    std::string column;       ///< the column or field of the IDs; empty: job_id, id or uuid, in any spelling
    bool names_file = false;  ///< whether a line is told with the name of its file, as one of several
};

/// Counts of what a job_file has read so far.
struct job_file_counts {
    std::uint64_t given = 0;       ///< jobs handed out
    std::uint64_t duplicates = 0;  ///< passed over: given before, as a job or as an invalid text
    std::uint64_t invalid = 0;     ///< reported to the handler
    std::uint64_t resumed = 0;     ///< passed over: an earlier run has ended them (invalid texts among them)
};

/// Reads job IDs from a file, stdin or the command line, in flat memory apart from the ledger.
///
/// A file holds one ID a line (blank lines and `#` comments are skipped), or a table whose header names the column of
/// the IDs (CSV, or printed as by `psql` or in Markdown), or JSON objects with a field for it: one a line, in a list,
/// in the list `jobs` of an object. Blanks, quotes, braces around an ID, `urn:uuid:` before it and a comma behind it
/// are tolerated, so are CRLF and a UTF-8 byte order mark. A job is given once; jobs that the ledger has as ended are
/// not given.
///
/// Thread safety: read() is serialised by its caller; counts() may be called from any thread at any time.
class job_file final : public job_source {
public:
    /// Called within read(), on its thread. What it throws ends the reading.
    using invalid_handler = std::function<void(const invalid_line&)>;

    /// Opens `path` (`-`: stdin) and reads up to its first job. Throws input_error where there is none in the first
    /// read_ahead_limit entries, or where the file can't be a list of jobs. The ledger must outlive the source.
    job_file(const std::string& path, job_ledger& ledger, invalid_handler on_invalid, job_file_options options = {});
    static constexpr std::size_t read_ahead_limit = 1000;

    /// Takes the jobs from command line arguments. Throws input_error when there are none.
    job_file(std::vector<std::string> arguments, job_ledger& ledger, invalid_handler on_invalid);

    ~job_file() override;

    /// Throws input_error when the file can't be read on, or turns out to be binary; failure() keeps its
    /// text. From a pipe, gives what is there. What was read before an error is given first; after one, each
    /// call throws it again.
    [[nodiscard]] std::size_t read(std::span<job_id> out) override;

    /// Whether read() may keep its caller waiting for as long as somebody else likes, as with a pipe.
    [[nodiscard]] bool may_block() const noexcept;

    /// Closes a regular file until read() is called for the first time, so that very many may wait for their turn.
    void release();

    /// Makes a read() that waits for a pipe, and each later one, end as if the input did. From any thread.
    void interrupt() noexcept;

    /// Whether such an interruption came before the end. To be called when nobody reads any more.
    [[nodiscard]] bool was_interrupted() const noexcept;

    [[nodiscard]] job_file_counts counts() const noexcept;

    /// About how many entries there are (lines of the file, comments and duplicates among them); nothing for
    /// stdin and pipes.
    [[nodiscard]] std::optional<std::uint64_t> estimated_total() const noexcept;

    /// The message of the input_error that read() threw; empty while all is well. For the caller of
    /// async_audit, who sees errc::source_failed alone.
    [[nodiscard]] const std::string& failure() const noexcept;

private:
    class reader;
    class entry_source;
    std::shared_ptr<entry_source> source_;  // null for arguments
    std::unique_ptr<reader> reader_;
};

}  // namespace jobaudit::store
