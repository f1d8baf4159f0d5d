#include "program/audited_platform.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <algorithm>

#include <sys/stat.h>

using namespace jobaudit::test;
using jobaudit::emulator::step;

namespace {

constexpr std::string_view job = "5e0c0000-0000-4000-8000-000000000000";

/// What a command line that can't work must lead to.
struct refusal {
    const char* name;
    std::vector<std::string> arguments;  ///< `@` at the start of one stands for the test's folder
    int exit_code;
    std::vector<const char*> said;  ///< parts of the message: the thing, and what to do
    std::map<std::string, std::string> environment{};
};

std::ostream& operator<<(std::ostream& out, const refusal& one) { return out << one.name; }

const std::vector<refusal> refusals{
    {"no subcommand", {}, 2, {"audit, fetch, jobs, report, diff, demo or emulate"}},
    {"an unknown subcommand", {"adit"}, 2, {"adit", "did you mean audit?"}},
    {"an unknown option",
     {"audit", "--cocurrency", "3", std::string{job}},
     2,
     {"--cocurrency", "did you mean --concurrency?"}},
    {"no jobs", {"audit"}, 2, {"--jobs"}},
    {"a job file that does not exist", {"audit", "--jobs", "@none.txt"}, 2, {"none.txt", "does not exist"}},
    {"a job file that is a folder", {"audit", "--jobs", "@."}, 2, {"folder"}},
    {"an empty job file", {"audit", "--jobs", "@empty.txt"}, 2, {"empty.txt", "no job"}},
    {"a job file of comments alone", {"audit", "--jobs", "@comments.txt"}, 2, {"comments.txt", "no job"}},
    {"a binary job file", {"audit", "--jobs", "@binary"}, 2, {"binary"}},
    {"a job file of prose", {"audit", "--jobs", "@prose.txt"}, 2, {"prose.txt", "no job", "line 1 \"Dear all\""}},
    {"a job file without the column",
     {"audit", "--jobs", "@runs.csv", "--column", "job"},
     2,
     {"runs.csv", "no column \"job\"", "name, run", "--column"}},
    {"a file as a job", {"audit", "@jobs.txt"}, 2, {"jobs.txt", "is a file", "--jobs"}},
    {"standard input twice", {"audit", "--jobs", "-", "--jobs", "-"}, 2, {"--jobs", "standard input"}},
    {"a bad URL", {"audit", "--url", "ftp://x", std::string{job}}, 2, {"--url", "https://"}},
    {"a URL without a host", {"audit", "--url", "https://", std::string{job}}, 2, {"--url", "host"}},
    {"a URL with a bad port", {"audit", "--url", "https://localhost:99999", std::string{job}}, 2, {"--url", "port"}},
    {"a URL with a user", {"audit", "--url", "https://me:secret@localhost", std::string{job}}, 2, {"--url"}},
    {"a URL of another API",
     {"audit", std::string{job}},
     2,
     {"UNSTRUCTURED_API_URL", "Partition API", "https://platform.unstructuredapp.io"},
     {{"UNSTRUCTURED_API_URL", "https://api.unstructuredapp.io/general/v0/general"}}},
    {"a proxy of the environment that is none of HTTP",
     {"audit", std::string{job}},
     2,
     {"environment variable ALL_PROXY", "http://host:port"},
     {{"ALL_PROXY", "socks5://somebody:secret@127.0.0.1:1080"}}},
    {"a key in clear text to another machine",
     {"audit", "--url", "http://192.0.2.1", std::string{job}},
     2,
     {"--url", "clear text", "--allow-plain-http"}},
    {"a missing key",
     {"audit", std::string{job}},
     2,
     {"UNSTRUCTURED_API_KEY", "is empty"},
     {{"UNSTRUCTURED_API_KEY", ""}}},
    {"a key with a line break in it",
     {"audit", std::string{job}},
     2,
     {"UNSTRUCTURED_API_KEY", "line break"},
     {{"UNSTRUCTURED_API_KEY", "sec\nret"}}},
    {"a key file that does not exist",
     {"audit", "--api-key-file", "@none", std::string{job}},
     2,
     {"none", "No such file"}},
    {"an empty key file", {"audit", "--api-key-file", "@empty.txt", std::string{job}}, 2, {"empty.txt", "empty"}},
    {"a CA file that does not exist",
     {"audit", "--ca-file", "@none.pem", std::string{job}},
     2,
     {"--ca-file", "none.pem"}},
    {"a CA file that is none", {"audit", "--ca-file", "@comments.txt", std::string{job}}, 2, {"--ca-file", "PEM"}},
    {"a number out of range", {"audit", "--concurrency", "0", std::string{job}}, 2, {"--concurrency", "1"}},
    {"a duration without sense", {"audit", "--timeout", "soon", std::string{job}}, 2, {"--timeout", "soon"}},
    {"a format that is not offered yet", {"audit", "--format", "xml", std::string{job}}, 2, {"--format", "ndjson"}},
    {"an output in a missing folder",
     {"audit", "-o", "@missing/out.ndjson", std::string{job}},
     5,
     {"missing/out.ndjson", "folder does not exist"}},
    {"an output that is a folder", {"audit", "-o", "@.", std::string{job}}, 5, {"folder"}},
    {"an output that is the job file",
     {"audit", "--jobs", "@jobs.txt", "-o", "@jobs.txt"},
     2,
     {"jobs.txt", "same file"}},
    {"a resume without a file", {"audit", "--resume", std::string{job}}, 2, {"--resume", "-o"}},
    {"a resume from a file that is none of ours",
     {"audit", "--resume", "-o", "@comments.txt", std::string{job}},
     5,
     {"comments.txt", "line 1"}},
    {"a resume from a file that is corrupt in the middle",
     {"audit", "--resume", "-o", "@corrupt.ndjson", std::string{job}},
     5,
     {"corrupt.ndjson", "line 2"}},
    {"a fetch of what is no UUID", {"fetch", "12345"}, 2, {"12345", "UUID"}},
    {"a port that is none", {"emulate", "--port", "70000"}, 2, {"--port", "65535"}},
    {"a script that is none", {"emulate", "--port", "0", "--script", "@comments.txt"}, 2, {"--script"}},
};

/// A folder with files that no audit can use.
struct unusable_files {
    scratch_folder folder;

