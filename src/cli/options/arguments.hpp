#pragma once

#include "cli/audit/event_log.hpp"
#include "cli/audit/progress_display.hpp"
#include "cli/jobs/job_selection.hpp"
#include "cli/options/connection_options.hpp"
#include "cli/options/option_set.hpp"
#include "store/output/sync_policy.hpp"

#include <jobaudit/emulator/emulator.hpp>
#include <jobaudit/options.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace jobaudit::cli {

enum class output_format : std::uint8_t { ndjson };

struct audit_arguments {
    std::vector<std::string> job_ids;
    std::vector<std::string> jobs_files;  ///< `-`: stdin
    std::string column;                   ///< of the IDs in them; empty: the usual names
    bool all = false;                     ///< instead of those: what the platform lists, as far as `selection` takes it
    job_selection selection;
    std::string output = "-";
    output_format format = output_format::ndjson;
    bool resume = false;
    bool overwrite = false;
    store::sync_policy sync = store::sync_policy::at_end;
    bool fail_on_failed_files = false;
    bool fail_on_new = false;  ///< documents that fail and did not in `baseline`
    std::string baseline;      ///< older results; empty: none
    bool quiet = false;        ///< progress is progress_mode::never then
    connection_options connection;
    audit_options limits;
    progress_mode progress = progress_mode::automatic;
    log_level level = log_level::warn;
    std::string summary_file;  ///< `-`: stdout; empty: none
};

struct fetch_arguments {
    std::vector<std::string> job_ids;  ///< UUIDs
    bool json = false;
    connection_options connection;
    fetch_options limits;
    log_level level = log_level::warn;
};

struct jobs_arguments {
    job_selection selection;
    bool json = false;
    connection_options connection;
    list_options limits;
    log_level level = log_level::warn;
};

struct demo_arguments {
    std::uint64_t jobs = 5000;
    std::string output;  ///< empty: a temporary file
    std::string page;    ///< for the report as HTML; empty: none
    std::uint64_t seed = 1;
    progress_mode progress = progress_mode::automatic;
};

struct emulate_arguments {
    emulator::emulator_options emulator;
    std::string api_key_file;
    std::string certificate_file;  ///< to be written; empty: none. Likewise those below
    std::string jobs_file;
    std::string truth_file;
};

/// The arguments of a subcommand, or why it is not run.
template <class Arguments>
using parsed = std::variant<Arguments, early_end>;

/// Each takes what follows the subcommand's name. `stdin_is_terminal` decides what an audit without any job is told.
[[nodiscard]] parsed<audit_arguments> parse_audit(std::span<const std::string> arguments, bool stdin_is_terminal);
[[nodiscard]] parsed<fetch_arguments> parse_fetch(std::span<const std::string> arguments);
[[nodiscard]] parsed<jobs_arguments> parse_jobs(std::span<const std::string> arguments);
[[nodiscard]] parsed<demo_arguments> parse_demo(std::span<const std::string> arguments);
[[nodiscard]] parsed<emulate_arguments> parse_emulate(std::span<const std::string> arguments);

}  // namespace jobaudit::cli
