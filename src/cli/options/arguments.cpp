#include "cli/options/arguments.hpp"

#include "cli/options/jobs_arguments.hpp"
#include "store/inherited_descriptor.hpp"
#include "store/output/open_output.hpp"
#include "store/output/output_file.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

namespace jobaudit::cli {
namespace {

constexpr unsigned most_connections = 10'000;
constexpr unsigned most_in_line = 64;
constexpr unsigned most_threads = 256;
constexpr unsigned most_attempts = 1000;
constexpr unsigned most_burst = 1'000'000;
constexpr double highest_rate = 1'000'000;
constexpr std::uint64_t most_demo_jobs = 1'000'000;
constexpr std::uint64_t most_jobs = 1'000'000'000;

void add_connection(option_set& options, connection_options& into)
{
    options.group("Server");
    options.text("--url", into.url, "URL",
                 "Address of the platform, with or without /api/v1 (default: $UNSTRUCTURED_API_URL, else "
                 "https://platform.unstructuredapp.io)");
    options.text("--api-key-file", into.api_key_file, "FILE",
                 "File that holds the API key (default: the key in $UNSTRUCTURED_API_KEY)");
    options.choice("--auth", into.scheme, {{"key", authentication::api_key}, {"bearer", authentication::bearer}},
                   "Send the key as `unstructured-api-key` or as `Authorization: Bearer`");
    options.text("--ca-file", into.ca_file, "PEM", "Trust these certificates instead of the system's");
    options.text("--client-cert", into.client_certificate_file, "PEM", "Certificate to show to the server");
    options.text("--client-key", into.client_key_file, "PEM", "Its key (default: in the file of --client-cert)");
    options.text(
        "--proxy", into.proxy, "URL",
        "http://[user:password@]host:port (default: $HTTPS_PROXY or $ALL_PROXY, except for this machine and hosts in "
        "$NO_PROXY)");
    options.flag("--allow-plain-http", into.allow_plain_http,
                 "Allow http:// to other machines too: the key then travels unencrypted");
    options.size("--max-body", into.max_body, "The largest answer that is accepted");
    options.size("--max-memory", into.max_memory,
                 "What all answers together hold while they come; beyond it they are read one after the other");
}

/// The limits of one job are the same for one and for many.
template <class Limits>
void add_job_limits(option_set& options, Limits& into)
{
    options.group("Patience");
    options.number("--attempts", into.attempts, 1, most_attempts, "Requests for one job before it counts as failed");
    options.duration("--timeout", into.timeout, "Time for one attempt");
    options.duration("--job-timeout", into.job_timeout, "Time for one job with all its attempts");
    options.duration("--max-wait", into.max_wait, "The longest pause asked for by the server that is waited for", {});
}

void add_speed(option_set& options, audit_options& into, unsigned& pipeline)
{
    options.group("Speed");
    options.number("--concurrency", into.concurrency, 1, most_connections, "Connections, and so requests at a time");
    options.number("--pipeline", pipeline, 1, most_in_line, "Requests at a time on each connection (HTTP pipelining)");
    options.number("--threads", into.threads, 1, most_threads, "Threads that share the work");
    options.number("--rate", into.rate, highest_rate, "Requests a second at most, retries among them; 0: no limit");
    options.number("--burst", into.burst, 1, most_burst, "Requests at once after a pause, with --rate");
    options.flag(
        "--adaptive,!--no-adaptive", into.adaptive,
        "Find how many requests at a time or a second the server takes, once it has refused one (the default)");
}

void add_log_level(option_set& options, log_level& into)
{
    options.choice("--log-level", into,
                   {{"error", log_level::error},
                    {"warn", log_level::warn},
                    {"info", log_level::info},
                    {"debug", log_level::debug}},
                   "info: also retries and waits; debug: also every attempt and connection");
}

void add_progress(option_set& options, progress_mode& into)
{
    options.choice(
        "--progress", into,
        {{"auto", progress_mode::automatic}, {"always", progress_mode::always}, {"never", progress_mode::never}},
        "auto: a line that is rewritten on a terminal (none where results are shown there), else one every 10 s; "
        "never: "
        "nor a word on waits");
}

void add_audit_patience(option_set& options, audit_options& into, std::chrono::nanoseconds& outage_limit)
{
    add_job_limits(options, into);
    options.duration("--deadline", into.deadline, "Time for everything (default: none)");
    options.duration("--outage-limit", outage_limit,
                     "End when the server is down for so long; 30s at most while it never answered");
}

void add_selection(option_set& options, selection_arguments& into)
{
    options.texts("--status", into.status, "STATUS",
                  "SCHEDULED, IN_PROGRESS, COMPLETED, STOPPED, FAILED or a later one; may be given several times");
    options.text("--workflow", into.workflow, "ID|NAME",
                 "Only jobs of this workflow; a name is looked for in the whole list");
    options.text("--since", into.since, "TIME",
                 "Only jobs created from then on: a day (2026-11-29), a time (2026-11-29T10:15, in UTC unless it has a "
                 "zone), or how long ago (7d, 24h)");
    options.text("--until", into.until, "TIME", "Only jobs created until then; a day counts to its end");
}

result<job_selection> selection_of(const selection_arguments& arguments, job_selection::scheduled not_begun)
{
    return job_selection::make(arguments, not_begun,
                               std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
}

enum class failures_minded : std::uint8_t { none, new_ones };

void add_audit_io(option_set& options, audit_arguments& into, selection_arguments& selecting, failures_minded& fail_on)
{
    options.arguments("JOB_ID", into.job_ids, "Jobs to ask for, beside those of --jobs");
    options.group("Which of the platform's jobs");
    options.flag("-a,--all", into.all,
                 "All that the platform lists, but for SCHEDULED ones; COMPLETED ones may have failed files too");
    add_selection(options, selecting);
    options.group("Input and output");
    options.texts("-j,--jobs", into.jobs_files, "FILE|-",
                  "Jobs, one ID a line, or CSV, JSON or a printed table with a `job_id`, `id` or `uuid`; -: standard "
                  "input; may be given several times");
    options.text("--column", into.column, "NAME", "The column or JSON field of the job IDs in those files");
    options.text("-o,--output", into.output, "FILE|-",
                 "Where the results go: a SQLite database where its name ends in .db or .sqlite, CSV where it ends "
                 "in .csv, NDJSON otherwise; compressed where .gz or .zst follows; -: standard output");
    options.choice("--format", into.format, {{"ndjson", output_format::ndjson}}, "Form of the results");
    options.flag("--resume", into.resume, "Go on with the output of an earlier run: ask only for what it lacks");
    options.flag(
        "--overwrite", into.overwrite,
        "Begin anew also where the output holds what no finished audit left (default: only over a finished one, "
        "which is kept as PATH~)");
    options.choice("--sync", into.sync,
                   {{"never", store::sync_policy::never},
                    {"end", store::sync_policy::at_end},
                    {"always", store::sync_policy::always}},
                   "When results are forced onto the disk: at the end, or every 100 ms too (always), against a power "
                   "loss");
    options.flag("--fail-on-failed-files", into.fail_on_failed_files, "Exit with 4 when a job has failed files");
    options.choice("--fail-on", fail_on, {{"nothing", failures_minded::none}, {"new", failures_minded::new_ones}},
                   "new: exit with 4 when a document fails that did not in the older results of --baseline");
    options.text("--baseline", into.baseline, "FILE", "The results of an older audit, for --fail-on new");
    options.text("--summary-json", into.summary_file, "FILE|-", "Write the figures of the summary there, as JSON");
    options.flag("-q,--quiet", into.quiet, "Print only what went wrong");
    add_progress(options, into.progress);
    add_log_level(options, into.level);
    options.config_file();
}

std::optional<std::string> contradiction(const connection_options& options)
{
    if (options.client_certificate_file.empty() && !options.client_key_file.empty())
        return "--client-key needs --client-cert: name the certificate too";
    return std::nullopt;
}

/// Also for a file that does not exist yet; empty when that can't be known.
std::filesystem::path one_name_of(const std::string& file)
{
    std::error_code cannot_tell;
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file, cannot_tell), cannot_tell);
}

bool is_same_file(const std::string& one, const std::string& other)
{
    if (one.empty() || other.empty() || one == "-" || other == "-")
        return false;
    std::error_code cannot_tell;
    const auto name = one_name_of(one);
    return one == other || (!name.empty() && name == one_name_of(other)) ||
           std::filesystem::equivalent(one, other, cannot_tell);
}

/// As which the output that stands there would be kept: where a link leads, not beside the link.
std::string name_of_older(const std::string& output)
{
    const auto name = one_name_of(output);
    return store::output_file::kept_name(name.empty() ? output : name.string());
}

constexpr unsigned most_in_flight = 100'000;

/// Of what is written with what is read.
std::optional<std::string> contradiction(const audit_arguments& arguments, const std::string& jobs_file)
{
    if (is_same_file(arguments.summary_file, jobs_file))
        return "--summary-json and --jobs name the same file \"" + jobs_file + "\": the figures would replace the jobs";
    if (is_same_file(jobs_file, arguments.output))
        return "--jobs and -o name the same file \"" + arguments.output + "\": the results would replace the jobs";
    if (!arguments.resume && !store::inherited_descriptor(arguments.output) &&
        is_same_file(jobs_file, name_of_older(arguments.output)))
        return "--jobs names the file \"" + jobs_file + "\", as which an older \"" + arguments.output +
               "\" is kept: name another output";
    return std::nullopt;
}

std::optional<std::string> contradiction_of_all(const audit_arguments& arguments, const selection_arguments& selecting)
{
    const bool has_others = !arguments.job_ids.empty() || !arguments.jobs_files.empty();
    if (!arguments.all && !selecting.empty())
        return "--status, --workflow, --since and --until choose among the jobs of --all: " +
               std::string{has_others ? "leave them out" : "give that too"};
    if (arguments.all && has_others)
        return "--all asks for all jobs that the platform lists: leave out --jobs and the job IDs, or --all";
    if (arguments.all && !arguments.column.empty())
        return "--column names a column of --jobs, which --all does not read: leave it out";
    return std::nullopt;
}

std::optional<std::string> contradiction(const audit_arguments& arguments, bool stdin_is_terminal)
{
    if (!arguments.all && arguments.job_ids.empty() && arguments.jobs_files.empty())
        return stdin_is_terminal ? "no jobs: give job IDs, a file that lists them with --jobs FILE, or --all"
                                 : "no jobs: give job IDs, --jobs FILE or --all; --jobs - reads them from standard "
                                   "input";
    if (auto wrong = contradiction_of_jobs(arguments.job_ids, arguments.jobs_files))
        return wrong;
    const auto output = store::inherited_descriptor(arguments.output);
    if (arguments.resume && arguments.overwrite)
        return "--resume goes on with the output, --overwrite begins it anew: give one of them";
    if (arguments.resume && arguments.output == "-")
        return "--resume needs the file of the earlier run: name it with -o FILE";
    if (output && output == store::inherited_descriptor(arguments.summary_file))
        return "--summary-json - and the results would mix on standard output: send one of them to a file";
    if (is_same_file(arguments.summary_file, arguments.output))
        return "--summary-json and -o name the same file \"" + arguments.output + "\": give each its own";
    if (!output && is_same_file(arguments.summary_file, arguments.output + ".sums"))
        return "--summary-json names the file \"" + arguments.summary_file +
               "\", where the checksums of the results stand: give it its own";
    if (!output && is_same_file(arguments.summary_file, name_of_older(arguments.output)))
        return "--summary-json names the file \"" + arguments.summary_file + "\", as which an older \"" +
               arguments.output + "\" is kept: give it its own";
    for (const auto& jobs_file : arguments.jobs_files)
        if (auto wrong = contradiction(arguments, jobs_file))
            return wrong;
    if (arguments.fail_on_new == arguments.baseline.empty())
        return arguments.fail_on_new ? "--fail-on new needs --baseline FILE, the results of an older audit"
                                     : "--baseline needs --fail-on new: else it is of no use";
    if (arguments.fail_on_new && output)
        return "--fail-on new reads the results once they are written: name their file with -o FILE";
    if (arguments.fail_on_new && store::is_csv_name(arguments.output))
        return "--fail-on new reads the results back, for which CSV says too little: name a .ndjson or .db file with "
               "-o";
    if (arguments.quiet && arguments.progress == progress_mode::always)
        return "--quiet and --progress always contradict each other: leave one of them out";
    if (arguments.limits.concurrency > most_in_flight / arguments.connection.pipeline)
        return "--concurrency times --pipeline is above " + std::to_string(most_in_flight) + ": lower one of them";
    return contradiction(arguments.connection);
}

constexpr auto audit_examples = R"(Examples:
  jobaudit audit --all --since 7d -o results.ndjson
  jobaudit audit --jobs jobs.txt -o results.ndjson
  jobaudit audit --jobs jobs.txt -o results.ndjson --resume
  jobaudit audit --jobs jobs.txt -o results.ndjson --overwrite
  jobaudit audit --jobs - --rate 200 --concurrency 32 < jobs.txt | jq .failed_files

Exit codes:
0 every job was fetched
1 some have no list for good
2 usage
3 stopped for a fatal reason
4 failed files found (--fail-on-failed-files)
5 output not written
6 some failed for a passing reason: --resume is worth it
129/130/143 interrupted (HUP, INT, TERM)
)";

