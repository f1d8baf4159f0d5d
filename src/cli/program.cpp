#include "cli/program.hpp"

#include "cli/audit/audit_command.hpp"
#include "cli/emulate/demo_command.hpp"
#include "cli/emulate/emulate_command.hpp"
#include "cli/failure.hpp"
#include "cli/fetch/fetch_command.hpp"
#include "cli/jobs/jobs_command.hpp"
#include "cli/options/api_key.hpp"
#include "cli/options/arguments.hpp"
#include "cli/options/near_name.hpp"
#include "cli/process/shortage.hpp"
#include "cli/process/signals.hpp"
#include "cli/process/standard_streams.hpp"
#include "cli/report/diff_command.hpp"
#include "cli/report/report_command.hpp"
#include "cli/terminal/terminal.hpp"
#include "cli/terminal/wrapped_text.hpp"
#include "store/input/job_file.hpp"
#include "store/output/output_error.hpp"

#include <jobaudit/version.hpp>

#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

constexpr std::string_view help_begin =
    R"(jobaudit tells which files failed, and why, in thousands of jobs of the Unstructured platform.

Usage: jobaudit SUBCOMMAND [OPTIONS]

)";

constexpr std::string_view help_end = R"(
The key comes from $UNSTRUCTURED_API_KEY or from a file (--api-key-file). Examples:
  jobaudit demo
  jobaudit audit --jobs jobs.txt -o results.ndjson
  jobaudit report results.ndjson
)";

constexpr std::string_view version = "jobaudit " JOBAUDIT_VERSION_STRING "\n";

int end_early(const early_end& end)
{
    if (end.code == exit_code::complete)
        print(end.text);
    else
        tell(without_key(end.text));
    return to_int(end.code);
}

template <class Arguments, class Run>
int run_parsed(const parsed<Arguments>& read, Run run)
{
    if (const auto* end = std::get_if<early_end>(&read))
        return end_early(*end);
    return run(std::get<Arguments>(read));
}

using arguments_span = std::span<const std::string>;

/// `run` takes what follows the subcommand's name, and all of the command.
struct subcommand {
    std::string_view name;
    std::string_view meaning;
    int (*run)(arguments_span rest, arguments_span argv);
};

const std::array<subcommand, 7> subcommands{{
    {"audit", "ask for the failed files of many jobs; one line of JSON for each",
     [](arguments_span rest, arguments_span argv) {
         return run_parsed(parse_audit(rest, is_terminal(STDIN_FILENO)),
                           [argv](const audit_arguments& arguments) { return run_audit(arguments, argv); });
     }},
    {"fetch", "show the failed files of some jobs",
     [](arguments_span rest, arguments_span) { return run_parsed(parse_fetch(rest), run_fetch); }},
    {"jobs", "list the jobs that the platform has",
     [](arguments_span rest, arguments_span) { return run_parsed(parse_jobs(rest), run_jobs); }},
    {"report", "tell from the results of an audit which documents fail, and why",
     [](arguments_span rest, arguments_span) { return run_parsed(parse_report(rest), run_report); }},
    {"diff", "tell which documents fail now and did not in an older audit",
     [](arguments_span rest, arguments_span) { return run_parsed(parse_diff(rest), run_diff); }},
    {"demo", "audit a server with faults in the same process: no key, no network",
     [](arguments_span rest, arguments_span) { return run_parsed(parse_demo(rest), run_demo); }},
    {"emulate", "play the platform on this machine",
     [](arguments_span rest, arguments_span) { return run_parsed(parse_emulate(rest), run_emulate); }},
}};

/// `audit, fetch and demo`.
std::string names_of_subcommands(std::string_view last_word)
{
    std::string names{subcommands.front().name};
    for (std::size_t i = 1; i < subcommands.size(); ++i) {
        names += i + 1 < subcommands.size() ? ", " : " " + std::string{last_word} + " ";
        names += subcommands[i].name;
    }
    return names;
}

std::string help()
{
    constexpr std::size_t column = 17;
    const auto width = help_width();
    auto text = wrapped_lines(help_begin, width);
    for (const auto& each : subcommands)
        text += table_line("  " + std::string{each.name}, each.meaning, column, width);
    text +=
        table_line("  -h, --help", "print this and end; `help SUBCOMMAND` shows a subcommand's options", column, width);
    text += table_line("  -V, --version", "print the version and end", column, width);
    return text + wrapped_lines(help_end, width);
}

