// An audit into a compressed file: interrupted, killed, gone on with, and read back.
#include "decompressed.hpp"
#include "program/audited_platform.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <csignal>
#include <string>
#include <vector>

using namespace jobaudit::test;

namespace {

const std::vector<std::string> names{"results.ndjson.gz", "results.ndjson.zst"};

std::string printed(const std::vector<std::string>& arguments, const std::string& input = {}, int code = 0)
{
    process_run run{jobaudit::test::jobaudit(arguments), {.input = input}};
    BOOST_TEST(run.wait() == code, run.error_out());
    return code == 0 ? run.out() : run.error_out();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compressed_output)

BOOST_DATA_TEST_CASE(is_read_as_the_text_that_it_holds_is, boost::unit_test::data::make(names), name)
{
    audited_platform platform{{.jobs = 200, .faults = jobaudit::emulator::fault_profile::rough}};
    platform.output_name = name;
    process_run audit{platform.audit_all()};
    (void)audit.wait();
    BOOST_TEST(platform.is_right());
    BOOST_TEST(contains(audit.error_out(), "jobaudit report " + platform.output()), audit.error_out());

    const decompressed all{platform.output()};
    BOOST_TEST(all.is_whole);
    BOOST_TEST(lines_of(all.text).size() == 200U);
    const auto figures = printed({"report", platform.output(), "--json"});
    BOOST_TEST(summary_of(figures).at("jobs").to_number<int>() == 200);
    // But for the file's name.
    const auto without_name = [](const std::string& json) { return json.substr(json.find("\"schema\"")); };
    for (const auto& input : {all.text, platform.folder.read(name)})
        BOOST_TEST((without_name(printed({"report", "-", "--json"}, input)) == without_name(figures)));
    const auto plain = platform.folder.write("plain.ndjson", all.text);
    BOOST_TEST(contains(printed({"diff", plain, platform.output()}), "0  fail now and did not"));

    // The same once more: it has finished, and is kept.
    process_run again{platform.audit_all({"--quiet", "--fail-on", "new", "--baseline", platform.output()})};
    (void)again.wait();
    BOOST_TEST(platform.folder.has(name + "~"));
    BOOST_TEST(platform.is_right());
}

BOOST_DATA_TEST_CASE(that_is_cut_short_or_damaged_is_refused_with_its_place, boost::unit_test::data::make(names), name)
{
    audited_platform platform{{.jobs = 50}};
    platform.output_name = name;
    BOOST_TEST(process_run{platform.audit_all()}.wait() == 0);
    const auto content = platform.folder.read(name);
    // From a pipe.
    process_run piped{{"/bin/sh", "-c",
                       "head -c " + std::to_string(content.size() - 1) + " '" + platform.output() + "' | '" +
                           jobaudit::test::jobaudit({}).front() + "' report -"}};
    BOOST_TEST(piped.wait() == 2);
    BOOST_TEST(contains(piped.error_out(), "it is cut short within"), piped.error_out());
    BOOST_TEST(contains(printed({"report", "-"}, content.substr(0, 15), 2), "it is cut short within"));
    auto damaged = content;
    damaged[content.size() - 6] = static_cast<char>(damaged[content.size() - 6] ^ 1);
    platform.folder.write(name, damaged);
    for (const auto& said : {printed({"report", "-"}, damaged, 2), printed({"report", platform.output()}, {}, 2)})
        BOOST_TEST(contains(said, ", is damaged ("), said);
    process_run resumed{platform.audit_all({"--resume"})};
    BOOST_TEST(resumed.wait() == 5);
    BOOST_TEST(contains(resumed.error_out(), ", is damaged ("), resumed.error_out());
    BOOST_TEST((platform.folder.read(name) == damaged));
}

BOOST_DATA_TEST_CASE(goes_on_after_an_interrupt_and_after_kills,
                     boost::unit_test::data::make(names) * boost::unit_test::data::make({SIGINT, SIGKILL}), name,
                     signal)
{
    audited_platform platform{{.jobs = 20'000, .latency = {.base = std::chrono::milliseconds{20}}}};
    platform.output_name = name;
    for (const std::uint64_t requests : {1'000U, 3'000U}) {
        process_run audit{platform.audit_all({requests > 1'000 ? "--resume" : "--quiet"})};
        BOOST_TEST_REQUIRE(audit.wait_until([&] { return platform.server.stats().requests > requests; }));
        audit.send(signal);
        BOOST_TEST(audit.wait() == (signal == SIGKILL ? -SIGKILL : 128 + SIGINT));
    }
    const auto before = decompressed(platform.output()).text;
    BOOST_TEST(lines_of(before.substr(0, before.rfind('\n') + 1)).size() > 500U);

    process_run replacing{platform.audit_all()};
    BOOST_TEST(replacing.wait() == 2);
    BOOST_TEST(contains(replacing.error_out(), "it is not replaced"), replacing.error_out());

    process_run resumed{platform.audit_all({"--resume"})};
    BOOST_TEST(resumed.wait() == 0, resumed.error_out());
    BOOST_TEST(platform.is_right());
    const decompressed after{platform.output()};
    BOOST_TEST(after.is_whole);
    BOOST_TEST(lines_of(after.text).size() == 20'000U);
    BOOST_TEST(platform.server.stats().requests < 23'000U);
}

BOOST_AUTO_TEST_SUITE_END()