constexpr auto fetch_examples = R"(Example:
  jobaudit fetch 0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90

Exit codes: as of audit; of several jobs, the first of 3, 6 and 1 that one of them has.
)";

constexpr auto jobs_examples = R"(Examples:
  jobaudit jobs --status FAILED --since 24h
  jobaudit jobs --workflow invoices --json | jq -r .id

Exit codes:
0 the whole list came
1 it is not to be had
2 usage
3 no list can be had with this key, address or certificate
5 output not written
6 it did not come to its end for a passing reason
)";

constexpr auto demo_examples = R"(Example:
  jobaudit demo --jobs 20000 -o results.ndjson
  jobaudit demo --html report.html
)";

constexpr auto emulate_examples = R"(Example:
  jobaudit emulate --port 8443 --faults rough --cert-out ca.pem --jobs-out jobs.txt
  UNSTRUCTURED_API_KEY=any jobaudit audit --url https://127.0.0.1:8443 --ca-file ca.pem --jobs jobs.txt
)";

}  // namespace

parsed<audit_arguments> parse_audit(std::span<const std::string> arguments, bool stdin_is_terminal)
{
    option_set options{"jobaudit audit",
                       "Asks for the failed files of many jobs, and writes one line of JSON for each job.",
                       audit_examples};
    audit_arguments into;
    selection_arguments selecting;
    auto outage_limit = into.limits.outage_limit;
    auto fail_on = failures_minded::none;
    add_audit_io(options, into, selecting, fail_on);
    add_connection(options, into.connection);
    add_speed(options, into.limits, into.connection.pipeline);
    add_audit_patience(options, into.limits, outage_limit);
    options.group("");
    options.number("--seed", into.limits.seed, 0, std::numeric_limits<std::uint64_t>::max(), "Of the jitter");

    if (auto end = options.parse(with_jobs_before_each_file(arguments)))
        return *std::move(end);
    into.fail_on_new = fail_on == failures_minded::new_ones;
    if (const auto wrong = contradiction_of_all(into, selecting))
        return options.usage_error(*wrong);
    if (const auto wrong = contradiction(into, stdin_is_terminal))
        return options.usage_error(*wrong);
    auto selection = selection_of(selecting, job_selection::scheduled::left_out);
    if (!selection)
        return options.usage_error(selection.error().message);
    into.selection = *std::move(selection);
    if (into.quiet)
        into.progress = progress_mode::never;
    into.limits.outage_limit = outage_limit;
    into.limits.outage_limit_at_start = std::min(outage_limit, into.limits.outage_limit_at_start);
    return into;
}

