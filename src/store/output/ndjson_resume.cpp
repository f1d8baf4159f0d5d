#include "store/output/ndjson_resume.hpp"

#include "store/output/outcome_line_reader.hpp"

#include <jobaudit/job_id.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <limits>
#include <string_view>
#include <system_error>
#include <vector>

namespace jobaudit::store {

namespace {

using reason = output_error::reason;

constexpr std::size_t block_size = 256 * 1024;

void record(job_ledger& ledger, const outcome_line& line)
{
    if (line.kind == outcome_kind::invalid_job_id)
        ledger.record_invalid(line.job);
    else if (const auto job = job_id::parse(line.job))
        ledger.record(*job, line.kind, line.failed_files);
}

[[noreturn]] void refuse(const std::string& path, const line_error& error)
{
    const auto cannot = "cannot resume " + path + ": ";
    const std::string advice =
        "Nothing was changed in it. Start anew with --overwrite in place of --resume, or name another output";
    if (error.why() == line_error::reason::changed) {
        const auto sums = checksum_file::path_for(path);
        throw output_error{reason::not_resumable, path,
                           cannot + "line " + std::to_string(error.line()) +
                               " is not as it was written: it differs from its checksum in " + sums +
                               ". Remove that line, and its job is asked for again. If you changed it, or put another "
                               "file in this place, remove " +
                               sums + " instead. Nothing was changed in it"};
    }
    if (error.line() == 1)
        throw output_error{reason::not_resumable, path,
                           cannot + "it is no output of jobaudit (line 1: " + error.what() + "). " + advice};
    throw output_error{reason::not_resumable, path,
                       cannot + "it is corrupt at line " + std::to_string(error.line()) + " (" + error.what() +
                           "); remove that line. " + advice};
}

/// Gives the bytes of a file from its front, block by block, up to `end`.
template <class Take>
void read_blocks(int fd, const std::string& path, std::uint64_t end, Take take)
{
    std::vector<char> block(block_size);
    for (std::uint64_t at = 0; at < end;) {
        const ssize_t count =
            ::pread(fd, block.data(), std::min<std::uint64_t>(block.size(), end - at), static_cast<off_t>(at));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            throw output_error{reason::cannot_open, path,
                               "cannot read the output " + path + " (" + std::generic_category().message(errno) +
                                   "): see to it, or name another output"};
        if (count == 0)
            return;
        take(std::string_view{block.data(), static_cast<std::size_t>(count)});
        at += static_cast<std::uint64_t>(count);
    }
}

/// Reads once more what ndjson_reader has found to be whole lines.
class repeat_reader {
public:
    explicit repeat_reader(job_ledger& ledger) : ledger_{ledger} { line_.start(); }

    void take(std::string_view block)
    {
        for (;;) {
            const std::size_t line_break = block.find('\n');
            (void)line_.feed(block.substr(0, line_break));
            if (line_break == std::string_view::npos)
                return;
            finish();
            line_.start();
            block.remove_prefix(line_break + 1);
        }
    }

    void finish()
    {
        if (!line_.complete())
            return;
        if (const auto job = job_id::parse(line_.line().job))
            ledger_.record_repeat(*job, line_.line().kind, line_.line().failed_files);
    }

private:
    job_ledger& ledger_;
    outcome_line_reader line_;
};

}  // namespace

resume_point read_ndjson(int fd, const std::string& path, job_ledger& ledger, checksum_match& checksums)
{
    ndjson_reader reader{&checksums, [&](const outcome_line& line) { record(ledger, line); }};
    resume_point found;
    try {
        read_blocks(fd, path, std::numeric_limits<std::uint64_t>::max(),
                    [&](std::string_view block) { reader.take(block); });
        found = reader.finish();
    } catch (const line_error& error) {
        refuse(path, error);
    }
    if (ledger.has_repeats()) {
        repeat_reader repeats{ledger};
        read_blocks(fd, path, found.size, [&](std::string_view block) { repeats.take(block); });
        repeats.finish();
        ledger.settle_repeats();
    }
    return found;
}

}  // namespace jobaudit::store