int misuse(const std::string& message)
{
    tell("jobaudit: " + without_key(message) + "\nSee jobaudit --help.\n");
    return to_int(exit_code::usage);
}

int misuse_of_name(const std::string& name)
{
    if (name.starts_with('-')) {
        const std::vector<std::string> options{"--help", "--version"};
        const auto near = suggestion(name, options);
        return misuse('"' + name.substr(0, name.find('=')) + "\" is no option here" +
                      (near.empty() ? ": options follow the subcommand" : near));
    }
    std::vector<std::string> names;
    for (const auto& each : subcommands)
        names.emplace_back(each.name);
    const auto near = near_name(name, names);
    return misuse('"' + name + "\" is no subcommand: " + (near.empty() ? "" : "did you mean " + near + "? There ") +
                  (near.empty() ? "there " : "") + "are " + names_of_subcommands("and"));
}

int dispatch(arguments_span argv)
{
    if (argv.size() < 2)
        return misuse("which subcommand? " + names_of_subcommands("or"));
    const auto& name = argv[1];
    const auto rest = argv.subspan(2);
    if (name == "help" && !rest.empty()) {
        const std::vector<std::string> asked{argv.front(), rest.front(), "--help"};
        return dispatch(asked);
    }
    for (const auto& each : subcommands)
        if (each.name == name)
            return each.run(rest, argv);
    if (name == "--help" || name == "-h" || name == "help")
        return end_early({exit_code::complete, help()});
    if (name == "--version" || name == "-V")
        return end_early({exit_code::complete, std::string{version}});
    return misuse_of_name(name);
}

int fail(exit_code code, std::string_view message)
{
    if (!message.empty()) {
        tell("jobaudit: ");
        tell(without_key(std::string{message}));
        tell("\n");
    }
    return to_int(code);
}

int run(std::span<const std::string> argv)
{
    try {
        return dispatch(argv);
    } catch (const failure& error) {
        return fail(error.code(), error.what());
    } catch (const option_error& error) {
        return fail(exit_code::usage, option_message(error));
    } catch (const store::input_error& error) {
        return fail(exit_code::usage, error.what());
    } catch (const store::output_error& error) {
        if (error.why() == store::output_error::reason::unfinished)
            return fail(exit_code::usage, std::string{error.what()} + ": remove it, or name another output");
        return fail(exit_code::output_failed, error.what());
    } catch (const emulator::emulator_error& error) {
        return fail(exit_code::incomplete, error.what());
    } catch (const emulator::script_error& error) {
        return fail(exit_code::usage, "--script: " + std::string{error.what()});
    }
}

int fail_unexpectedly()
{
    return fail(exit_code::incomplete, "an unexpected error ended this run: results that were written are valid, and "
                                       "--resume goes on with them. Please report it with the command you gave");
}

/// Of the system's errors, only its limits come so far.
int fail_for_want(int error_number)
{
    const auto shortage = shortage_text(error_number);
    return shortage.empty() ? fail_unexpectedly() : fail(exit_code::worth_resuming, shortage);
}

/// Whether the exception that is under way is the lack of memory, once or (Asio's) several times at once.
bool is_lack_of_memory() noexcept
{
    try {
        if (const auto failed = std::current_exception())
            std::rethrow_exception(failed);
    } catch (const std::bad_alloc&) {
        return true;
    } catch (const boost::asio::multiple_exceptions&) {
        return true;
    } catch (...) {
    }
    return false;
}

// Asio allocates where nothing may be thrown any more: without memory the process ends there.
[[noreturn]] void end_without_memory() noexcept
{
    if (!is_lack_of_memory())
        std::abort();
    end_for_want_of_memory();
}

}  // namespace

int run_program(std::span<const char* const> argv) noexcept
{
    std::set_terminate(&end_without_memory);
    occupy_closed_streams();
    ignore_write_signals();
    end_by_signals_as_first_process();
    try {
        return run(std::vector<std::string>{argv.begin(), argv.end()});
    } catch (const std::bad_alloc&) {
        end_for_want_of_memory();
    } catch (const std::system_error& error) {
        return fail_for_want(error.code().value());
    } catch (const boost::system::system_error& error) {
        return fail_for_want(error.code().value());
    } catch (...) {
        return fail_unexpectedly();
    }
}

}  // namespace jobaudit::cli
