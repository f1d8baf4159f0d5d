#include "store/output/ndjson_resume.hpp"

#include "store/output/outcome_line_reader.hpp"
#include "store/output/output_text.hpp"

#include <jobaudit/job_id.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace jobaudit::store {

namespace {

void record(job_ledger& ledger, const outcome_line& line)
{
    if (line.kind == outcome_kind::invalid_job_id)
        ledger.record_invalid(line.job);
    else if (const auto job = job_id::parse(line.job))
        ledger.record(*job, line.kind, line.failed_files);
}

/// There is no line to remove in a compressed file.
[[noreturn]] void refuse_compressed(const std::string& path, const line_error& error)
{
    const auto line = "line " + std::to_string(error.line()) + " of its text ";
    if (error.why() == line_error::reason::malformed)
        refuse_to_resume(path, line + "is none of jobaudit (" + error.what() + "). " + advice_for_resuming);
    const auto sums = checksum_file::path_for(path);
    refuse_to_resume(path, line + "is not as it was written: it differs from its checksum in " + sums +
                               ". If you put another file in this place, remove " + sums + ". " + advice_for_resuming);
}

[[noreturn]] void refuse(const std::string& path, const line_error& error)
{
    const auto line = "line " + std::to_string(error.line());
    if (error.why() == line_error::reason::changed) {
        const auto sums = checksum_file::path_for(path);
        refuse_to_resume(path, line + " is not as it was written: it differs from its checksum in " + sums +
                                   ". Remove that line, and its job is asked for again. If you changed it, or put "
                                   "another file in this place, remove " +
                                   sums + " instead. Nothing was changed in it");
    }
    if (error.line() == 1)
        refuse_to_resume(path, "it is no output of jobaudit (line 1: " + std::string{error.what()} + "). " +
                                   advice_for_resuming);
    refuse_to_resume(path,
                     "it is corrupt at " + line + " (" + error.what() + "); remove that line. " + advice_for_resuming);
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
