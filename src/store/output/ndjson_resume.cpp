#include "store/output/ndjson_resume.hpp"

#include "store/compression/compressed_file.hpp"
#include "store/compression/member_reader.hpp"
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

constexpr std::string_view advice =
    "Nothing was changed in it. Start anew with --overwrite in place of --resume, or name another output";

[[noreturn]] void refuse(const std::string& path, const std::string& why)
{
    throw output_error{reason::not_resumable, path, "cannot resume " + path + ": " + why};
}

/// There is no line to remove in a compressed file.
[[noreturn]] void refuse_compressed(const std::string& path, const line_error& error)
{
    const auto line = "line " + std::to_string(error.line()) + " of its text ";
    if (error.why() == line_error::reason::malformed)
        refuse(path, line + "is none of jobaudit (" + error.what() + "). " + std::string{advice});
    const auto sums = checksum_file::path_for(path);
    refuse(path, line + "is not as it was written: it differs from its checksum in " + sums +
                     ". If you put another file in this place, remove " + sums + ". " + std::string{advice});
}

[[noreturn]] void refuse(const std::string& path, const member_error& error)
{
    const std::string problem = error.what();
    if (error.members() == 0)
        refuse(path, problem + ", so that nothing of it can be kept. " + std::string{advice});
    refuse(path, problem + ". `truncate -s " + std::to_string(error.begin()) +
                     "` on it keeps what stands before that, and --resume asks again for the rest. " +
                     std::string{advice});
}

[[noreturn]] void refuse(const std::string& path, const line_error& error)
{
    const auto cannot = "cannot resume " + path + ": ";
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
                           cannot + "it is no output of jobaudit (line 1: " + error.what() + "). " +
                               std::string{advice}};
    throw output_error{reason::not_resumable, path,
                       cannot + "it is corrupt at line " + std::to_string(error.line()) + " (" + error.what() +
                           "); remove that line. " + std::string{advice}};
}

[[noreturn]] void fail_to_read(const std::string& path, const std::error_code& error)
{
    throw output_error{reason::cannot_open, path,
                       "cannot read the output " + path + " (" + error.message() +
                           "): see to it, or name another output"};
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
            fail_to_read(path, {errno, std::generic_category()});
        if (count == 0)
            return;
        take(std::string_view{block.data(), static_cast<std::size_t>(count)});
        at += static_cast<std::uint64_t>(count);
    }
}

/// The text of an output, which may be compressed; read as often as it takes.
class output_text {
public:
    /// Of a compressed file, checks the members first: what follows the last whole one is no text. Throws output_error.
    output_text(int fd, std::string path, compression kind) : fd_{fd}, path_{std::move(path)}, kind_{kind}
    {
        if (kind_ != compression::none)
            check();
    }

    /// Up to `end` bytes of it. Throws output_error, and what `take` throws.
    template <class Take>
    void read(std::uint64_t end, Take take) const
    {
        if (kind_ == compression::none) {
            read_blocks(fd_, path_, end, take);
            return;
        }
        member_reader members{kind_};
        read_blocks(fd_, path_, members_.size, [&](std::string_view bytes) {
            members.read(bytes, [&](std::string_view text) {
                text = text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(text.size(), end)));
                end -= text.size();
                take(text);
            });
        });
    }

    /// Where the file is gone on with whose text ends so.
    [[nodiscard]] resume_point point_of(resume_point text) const
    {
        if (kind_ == compression::none)
            return text;
        if (text.torn > 0)
            refuse(path_, "the last line of its text is cut short, which no audit leaves in a compressed file. " +
                              std::string{advice});
        text.size = members_.size;
        text.torn = members_.torn;
        return text;
    }

private:
    void check()
    {
        try {
            members_ = check_members(fd_, kind_);
        } catch (const member_error& error) {
            refuse(path_, error);
        } catch (const std::system_error& error) {
            fail_to_read(path_, error.code());
        }
    }

    int fd_;
    std::string path_;
    compression kind_;
    whole_members members_;
};

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

resume_point read_ndjson(int fd, const std::string& path, compression kind, job_ledger& ledger,
                         checksum_match& checksums)
{
    const output_text text{fd, path, kind};
    ndjson_reader reader{&checksums, [&](const outcome_line& line) { record(ledger, line); }};
    resume_point found;
    try {
        text.read(std::numeric_limits<std::uint64_t>::max(), [&](std::string_view block) { reader.take(block); });
        found = reader.finish();
    } catch (const line_error& error) {
        kind == compression::none ? refuse(path, error) : refuse_compressed(path, error);
    }
    if (ledger.has_repeats()) {
        repeat_reader repeats{ledger};
        text.read(found.size, [&](std::string_view block) { repeats.take(block); });
        repeats.finish();
        ledger.settle_repeats();
    }
    return text.point_of(found);
}

}  // namespace jobaudit::store