parsed<fetch_arguments> parse_fetch(std::span<const std::string> arguments)
{
    option_set options{"jobaudit fetch", "Shows the failed files of some jobs, in the order in which they are given.",
                       fetch_examples};
    fetch_arguments into;
    options.arguments("JOB_ID", into.job_ids, "The jobs' UUIDs");
    options.flag("--json", into.json, "Print one line of JSON for each job, as audit does");
    add_log_level(options, into.level);
    options.config_file();
    add_connection(options, into.connection);
    add_job_limits(options, into.limits);

    if (auto end = options.parse(arguments))
        return *std::move(end);
    if (into.job_ids.empty())
        return options.usage_error("no jobs: give one JOB_ID or more");
    for (const auto& id : into.job_ids)
        if (!job_id::parse(id))
            return options.usage_error("\"" + id + "\" is no job ID: give a UUID such as " +
                                       "0a8f3c1e-7d52-4b7e-9d1c-5f2e6a7b8c90");
    if (const auto wrong = contradiction(into.connection))
        return options.usage_error(*wrong);
    return into;
}

parsed<jobs_arguments> parse_jobs(std::span<const std::string> arguments)
{
    option_set options{"jobaudit jobs", "Lists the jobs that the platform has, in its order.", jobs_examples};
    jobs_arguments into;
    selection_arguments selecting;
    add_selection(options, selecting);
    options.flag("--json", into.json, "Print one line of JSON for each job, with the platform's names");
    add_log_level(options, into.level);
    options.config_file();
    add_connection(options, into.connection);
    options.group("Patience");
    options.number("--attempts", into.limits.attempts, 1, most_attempts,
                   "Requests for the list; those that brought further jobs don't count");
    options.duration("--timeout", into.limits.timeout, "How long nothing of it may come");
    options.duration("--max-wait", into.limits.max_wait, "The longest pause asked for by the server that is waited for",
                     {});

    if (auto end = options.parse(arguments))
        return *std::move(end);
    auto selection = selection_of(selecting, job_selection::scheduled::taken);
    if (!selection)
        return options.usage_error(selection.error().message);
    into.selection = *std::move(selection);
    if (const auto wrong = contradiction(into.connection))
        return options.usage_error(*wrong);
    return into;
}

