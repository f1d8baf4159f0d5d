#include "store/output/csv_resume.hpp"

#include "store/output/csv_reader.hpp"
#include "store/output/csv_row.hpp"
#include "store/output/output_text.hpp"

#include <jobaudit/job_id.hpp>

#include <cstdint>
#include <limits>
#include <string_view>

namespace jobaudit::store {

namespace {

void record(job_ledger& ledger, const csv_job& row)
{
    if (row.kind != outcome_kind::invalid_job_id) {
        if (const auto job = job_id::parse(row.name))
            ledger.record(*job, row.kind, row.failed_files);
        return;
    }
    // Where an apostrophe stands before what looks like a formula, we have put it there, as a rule.
    const std::string_view name = row.name;
    const bool is_defused = name.starts_with('\'') && is_csv_formula(name.substr(1));
    ledger.record_invalid(is_defused ? name.substr(1) : name);
}

[[noreturn]] void refuse(const std::string& path, const line_error& error)
{
    const auto row = "row " + std::to_string(error.line());
    if (error.why() == line_error::reason::malformed)
        refuse_to_resume(path,
                         row + " is none of jobaudit (" + std::string{error.what()} + "). " + advice_for_resuming);
    const auto sums = checksum_file::path_for(path);
    refuse_to_resume(path, "the rows of a job up to " + row +
                               " are not as they were written: they differ from their checksum in " + sums +
                               ". Remove them, and the job is asked for again. If you changed them, or put another "
                               "file in this place, remove " +
                               sums + " instead. Nothing was changed in it");
}

}  // namespace

resume_point read_csv(int fd, const std::string& path, compression kind, job_ledger& ledger, checksum_match& checksums)
{
    const output_text text{fd, path, kind};
    csv_reader reader{&checksums, [&](const csv_job& job) { record(ledger, job); }};
    resume_point found;
    try {
        text.read(std::numeric_limits<std::uint64_t>::max(), [&](std::string_view block) { reader.take(block); });
        found = reader.finish();
    } catch (const line_error& error) {
        refuse(path, error);
    }
    if (ledger.has_repeats()) {
        csv_reader again{nullptr, [&](const csv_job& row) {
                             if (const auto job = job_id::parse(row.name))
                                 ledger.record_repeat(*job, row.kind, row.failed_files);
                         }};
        text.read(found.size, [&](std::string_view block) { again.take(block); });
        ledger.settle_repeats();
    }
    return text.point_of(found);
}

}  // namespace jobaudit::store
