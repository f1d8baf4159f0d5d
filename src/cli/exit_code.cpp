#include "cli/exit_code.hpp"

namespace jobaudit::cli {
namespace {

exit_code uninterrupted(const audit_end& end) noexcept
{
    if (end.output_failed || end.stopped == stop_reason::sink_failed || end.error == errc::sink_failed)
        return exit_code::output_failed;
    if (end.stopped == stop_reason::fatal || end.stopped == stop_reason::wait_too_long)
        return exit_code::fatal;
    if (end.error || end.stopped != stop_reason::none || end.input_failed || end.passing_failures || end.out_of_order)
        return exit_code::worth_resuming;
    if (!end.all_fetched)
        return exit_code::incomplete;
    const bool is_minded = (end.failed_files && end.fail_on_failed_files) || end.new_failures;
    return is_minded ? exit_code::failed_files_found : exit_code::complete;
}

}  // namespace

int exit_code_of(const audit_end& end) noexcept
{
    return end.signal ? exit_code_of_signal(*end.signal) : to_int(uninterrupted(end));
}

}  // namespace jobaudit::cli