parsed<demo_arguments> parse_demo(std::span<const std::string> arguments)
{
    option_set options{
        "jobaudit demo",
        "Audits a server with faults that runs in the same process, and compares what came with the truth. "
        "Needs no key and no network.",
        demo_examples};
    demo_arguments into;
    options.number("--jobs", into.jobs, 1, most_demo_jobs, "How many jobs there are");
    options.text("-o,--output", into.output, "FILE", "Keep the results there (default: a temporary file)");
    options.text("--html", into.page, "PATH", "Write a report of the results there, to be opened in a browser");
    options.number("--seed", into.seed, 0, std::numeric_limits<std::uint64_t>::max(), "Other jobs and other faults");
    add_progress(options, into.progress);

    if (auto end = options.parse(arguments))
        return *std::move(end);
    if (into.output == "-")
        return options.usage_error("-o: the results are read back, so they need a file: give its name");
    if (store::is_csv_name(into.output))
        return options.usage_error(
            "-o: the results are read back, for which CSV says too little: name a .ndjson or .db file");
    if (into.page == "-")
        return options.usage_error("--html: the verdict goes to standard output: give the name of a file");
    if (is_same_file(into.page, into.output))
        return options.usage_error("--html and -o name the same file \"" + into.page + "\": give each its own");
    return into;
}

