#include "store/output/ndjson_resume.hpp"

#include "store/output/line_checksum.hpp"
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

class output_reader {
public:
    output_reader(const std::string& path, job_ledger& ledger, checksum_match& checksums)
        : path_{path}, ledger_{ledger}, checksums_{checksums}, checksum_{checksums.kind()}
    {
        line_.start();
    }

    void take(std::string_view block)
    {
        while (!block.empty()) {
            const std::size_t line_break = block.find('\n');
            const std::string_view piece = block.substr(0, line_break);
            take_piece(piece);
            line_bytes_ += piece.size();
            if (line_break == std::string_view::npos)
                return;
            end_line();
            block.remove_prefix(line_break + 1);
        }
    }

    [[nodiscard]] resume_point finish()
    {
        if (line_bytes_ == 0)
            return point_;
        if (nul_bytes_ == line_bytes_ && point_.lines == 0)
            refuse("it holds zero bytes alone");
        // Without its line break, one that is not as it was written counts as torn.
        if (nul_bytes_ == 0 && line_.complete() && is_as_written()) {
            record();
            point_.size += line_bytes_;
            point_.lacks_line_break = true;
        } else {
            point_.torn = line_bytes_;
        }
        return point_;
    }

private:
    // A power loss can leave zeros where the last bytes should be: these are part of a torn line, and nothing
    // may follow them.
    void take_piece(std::string_view piece)
    {
        const std::size_t text = nul_bytes_ > 0 ? 0 : std::min(piece.find('\0'), piece.size());
        if (!line_.feed(piece.substr(0, text)))
            refuse(line_.problem());
        const std::string_view nuls = piece.substr(text);
        if (nuls.find_first_not_of('\0') != std::string_view::npos)
            refuse("it holds zero bytes");
        nul_bytes_ += nuls.size();
        checksum_.update(piece);
    }

    void end_line()
    {
        if (nul_bytes_ > 0)
            refuse("it holds zero bytes");
        if (!line_.complete())
            refuse(line_bytes_ == 0 ? "it is blank" : "it is cut short");
        if (!is_as_written())
            refuse_changed();
        record();
        point_.size += line_bytes_ + 1;
        line_bytes_ = 0;
        line_.start();
    }

    [[nodiscard]] bool is_as_written()
    {
        return checksums_.check(checksum_.value()) != checksum_match::result::different;
    }

    void record()
    {
        checksum_.restart();
        ++point_.lines;
        const outcome_line& read = line_.line();
        if (read.kind == outcome_kind::invalid_job_id)
            ledger_.record_invalid(read.job);
        else if (const auto job = job_id::parse(read.job))
            ledger_.record(*job, read.kind, read.failed_files);
    }

    [[noreturn]] void refuse(const std::string& problem) const
    {
        const std::string advice =
            "Nothing was changed in it. Start anew with --overwrite in place of --resume, or name another output";
        if (point_.lines == 0)
            throw output_error{reason::not_resumable, path_,
                               "cannot resume " + path_ + ": it is no output of jobaudit (line 1: " + problem + "). " +
                                   advice};
        throw output_error{reason::not_resumable, path_,
                           "cannot resume " + path_ + ": it is corrupt at line " + std::to_string(point_.lines + 1) +
                               " (" + problem + "); remove that line. " + advice};
    }

    [[noreturn]] void refuse_changed() const
    {
        const std::string sums = checksum_file::path_for(path_);
        throw output_error{reason::not_resumable, path_,
                           "cannot resume " + path_ + ": line " + std::to_string(point_.lines + 1) +
                               " is not as it was written: it differs from its checksum in " + sums +
                               ". Remove that line, and its job is asked for again. If you changed it, or put another "
                               "file in this place, remove " +
                               sums + " instead. Nothing was changed in it"};
    }

    const std::string& path_;
    job_ledger& ledger_;
    checksum_match& checksums_;
    line_checksum checksum_;
    outcome_line_reader line_;
    resume_point point_;
    std::uint64_t line_bytes_ = 0;
    std::uint64_t nul_bytes_ = 0;
};

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

/// Reads once more what output_reader has found to be whole lines.
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
    output_reader reader{path, ledger, checksums};
    read_blocks(fd, path, std::numeric_limits<std::uint64_t>::max(),
                [&](std::string_view block) { reader.take(block); });
    const auto found = reader.finish();
    if (ledger.has_repeats()) {
        repeat_reader repeats{ledger};
        read_blocks(fd, path, found.size, [&](std::string_view block) { repeats.take(block); });
        repeats.finish();
        ledger.settle_repeats();
    }
    return found;
}

}  // namespace jobaudit::store
