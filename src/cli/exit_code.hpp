#pragma once

#include <jobaudit/error.hpp>
#include <jobaudit/summary.hpp>

#include <optional>

namespace jobaudit::cli {

/// What the program ends with. Interrupted runs end with 128 + the signal's number: 129 (SIGHUP), 130 (SIGINT), 143
/// (SIGTERM).
enum class exit_code : int {
    complete = 0,            ///< every job was fetched
    incomplete = 1,          ///< some jobs have no list for good
    usage = 2,               ///< what was asked for makes no sense
    fatal = 3,               ///< bad key, quota, certificate, unknown host, or a wait longer than --max-wait
    failed_files_found = 4,  ///< with --fail-on-failed-files, or new ones with --fail-on new
    output_failed = 5,       ///< the output could not be opened or written; also a pipe that nobody reads any more
    worth_resuming = 6,      ///< some jobs failed for a passing reason, or were not tried; answers came out of order
};

[[nodiscard]] constexpr int to_int(exit_code code) noexcept { return static_cast<int>(code); }
[[nodiscard]] constexpr int exit_code_of_signal(int signal) noexcept { return 128 + signal; }

/// How an audit went, as far as its exit code is concerned.
struct audit_end {
    stop_reason stopped = stop_reason::none;
    error_code error;           ///< what the audit completed with
    std::optional<int> signal;  ///< the signal that interrupted it
    bool input_failed = false;  ///< the jobs could not be read to their end
    bool output_failed = false;
    bool out_of_order = false;      ///< audit_report::was_out_of_order
    bool passing_failures = false;  ///< audit_report::has_passing_failures
    bool all_fetched = false;
    bool failed_files = false;
    bool fail_on_failed_files = false;
    bool new_failures = false;  ///< with --fail-on new
};

/// The exit code of an audit, by what a script would do: an interrupt comes before the rest, then a failing output, a
/// fatal stop, what is worth another run, what is not, and what was found.
[[nodiscard]] int exit_code_of(const audit_end& end) noexcept;

}  // namespace jobaudit::cli