    unusable_files()
    {
        folder.write("empty.txt", "");
        folder.write("comments.txt", "# nothing\n\n   \n# here\n");
        folder.write("jobs.txt", std::string{job} + "\n");
        folder.write("prose.txt", "Dear all\nhere they are\n");
        folder.write("runs.csv", "name,run\nx," + std::string{job} + "\n");
        std::string binary;
        for (int i = 0; i < 100'000; ++i)
            binary += static_cast<char>(i * 7 % 256);
        folder.write("binary", "\x7f"
                               "ELF" +
                                   binary);
        const std::string line = R"({"job_id":")" + std::string{job} +
                                 R"(","outcome":"ok","http_status":200,"attempts":1,"elapsed_ms":1,"failed_files":[]})";
        folder.write("corrupt.ndjson", line + "\n" + line.substr(0, 60) + "\n" + line + "\n");
    }

    [[nodiscard]] std::string placed(const std::string& argument) const
    {
        return argument.starts_with('@') ? folder.path(argument.substr(1)) : argument;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_DATA_TEST_CASE(is_refused_with_its_name_and_what_to_do, boost::unit_test::data::make(refusals), refused)
{
    const unusable_files files;
    std::vector<std::string> arguments;
    for (const auto& each : refused.arguments)
        arguments.push_back(files.placed(each));
    const auto corrupt = files.folder.read("corrupt.ndjson");
    process_run run{jobaudit::test::jobaudit(arguments), {.environment = refused.environment}};

    BOOST_TEST(run.wait() == refused.exit_code);
    const auto said = run.error_out();
    for (const auto* part : refused.said)
        BOOST_TEST(contains(said, part), part << " is not in: " << said);
    BOOST_TEST(run.out().empty());
    BOOST_TEST(!contains(said, "secret"));
    BOOST_TEST(!contains(said, "what()"));
    BOOST_TEST(files.folder.read("corrupt.ndjson") == corrupt);
    BOOST_TEST(files.folder.read("jobs.txt") == std::string{job} + "\n");
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_uuid_becomes_an_outcome_and_the_rest_is_fetched)
{
    audited_platform platform{{.jobs = 3}};
    const auto first = platform.server.job(0).to_string();
    const auto jobs = platform.folder.write(
        "mixed.txt", "# mine\n" + first + "\n\nnot-a-uuid\n" + first + "\n" + platform.server.job(1).to_string() +
                         "\r\n" + std::string(1'000'000, 'x') + "\n" + platform.server.job(2).to_string());
    process_run audit{platform.audit({"--jobs", jobs})};

    BOOST_TEST(audit.wait() == 1);
    const auto outcomes = outcomes_of(audit.out());
    BOOST_TEST(outcomes.at("ok") == 3U);
    BOOST_TEST(outcomes.at("invalid_job_id") == 2U);
    BOOST_TEST(audit.out().size() < 300'000U);
    for (const auto& line : lines_of(audit.out()))
        if (line.at("outcome").as_string() == "invalid_job_id" && line.at("job_id").as_string() == "not-a-uuid")
            BOOST_TEST(contains(line.at("message").as_string(), "line 4"));
    BOOST_TEST(contains(audit.error_out(), "1 duplicate left out"));
    BOOST_TEST(platform.server.stats().requests == 3U);
}

BOOST_AUTO_TEST_CASE(csv_and_ndjson_name_their_jobs_in_a_column_or_a_field)
{
    audited_platform platform{{.jobs = 2}};
    const auto first = platform.server.job(0).to_string();
    const auto second = platform.server.job(1).to_string();
    for (const auto& text :
         {"name,job_id,status\n\"a, b\"," + first + ",FAILED\nc," + second + ",FAILED\n",
          R"({"id":")" + first + R"(","status":"FAILED"})" + "\n" + R"({"x":[1],"id":")" + second + R"("})"}) {
        process_run audit{platform.audit({"--jobs", "-"}), {.input = text}};

        BOOST_TEST(audit.wait() == 0);
        BOOST_TEST(outcomes_of(audit.out()).at("ok") == 2U);
    }
}

BOOST_AUTO_TEST_CASE(a_list_without_any_job_sends_nothing_and_leaves_an_older_output_where_it_is)
{
    audited_platform platform{{.jobs = 3}};
    platform.folder.write("results.ndjson", "precious\n");
    const auto prose = platform.folder.write("prose.txt", "Dear all\nhere they are\n");
    for (const auto& output : {platform.output(), platform.folder.path("new.ndjson")}) {
        process_run audit{platform.audit({"--jobs", platform.jobs_file(), "--jobs", prose, "-o", output})};
        BOOST_TEST(audit.wait() == 2);
    }

    BOOST_TEST(platform.folder.read("results.ndjson") == "precious\n");
    BOOST_TEST(!platform.folder.has("results.ndjson~"));
    BOOST_TEST(!platform.folder.has("new.ndjson"));
    BOOST_TEST(platform.server.stats().requests == 0U);
}

BOOST_AUTO_TEST_CASE(each_row_of_several_lists_has_an_outcome_and_each_job_one)
{
    audited_platform platform{{.jobs = 4}};
    const auto job_of = [&](std::uint64_t index) { return platform.server.job(index).to_string(); };
    const auto first = platform.folder.write("1.csv", "nr,job_id\n#1041," + job_of(0) + "\n\"Q3 report," + job_of(1) +
                                                          "\n#1043,none\n");
    const auto second = platform.folder.write("2.json", "{\"jobs\": [\n{\"id\": \"" + job_of(1) + "\"},\n{\"id\": \"" +
                                                            job_of(2) + "\"},\n{\"status\": \"FAILED\"}\n]}\n");
    for (const auto& files : {std::vector<std::string>{"--jobs", first, second},
                              std::vector<std::string>{"--jobs", first, "--jobs", second}}) {
        process_run audit{platform.audit(files)};

        BOOST_TEST(audit.wait() == 1);
        const auto outcomes = outcomes_of(audit.out());
        BOOST_TEST(outcomes.at("ok") == 3U);
        BOOST_TEST(outcomes.at("invalid_job_id") == 2U);
        BOOST_TEST(contains(audit.out(), "line 4 of " + first));
        BOOST_TEST(contains(audit.out(), "line 4 of " + second));
        BOOST_TEST(contains(audit.error_out(), "1 duplicate left out"));
    }
}

BOOST_AUTO_TEST_CASE(two_audits_do_not_write_one_output)
{
    audited_platform platform{{.jobs = 5000, .latency = {.base = std::chrono::milliseconds{50}}}};
    process_run first{platform.audit_all()};
    BOOST_TEST_REQUIRE(first.wait_until([&] { return platform.server.stats().requests > 100; }));
    for (const auto& how : {platform.audit_all(), platform.audit_all({"--resume"})}) {
        process_run second{how};
        BOOST_TEST(second.wait() == 5);
        BOOST_TEST(contains(second.error_out(), "results.ndjson"));
        BOOST_TEST(contains(second.error_out(), "another"));
    }

    BOOST_TEST(first.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(an_older_output_is_kept_under_another_name)
{
    audited_platform platform{{.jobs = 3}};
    platform.folder.write("results.ndjson", "precious\n");
    process_run audit{platform.audit_all({"--overwrite"})};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.folder.read("results.ndjson~") == "precious\n");
    BOOST_TEST(contains(audit.error_out(), "results.ndjson~"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_it_with_whole_lines_and_room_makes_it_go_on)
{
    audited_platform platform{{.jobs = 3000}};
    const auto limit_the_file = [] {
        const rlimit limit{100'000, 100'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    };
    process_run full{platform.audit_all(), {.before_exec = limit_the_file}};

    BOOST_TEST(full.wait() == 5);
    BOOST_TEST(contains(full.error_out(), "results.ndjson"));
    BOOST_TEST(contains(full.error_out(), "--resume"));
    const auto kept = platform.folder.read("results.ndjson");
    BOOST_TEST(!kept.empty());
    BOOST_TEST(kept.ends_with('\n'));
    const auto lines = lines_of(kept).size();
    const auto asked = platform.server.stats().requests;

    process_run resumed{platform.audit_all({"--resume"})};
    BOOST_TEST(resumed.wait() == 0);
    BOOST_TEST(platform.server.stats().requests - asked == 3000U - lines);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(a_device_without_room_is_named)
{
    audited_platform platform{{.jobs = 2000}};
    process_run audit{platform.audit({"--jobs", platform.jobs_file(), "-o", "/dev/full"})};

    BOOST_TEST(audit.wait() == 5);
    BOOST_TEST(contains(audit.error_out(), "/dev/full"));
    BOOST_TEST(!contains(audit.error_out(), "stopped: "), "said twice: " << audit.error_out());
    BOOST_TEST(contains(audit.error_out(), "No space left"));
}

BOOST_AUTO_TEST_CASE(a_reader_that_goes_away_is_told_what_it_did_not_get)
{
    audited_platform platform{{.jobs = 5000}};
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    descriptor reading{ends[0]};
    descriptor writing{ends[1]};
    process_run audit{platform.audit({"--jobs", platform.jobs_file(), "--progress", "never"}), {.out = writing.get()}};
    writing.close();
    char some[100];
    BOOST_TEST(::read(reading.get(), some, sizeof some) > 0);
    reading.close();

    BOOST_TEST(audit.wait() == 5);
    const auto said = audit.error_out();
    BOOST_TEST(said.starts_with("jobaudit: cannot write to stdout: nobody reads this pipe any more: "), said);
    BOOST_TEST(said.ends_with(" of 5,000 jobs were not delivered\n"), said);
    BOOST_TEST(!contains(said, ": 0 of"), said);
    BOOST_TEST(std::ranges::count(said, '\n') == 1);
    BOOST_TEST(platform.server.stats().requests < 5000U);
}

BOOST_AUTO_TEST_CASE(a_closed_stdout_is_an_output_that_can_not_be_written)
{
    audited_platform platform{{.jobs = 3}};
    process_run audit{platform.audit({"--jobs", platform.jobs_file()}),
                      {.before_exec = [] { ::close(STDOUT_FILENO); }}};

    BOOST_TEST(audit.wait() == 5);
    BOOST_TEST(!audit.error_out().empty());
}

BOOST_AUTO_TEST_SUITE_END()
