#include "cli/parsed_arguments.hpp"
#include "scratch_folder.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using cli::parse_demo;
using cli::parse_emulate;
using namespace std::chrono_literals;

}  // namespace

BOOST_AUTO_TEST_SUITE(demo_options_on_the_command_line)

BOOST_AUTO_TEST_CASE(have_defaults)
{
    const auto read = taken(parse_demo(words{}));
    BOOST_TEST(read.jobs == 5000U);
    BOOST_TEST(read.output == "");
    BOOST_TEST(read.seed == 1U);
    BOOST_TEST((read.progress == cli::progress_mode::automatic));
}

BOOST_AUTO_TEST_CASE(reach_each_its_field)
{
    const auto read = taken(
        parse_demo(words{"--jobs", "1000000", "-o", "out", "--html", "page", "--seed", "0", "--progress", "never"}));
    BOOST_TEST(read.jobs == 1'000'000U);
    BOOST_TEST(read.output == "out");
    BOOST_TEST(read.page == "page");
    BOOST_TEST(read.seed == 0U);
    BOOST_TEST((read.progress == cli::progress_mode::never));
}

BOOST_AUTO_TEST_CASE(are_refused_with_their_name_and_what_is_possible)
{
    struct {
        words options;
        const char* said;
    } const cases[] = {
        {{"--jobs", "0"}, "--jobs: 0 is out of range: give a number from 1 to 1000000"},
        {{"--jobs", "1000001"}, "--jobs: 1000001 is out of range: give a number from 1 to 1000000"},
        {{"--output", ""}, "--output: the value is empty"},
        {{"--progress", "maybe"}, "--progress: it takes one of auto, always, never"},
        {{"--html", "-"}, "--html: the verdict goes to standard output: give the name of a file"},
        {{"--html", "x", "-o", "./x"}, "--html and -o name the same file \"x\": give each its own"},
    };
    for (const auto& each : cases)
        BOOST_TEST(refused(parse_demo(each.options)) == std::string{"jobaudit demo: "} + each.said);
    BOOST_TEST(contains(refused(parse_demo(words{"surplus"})), "surplus"));
}

BOOST_AUTO_TEST_CASE(are_told_by_the_help)
{
    BOOST_TEST(contains(help(parse_demo(words{"--help"})), "--jobs NUMBER=5000"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(emulate_options_on_the_command_line)

BOOST_AUTO_TEST_CASE(have_defaults)
{
    const auto read = taken(parse_emulate(words{}));
    BOOST_TEST(read.emulator.address == "127.0.0.1");
    BOOST_TEST(read.emulator.port == 8443);
    BOOST_TEST(read.emulator.tls);
    BOOST_TEST(read.emulator.seed == 1U);
    BOOST_TEST(read.emulator.jobs == 5000U);
    BOOST_TEST(!read.emulator.accept_any_id);
    BOOST_TEST(read.emulator.api_key == "");
    BOOST_TEST((read.emulator.faults == emulator::fault_profile::none));
    BOOST_TEST((read.emulator.latency.base == 0s));
    BOOST_TEST((read.emulator.latency.jitter == 0s));
    BOOST_TEST(read.emulator.rate_limit == 0);
    BOOST_TEST(read.emulator.threads == 1U);
    BOOST_TEST(read.emulator.script_file.empty());
    BOOST_TEST(read.api_key_file == "");
    BOOST_TEST(read.certificate_file == "");
    BOOST_TEST(read.jobs_file == "");
    BOOST_TEST(read.truth_file == "");
}

BOOST_AUTO_TEST_CASE(reach_each_its_field)
{
    const auto read = taken(parse_emulate(words{
        "--port",   "65535",        "--jobs",      "7",         "--any-id", "--seed",     "8",      "--api-key-file",
        "key",      "--faults",     "hostile",     "--script",  "s.json",   "--latency",  "20ms",   "--latency-jitter",
        "5ms",      "--rate-limit", "12.5",        "--threads", "2",        "--cert-out", "ca.pem", "--jobs-out",
        "jobs.txt", "--truth-out",  "truth.ndjson"}));
    BOOST_TEST(read.emulator.port == 65535);
    BOOST_TEST(read.emulator.tls);
    BOOST_TEST(read.emulator.jobs == 7U);
    BOOST_TEST(read.emulator.accept_any_id);
    BOOST_TEST(read.emulator.seed == 8U);
    BOOST_TEST((read.emulator.faults == emulator::fault_profile::hostile));
    BOOST_TEST(read.emulator.script_file.string() == "s.json");
    BOOST_TEST((read.emulator.latency.base == 20ms));
    BOOST_TEST((read.emulator.latency.jitter == 5ms));
    BOOST_TEST(read.emulator.rate_limit == 12.5);
    BOOST_TEST(read.emulator.threads == 2U);
    BOOST_TEST(read.api_key_file == "key");
    BOOST_TEST(read.certificate_file == "ca.pem");
    BOOST_TEST(read.jobs_file == "jobs.txt");
    BOOST_TEST(read.truth_file == "truth.ndjson");

    BOOST_TEST(taken(parse_emulate(words{"--port", "0"})).emulator.port == 0);
    BOOST_TEST(!taken(parse_emulate(words{"--plain"})).emulator.tls);
    BOOST_TEST((taken(parse_emulate(words{"--faults", "rough"})).emulator.faults == emulator::fault_profile::rough));
}

BOOST_AUTO_TEST_CASE(are_refused_with_their_name_and_what_is_possible)
{
    struct {
        words options;
        const char* said;
    } const cases[] = {
        {{"--port", "65536"}, "--port: 65536 is out of range: give a number from 0 to 65535"},
        {{"--jobs", "1000000001"}, "--jobs: 1000000001 is out of range: give a number from 0 to 1000000000"},
        {{"--threads", "0"}, "--threads: 0 is out of range: give a number from 1 to 256"},
        {{"--faults", "some"}, "--faults: it takes one of none, rough, hostile"},
        {{"--latency", "-1s"},
         "--latency: \"-1s\" is no duration: give a number and a unit, such as 250ms, 30s, 5m or 1h30m"},
        {{"--plain", "--cert-out", "ca.pem"},
         "--cert-out: there is no certificate with --plain: leave one of them out"},
    };
    for (const auto& each : cases)
        BOOST_TEST(refused(parse_emulate(each.options)) == std::string{"jobaudit emulate: "} + each.said);
}

BOOST_AUTO_TEST_CASE(are_told_by_the_help)
{
    const auto text = help(parse_emulate(words{"--help"}));
    for (const auto* part : {"--port NUMBER=8443", "--faults none|rough|hostile=none", "--latency DURATION "})
        BOOST_TEST(contains(text, part), part << " is not in\n" << text);
}

BOOST_AUTO_TEST_SUITE_END()
