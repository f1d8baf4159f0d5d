#include "cli/parsed_arguments.hpp"
#include "scratch_folder.hpp"

#include <functional>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using cli::audit_arguments;
using cli::parse_audit;
using namespace std::chrono_literals;

audit_arguments audit(const words& options) { return taken(parse_audit(options + words{some_job}, false)); }

std::string refusal(const words& options) { return refused(parse_audit(options + words{some_job}, false)); }

// One option, and the field that it reaches.
struct reached_field {
    words option;
    std::function<bool(const audit_arguments&)> is_reached;
};

const std::vector<reached_field> reached_fields{
    {{"--jobs", "jobs.txt"}, [](const auto& a) { return a.jobs_files == words{"jobs.txt"}; }},
    {{"-j", "-"}, [](const auto& a) { return a.jobs_files == words{"-"}; }},
    {{"--jobs", "b", "-j", "-", "--jobs=a", "-jc"},
     [](const auto& a) {
         return a.jobs_files == words{"b", "-", "a", "c"};
     }},
    {{"--column", "ref"}, [](const auto& a) { return a.column == "ref"; }},
    {{"--output", "out"}, [](const auto& a) { return a.output == "out"; }},
    {{"-o", "out"}, [](const auto& a) { return a.output == "out"; }},
    {{"--resume", "-o", "out"}, [](const auto& a) { return a.resume; }},
    {{"--sync", "never"}, [](const auto& a) { return a.sync == store::sync_policy::never; }},
    {{"--sync", "always"}, [](const auto& a) { return a.sync == store::sync_policy::always; }},
    {{"--fail-on-failed-files"}, [](const auto& a) { return a.fail_on_failed_files; }},
    {{"--summary-json", "s.json"}, [](const auto& a) { return a.summary_file == "s.json"; }},
    {{"--progress", "always"}, [](const auto& a) { return a.progress == cli::progress_mode::always; }},
    {{"--progress", "never"}, [](const auto& a) { return a.progress == cli::progress_mode::never; }},
    {{"--quiet"}, [](const auto& a) { return a.quiet && a.progress == cli::progress_mode::never; }},
    {{"-q"}, [](const auto& a) { return a.quiet; }},
    {{"--log-level", "error"}, [](const auto& a) { return a.level == cli::log_level::error; }},
    {{"--log-level", "info"}, [](const auto& a) { return a.level == cli::log_level::info; }},
    {{"--log-level", "debug"}, [](const auto& a) { return a.level == cli::log_level::debug; }},
    {{"--url", "https://host"}, [](const auto& a) { return a.connection.url == "https://host"; }},
    {{"--api-key-file", "key"}, [](const auto& a) { return a.connection.api_key_file == "key"; }},
    {{"--auth", "bearer"}, [](const auto& a) { return a.connection.scheme == authentication::bearer; }},
    {{"--ca-file", "ca.pem"}, [](const auto& a) { return a.connection.ca_file == "ca.pem"; }},
    {{"--client-cert", "c.pem"}, [](const auto& a) { return a.connection.client_certificate_file == "c.pem"; }},
    {{"--client-cert", "c.pem", "--client-key", "k.pem"},
     [](const auto& a) { return a.connection.client_key_file == "k.pem"; }},
    {{"--proxy", "http://p:1"}, [](const auto& a) { return a.connection.proxy == "http://p:1"; }},
    {{"--allow-plain-http"}, [](const auto& a) { return a.connection.allow_plain_http; }},
    {{"--max-body", "1MiB"}, [](const auto& a) { return a.connection.max_body == 1048576; }},
    {{"--max-memory", "2MiB"}, [](const auto& a) { return a.connection.max_memory == 2097152; }},
    {{"--concurrency", "10000"}, [](const auto& a) { return a.limits.concurrency == 10'000; }},
    {{"--threads", "256"}, [](const auto& a) { return a.limits.threads == 256; }},
    {{"--rate", "0.5"}, [](const auto& a) { return a.limits.rate == 0.5; }},
    {{"--rate", "0"}, [](const auto& a) { return a.limits.rate == 0; }},
    {{"--burst", "20"}, [](const auto& a) { return a.limits.burst == 20; }},
    {{"--no-adaptive"}, [](const auto& a) { return !a.limits.adaptive; }},
    {{"--attempts", "1"}, [](const auto& a) { return a.limits.attempts == 1; }},
    {{"--timeout", "250ms"}, [](const auto& a) { return a.limits.timeout == 250ms; }},
    {{"--job-timeout", "1m30s"}, [](const auto& a) { return a.limits.job_timeout == 90s; }},
    {{"--max-wait", "1h"}, [](const auto& a) { return a.limits.max_wait == 1h; }},
    {{"--deadline", "2h"}, [](const auto& a) { return a.limits.deadline == 2h; }},
    {{"--outage-limit", "10m"}, [](const auto& a) { return a.limits.outage_limit == 10min; }},
    {{"--seed", "18446744073709551615"}, [](const auto& a) { return a.limits.seed == ~std::uint64_t{0}; }},
    {{"--timeout=5"}, [](const auto& a) { return a.limits.timeout == 5s; }},
    {{"--timeout", "5s", "--timeout", "6s"}, [](const auto& a) { return a.limits.timeout == 6s; }},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(audit_options_on_the_command_line)

BOOST_AUTO_TEST_CASE(have_the_defaults_of_the_contract)
{
    const auto read = audit({});
    BOOST_TEST(read.job_ids == words{some_job}, boost::test_tools::per_element());
    BOOST_TEST(read.jobs_files.empty());
    BOOST_TEST(read.column == "");
    BOOST_TEST(read.output == "-");
    BOOST_TEST((read.format == cli::output_format::ndjson));
    BOOST_TEST(!read.resume);
    BOOST_TEST((read.sync == store::sync_policy::at_end));
    BOOST_TEST(!read.fail_on_failed_files);
    BOOST_TEST((read.progress == cli::progress_mode::automatic));
    BOOST_TEST((read.level == cli::log_level::warn));
    BOOST_TEST(read.summary_file == "");

    const auto& connection = read.connection;
    BOOST_TEST(connection.url == "");
    BOOST_TEST(connection.api_key_file == "");
    BOOST_TEST((connection.scheme == authentication::api_key));
    BOOST_TEST(connection.ca_file == "");
    BOOST_TEST(connection.client_certificate_file == "");
    BOOST_TEST(connection.client_key_file == "");
    BOOST_TEST(connection.proxy == "");
    BOOST_TEST(!connection.allow_plain_http);
    BOOST_TEST(connection.max_body == 256ULL * 1024 * 1024);

    const auto& limits = read.limits;
    BOOST_TEST(limits.concurrency == 64U);
    BOOST_TEST(limits.threads == 1U);
    BOOST_TEST(limits.rate == 0);
    BOOST_TEST(limits.burst == 1U);
    BOOST_TEST(limits.adaptive);
    BOOST_TEST(limits.attempts == 5U);
    BOOST_TEST((limits.timeout == 30s));
    BOOST_TEST((limits.job_timeout == 5min));
    BOOST_TEST((limits.max_wait == 15min));
    BOOST_TEST((limits.deadline == 0s));
    BOOST_TEST((limits.outage_limit == 5min));
    BOOST_TEST((limits.outage_limit_at_start == 30s));
    BOOST_TEST(limits.seed == 0U);
}

BOOST_AUTO_TEST_CASE(reach_each_its_field)
{
    const auto untouched = audit({});
    for (const auto& each : reached_fields) {
        const auto name = each.option.front() + ' ' + (each.option.size() > 1 ? each.option[1] : "");
        BOOST_TEST(each.is_reached(audit(each.option)), name);
        if (each.option != words{"--rate", "0"})
            BOOST_TEST(!each.is_reached(untouched), name << " is the default");
    }
}

BOOST_AUTO_TEST_CASE(stand_before_between_and_behind_the_jobs)
{
    const auto read = taken(parse_audit(words{"one", "--rate", "5", "two", "-o", "out", "--", "--three"}, false));
    BOOST_TEST(read.job_ids == (words{"one", "two", "--three"}), boost::test_tools::per_element());
    BOOST_TEST(read.limits.rate == 5);
    BOOST_TEST(read.output == "out");
}

BOOST_AUTO_TEST_CASE(shorten_the_outage_limit_at_the_start_and_never_lengthen_it)
{
    struct {
        const char* given;
        std::chrono::nanoseconds at_start;
    } const cases[] = {{"10s", 10s}, {"30s", 30s}, {"10m", 30s}};
    for (const auto& each : cases)
        BOOST_TEST((audit({"--outage-limit", each.given}).limits.outage_limit_at_start == each.at_start), each.given);
}

BOOST_AUTO_TEST_CASE(are_refused_with_their_name_and_what_is_possible)
{
    struct {
        words options;
        std::string said;
    } const cases[] = {
        {{"--concurrency", "0"}, "--concurrency: 0 is out of range: give a number from 1 to 10000"},
        {{"--concurrency", "10001"}, "--concurrency: 10001 is out of range: give a number from 1 to 10000"},
        {{"--concurrency", "-1"}, "--concurrency: \"-1\" is no whole number"},
        {{"--concurrency", "many"}, "--concurrency: \"many\" is no whole number"},
        {{"--concurrency", "1.5"}, "--concurrency: \"1.5\" is no whole number"},
        {{"--concurrency", "1 "}, "--concurrency: \"1 \" is no whole number"},
        {{"--concurrency", "99999999999999999999"},
         "--concurrency: 99999999999999999999 is out of range: give a number from 1 to 10000"},
        {{"--threads", "0"}, "--threads: 0 is out of range: give a number from 1 to 256"},
        {{"--threads", "257"}, "--threads: 257 is out of range: give a number from 1 to 256"},
        {{"--threads", "4294967297"}, "--threads: 4294967297 is out of range: give a number from 1 to 256"},
        {{"--attempts", "0"}, "--attempts: 0 is out of range: give a number from 1 to 1000"},
        {{"--attempts", "1001"}, "--attempts: 1001 is out of range: give a number from 1 to 1000"},
        {{"--burst", "0"}, "--burst: 0 is out of range: give a number from 1 to 1000000"},
        {{"--rate", "-1"}, "--rate: -1 is out of range: give a number from 0 to 1000000"},
        {{"--rate", "1000001"}, "--rate: 1000001 is out of range: give a number from 0 to 1000000"},
        {{"--rate", "nan"}, "--rate: \"nan\" is no number"},
        {{"--rate", "inf"}, "--rate: \"inf\" is no number"},
        {{"--rate", "5/s"}, "--rate: \"5/s\" is no number"},
        {{"--timeout", "0"}, "--timeout: 0 is too short: give more than 0, such as 30s"},
        {{"--timeout", "soon"},
         "--timeout: \"soon\" is no duration: give a number and a unit, such as 250ms, 30s, 5m or 1h30m"},
        {{"--deadline", "0s"}, "--deadline: 0s is too short: give more than 0, such as 30s"},
        {{"--job-timeout", "101000d"}, "--job-timeout: \"101000d\" is too long: 100 years are the limit"},
        {{"--max-body", "0"}, "--max-body: 0 is too small: give at least one byte"},
        {{"--max-body", "big"}, "--max-body: \"big\" is no size: give a number and a unit, such as 64K, 256MiB or 1GB"},
        {{"--auth", "basic"}, "--auth: it takes one of key, bearer"},
        {{"--format", "xml"}, "--format: it takes one of ndjson"},
        {{"--progress", ""}, "--progress: it takes one of auto, always, never"},
        {{"--log-level", "loud"}, "--log-level: it takes one of error, warn, info, debug"},
        {{"--output", ""}, "--output: the value is empty"},
        {{"--jobs", "a", "--jobs", ""}, "--jobs: the value is empty"},
        {{"--seed", "-1"}, "--seed: \"-1\" is no whole number"},
    };
    for (const auto& each : cases)
        BOOST_TEST(refusal(each.options) == "jobaudit audit: " + each.said);
}

BOOST_AUTO_TEST_CASE(that_do_not_exist_are_named)
{
    BOOST_TEST(contains(refusal({"--cocurrency", "3"}), "--cocurrency"));
    BOOST_TEST(contains(refusal({"-x"}), "-x"));
    BOOST_TEST(contains(refused(parse_audit(words{some_job, "--output"}, false)), "--output"));
}

BOOST_AUTO_TEST_CASE(need_jobs_and_say_where_they_may_come_from)
{
    BOOST_TEST(refused(parse_audit(words{}, true)) ==
               "jobaudit audit: no jobs: give job IDs, a file that lists them with --jobs FILE, or --all");
    BOOST_TEST(refused(parse_audit(words{}, false)) ==
               "jobaudit audit: no jobs: give job IDs, --jobs FILE or --all; --jobs - reads them from standard input");
    BOOST_TEST((taken(parse_audit(words{"--jobs", "-"}, true)).jobs_files == words{"-"}));
}

BOOST_AUTO_TEST_CASE(may_ask_for_all_jobs_or_choose_among_them)
{
    const auto read = taken(parse_audit(
        words{"--all", "--status", "FAILED", "--status", "stopped", "--workflow", "mail", "--since", "7d"}, true));
    BOOST_TEST(read.all);
    list_options how;
    read.selection.narrow(how);
    BOOST_TEST(how.status == (words{"FAILED", "STOPPED"}));
}

BOOST_AUTO_TEST_CASE(that_choose_among_all_jobs_need_them)
{
    const std::string choose =
        "jobaudit audit: --status, --workflow, --since and --until choose among the jobs of --all: ";
    const auto said = [](const words& arguments) { return refused(parse_audit(arguments, false)); };
    for (const words& one :
         {words{"--status", "FAILED"}, words{"--workflow", "a"}, words{"--since", "1d"}, words{"--until", "1d"}}) {
        BOOST_TEST(said(one) == choose + "give that too");
        BOOST_TEST(said(one + words{some_job}) == choose + "leave them out");
    }
    const std::string others = "jobaudit audit: --all asks for all jobs that the platform lists: leave out --jobs and "
                               "the job IDs, or --all";
    BOOST_TEST(said({"--all", some_job}) == others);
    BOOST_TEST(said({"--all", "--jobs", "jobs.txt"}) == others);
    BOOST_TEST(contains(said({"--all", "--column", "id"}), "--column names a column of --jobs"));
    BOOST_TEST(contains(said({"--all", "--since", "soon"}), "--since: \"soon\" is no time"));
}

BOOST_AUTO_TEST_CASE(that_contradict_each_other_are_refused)
{
    struct {
        words options;
        const char* said;
    } const cases[] = {
        {{"--resume"}, "--resume needs the file of the earlier run: name it with -o FILE"},
        {{"--resume", "-o", "-"}, "--resume needs the file of the earlier run: name it with -o FILE"},
        {{"--summary-json", "-"},
         "--summary-json - and the results would mix on standard output: send one of them to a file"},
        {{"--client-key", "k.pem"}, "--client-key needs --client-cert: name the certificate too"},
        {{"--jobs", "-", "--jobs", "-"},
         "--jobs names standard input twice, which can be read only once: leave one of them out"},
        {{"--jobs", "/dev/stdin", "--jobs", "a", "--jobs", "-"},
         "--jobs names standard input twice, which can be read only once: leave one of them out"},
    };
    for (const auto& each : cases)
        BOOST_TEST(refusal(each.options) == std::string{"jobaudit audit: "} + each.said);
    BOOST_TEST(audit({"--summary-json", "-", "-o", "out"}).summary_file == "-");
    BOOST_TEST((audit({"--jobs", "-", "-o", "-"}).jobs_files == words{"-"}));
}

BOOST_AUTO_TEST_CASE(that_name_one_file_twice_are_refused_however_it_is_written)
{
    const scratch_folder folder;
    const auto there = folder.write("there", "");
    std::filesystem::create_symlink("there", folder.path("link"));
    std::filesystem::create_hard_link(there, folder.path("hard link"));
    std::filesystem::create_directory_symlink(".", folder.path("folder"));
    struct {
        std::string one;
        std::string other;
    } const cases[] = {
        {there, there},
        {there, folder.path("./there")},
        {there, folder.path("link")},
        {there, folder.path("hard link")},
        {there, folder.path("folder/there")},
        {folder.path("new"), folder.path("new")},
        {folder.path("new"), folder.path("./new")},
        {folder.path("new"), folder.path("folder/new")},
        {"a new file", "./a new file"},
        {"a new file", std::filesystem::absolute("a new file").string()},
    };
    for (const auto& each : cases) {
        BOOST_TEST(refusal({"--summary-json", each.one, "-o", each.other}) ==
                   "jobaudit audit: --summary-json and -o name the same file \"" + each.other +
                       "\": give each its own");
        BOOST_TEST(refusal({"--jobs", each.one, "-o", each.other}) ==
                   "jobaudit audit: --jobs and -o name the same file \"" + each.other +
                       "\": the results would replace the jobs");
    }
    BOOST_TEST(contains(refusal({"--concurrency", "5000", "--pipeline", "64"}), "above 100000"));
    BOOST_TEST(contains(refusal({"--jobs", folder.path("new~"), "-o", folder.path("new")}), "is kept"));
    BOOST_TEST(contains(refusal({"--jobs", folder.path("there~"), "-o", folder.path("link")}), "is kept"));
    BOOST_TEST(contains(refusal({"--summary-json", folder.path("new~"), "-o", folder.path("new")}), "is kept"));
    BOOST_TEST(contains(refusal({"-o", there, "--resume", "--overwrite"}), "give one of them"));
    BOOST_TEST(audit({"-o", there, "--overwrite"}).overwrite);
    BOOST_TEST(contains(refusal({"--quiet", "--progress", "always"}), "contradict each other"));
    for (const auto* out : {"-", "/dev/stdout", "/dev/fd/1"})
        BOOST_TEST(contains(refusal({"--summary-json", "/proc/self/fd/1", "-o", out}), "would mix"));
    BOOST_TEST(contains(refusal({"--summary-json", folder.path("new.sums"), "-o", folder.path("new")}), "checksums"));
    BOOST_TEST(audit({"--summary-json", there, "-o", folder.path("new")}).output == folder.path("new"));
    BOOST_TEST(audit({"--summary-json", "-", "--jobs", "-", "-o", there}).output == there);
}

BOOST_AUTO_TEST_CASE(take_all_files_that_a_shell_makes_of_a_pattern_behind_jobs)
{
    const scratch_folder folder;
    const auto a = folder.write("a.csv", "");
    const auto b = folder.write("b.csv", "");
    const auto c = folder.write("c.csv", "");
    for (const auto& options : {words{"--jobs", a, b, c}, words{"--jobs=" + a, b, "--rate", "5", "-j", c},
                                words{"-j" + a, b, "--jobs", c, some_job}}) {
        const auto read = taken(parse_audit(options + words{some_job, "-o", folder.path("out")}, false));
        BOOST_TEST(read.jobs_files == (words{a, b, c}), boost::test_tools::per_element());
        BOOST_TEST(read.job_ids.front() == some_job);
    }
    const auto read = taken(parse_audit(words{"--jobs", a, "no file", some_job}, false));
    BOOST_TEST(read.jobs_files == words{a}, boost::test_tools::per_element());
    BOOST_TEST(read.job_ids == (words{"no file", some_job}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(do_not_take_a_file_for_a_job)
{
    const scratch_folder folder;
    const auto file = folder.write("jobs.csv", "");
    const auto said = "jobaudit audit: \"" + file + "\" is a file, no job ID: did you mean --jobs " + file + "?";
    for (const auto& options : {words{file}, words{some_job, file}, words{"--jobs", "a", "--rate", "5", file},
                                words{"--jobs", "a", "--", file}})
        BOOST_TEST(refused(parse_audit(options, false)) == said);
}

BOOST_AUTO_TEST_CASE(refuse_to_write_over_any_of_several_job_files)
{
    const scratch_folder folder;
    const auto a = folder.write("a", "");
    const auto b = folder.write("b", "");
    BOOST_TEST(contains(refusal({"--jobs", a, "--jobs", b, "-o", b}), "--jobs and -o name the same file"));
    BOOST_TEST(
        contains(refusal({"--jobs", a, b, "--summary-json", b}), "--summary-json and --jobs name the same file"));
}

BOOST_AUTO_TEST_CASE(are_told_with_their_defaults_by_the_help)
{
    for (const auto* option : {"-h", "--help"}) {
        const auto text = help(parse_audit(words{option}, false));
        for (const auto* part :
             {"--concurrency NUMBER=64", "--threads NUMBER=1", "--rate NUMBER=0", "--burst NUMBER=1",
              "--attempts NUMBER=5", "--timeout DURATION=30s", "--job-timeout DURATION=5m", "--max-wait DURATION=15m",
              "--outage-limit DURATION=5m", "--max-body SIZE=256MiB", "--max-memory SIZE=64MiB",
              "--auth key|bearer=key", "--progress auto|always|never=auto", "--log-level error|warn|info|debug=warn",
              "--format ndjson=ndjson", "--sync never|end|always=end", "Exit codes:\n0 ", "jobaudit audit"})
            BOOST_TEST(contains(text, part), part << " is not in\n" << text);
        BOOST_TEST(!contains(text, "--seed"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