parsed<emulate_arguments> parse_emulate(std::span<const std::string> arguments)
{
    option_set options{"jobaudit emulate", "Plays the platform on this machine, until it is interrupted.",
                       emulate_examples};
    emulate_arguments into;
    auto& emulator = into.emulator;
    unsigned port = 8443;
    bool plain = false;
    std::string script_file;
    options.number("--port", port, 0, 65535, "Port on 127.0.0.1; 0: any free one");
    options.flag("--plain", plain, "Speak http:// without TLS");
    options.number("--jobs", emulator.jobs, 0, most_jobs, "How many jobs there are");
    options.flag("--any-id", emulator.accept_any_id, "Treat every other UUID as a job too");
    options.number("--seed", emulator.seed, 0, std::numeric_limits<std::uint64_t>::max(),
                   "Other jobs and other faults");
    options.text("--api-key-file", into.api_key_file, "FILE", "The right key (default: any key is right)");
    options.choice("--faults", emulator.faults,
                   {{"none", emulator::fault_profile::none},
                    {"rough", emulator::fault_profile::rough},
                    {"hostile", emulator::fault_profile::hostile}},
                   "What goes wrong by itself");
    options.text("--script", script_file, "FILE", "JSON that says what happens to which request");
    options.duration("--latency", emulator.latency.base, "Every answer takes so long (default: 0)", {});
    options.duration("--latency-jitter", emulator.latency.jitter, "And up to so much longer (default: 0)", {});
    options.number("--rate-limit", emulator.rate_limit, highest_rate, "Answer 429 above so many requests a second");
    options.number("--threads", emulator.threads, 1, most_threads, "Threads that answer");
    options.text("--cert-out", into.certificate_file, "PEM", "Write the certificate there, for --ca-file");
    options.text("--jobs-out", into.jobs_file, "FILE", "Write the job IDs there, one a line");
    options.text("--truth-out", into.truth_file, "FILE", "Write what a right audit must say there, as NDJSON");

    if (auto end = options.parse(arguments))
        return *std::move(end);
    if (plain && !into.certificate_file.empty())
        return options.usage_error("--cert-out: there is no certificate with --plain: leave one of them out");
    emulator.port = static_cast<std::uint16_t>(port);
    emulator.tls = !plain;
    emulator.script_file = script_file;
    return into;
}

}  // namespace jobaudit::cli
