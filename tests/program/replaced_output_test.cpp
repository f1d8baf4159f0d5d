// The same command given again, and outputs that others cut while they are written.
#include "program/audited_platform.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <array>
#include <filesystem>
#include <set>

using namespace jobaudit::test;

namespace {

/// A platform that answers slowly enough for an audit to be interrupted.
struct slow_platform : audited_platform {
    explicit slow_platform(std::uint64_t jobs = 3000)
        : audited_platform{{.jobs = jobs, .latency = {.base = std::chrono::milliseconds{20}}}}
    {}

    /// An audit that ends with some of its jobs.
    void interrupt(const std::vector<std::string>& further = {}) const
    {
        const auto before = server.stats().requests;
        process_run audit{audit_all(further)};
        BOOST_TEST_REQUIRE(audit.wait_until([&] { return server.stats().requests > before + 200; }));
        audit.send(SIGINT);
        BOOST_TEST(audit.wait() == 130);
    }

    [[nodiscard]] std::array<std::string, 4> files() const
    {
        return {folder.read("results.ndjson"), folder.read("results.ndjson.sums"), folder.read("results.ndjson~"),
                folder.read("results.ndjson~.sums")};
    }
};

/// The command that stands below a line of what was said.
std::string command_below(const std::string& said, const std::string& line)
{
    const auto begin = said.find("  ", said.find(line));
    BOOST_REQUIRE(begin != std::string::npos);
    return said.substr(begin, said.find('\n', begin) - begin);
}

int run_in_shell(const std::string& command)
{
    process_run run{{"/bin/sh", "-c", command}};
    return run.wait();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replaced_output)

BOOST_AUTO_TEST_CASE(the_same_command_again_leaves_an_unfinished_audit_as_it_is_and_says_what_to_do)
{
    for (const std::string line : {"To go on with it:", "To begin anew, without it:"}) {
        const slow_platform platform;
        platform.interrupt();
        const auto before = platform.files();
        const auto requests = platform.server.stats().requests;
        std::string said;
        for (int times = 0; times < 2; ++times) {
            process_run again{platform.audit_all({"--summary-json", platform.folder.path("summary.json")})};
            BOOST_TEST(again.wait() == 2);
            said = again.error_out();
            BOOST_TEST(contains(said, "it is not replaced"), said);
        }
        BOOST_TEST((platform.files() == before));
        BOOST_TEST(!platform.folder.has("summary.json"));
        BOOST_TEST(platform.server.stats().requests == requests);

        BOOST_TEST(run_in_shell(command_below(said, line)) == 0);
        BOOST_TEST(platform.is_right());
    }
}

BOOST_AUTO_TEST_CASE(a_nightly_audit_replaces_the_one_that_finished_and_keeps_it)
{
    audited_platform platform{{.jobs = 50}};
    std::string before;
    for (int night = 0; night < 3; ++night) {
        process_run audit{platform.audit_all()};
        BOOST_TEST(audit.wait() == 0);
        BOOST_TEST(platform.is_right());
        BOOST_TEST((platform.folder.read("results.ndjson~") == before));
        before = platform.folder.read("results.ndjson");
    }
}

BOOST_AUTO_TEST_CASE(the_last_audit_that_finished_outlives_those_that_do_not)
{
    const slow_platform platform{1000};
    process_run first{platform.audit_all()};
    BOOST_TEST(first.wait() == 0);
    const auto finished = platform.folder.read("results.ndjson");

    platform.interrupt();
    for (int times = 0; times < 2; ++times)
        platform.interrupt({"--overwrite"});
    BOOST_TEST((platform.folder.read("results.ndjson~") == finished));

    process_run resumed{platform.audit_all({"--resume"})};
    BOOST_TEST(resumed.wait() == 0);
    BOOST_TEST(platform.is_right());
    BOOST_TEST((platform.folder.read("results.ndjson~") == finished));
}

BOOST_DATA_TEST_CASE(one_that_is_being_written_is_left_to_who_writes_it,
                     boost::unit_test::data::make({"results.ndjson", "audit.db"}), output)
{
    audited_platform at{{.jobs = 20}};
    at.output_name = output;
    process_run first{at.audit_all({"--rate", "100"})};
    BOOST_TEST_REQUIRE(first.wait_until([&] { return at.server.stats().requests > 0; }));
    first.send(SIGSTOP);
    for (const char* how : {"--resume", "--overwrite"}) {
        process_run second{at.audit_all({how})};
        BOOST_TEST(second.wait() == 5);
        BOOST_TEST(contains(second.error_out(), at.output() + " is being written by another jobaudit"),
                   second.error_out());
    }
    first.send(SIGCONT);

    BOOST_TEST(first.wait() == 0, first.error_out());
    BOOST_TEST(at.is_right());
}

BOOST_AUTO_TEST_CASE(what_has_no_list_for_good_keeps_no_audit_from_having_finished)
{
    using jobaudit::emulator::step;
    for (const auto& [status, is_finished] : {std::pair{404, true}, {422, true}, {403, true}, {410, true}, {500, false}}) {
        step answer{.status = status};
        answer.body = R"({"detail":"Job not found"})";
        audited_platform platform{{.jobs = 2, .script = {.sequence = {{1, 1, step{}}, {2, 100, answer}}}}};
        process_run audit{platform.audit_all({"--attempts", "1", "--concurrency", "1"})};
        BOOST_TEST(audit.wait() != 0);
        BOOST_TEST(contains(audit.error_out(), "To go on where this ended") != is_finished, audit.error_out());

        process_run again{platform.audit_all({"--attempts", "1"})};
        BOOST_TEST((again.wait() != 2) == is_finished, status);
    }
}

BOOST_AUTO_TEST_CASE(what_can_not_be_asked_for_changes_nothing)
{
    audited_platform platform{{.jobs = 20}};
    const auto empty = platform.folder.write("empty.csv", "a,b\n");
    const auto files = [&platform] {
        std::set<std::string> found;
        for (const auto& each : std::filesystem::directory_iterator{platform.folder.path("")})
            found.insert(each.path().filename().string() + "\n" +
                         platform.folder.read(each.path().filename().string()));
        return found;
    };
    for (const bool is_finished : {false, true}) {
        if (is_finished) {
            process_run audit{platform.audit_all()};
            BOOST_TEST(audit.wait() == 0);
        }
        const auto before = files();
        for (const auto* how : {"--resume", "--overwrite", "--sync=end"}) {
            for (const auto& jobs : {platform.folder.path("missing"), empty}) {
                process_run wrong{platform.audit({"--jobs", jobs, "-o", platform.output(), how})};
                BOOST_TEST(wrong.wait() == 2);
                BOOST_TEST((files() == before), how << " with " << jobs);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(resume_leaves_a_finished_audit_finished)
{
    audited_platform platform{{.jobs = 50}};
    for (const auto& further : {std::vector<std::string>{}, {"--resume"}, {"--resume"}, {}}) {
        process_run audit{platform.audit_all(further)};
        BOOST_TEST(audit.wait() == 0);
        BOOST_TEST(platform.is_right());
    }
}

BOOST_AUTO_TEST_CASE(an_overwrite_in_a_file_of_options_is_taken_back_by_the_command_that_goes_on)
{
    const slow_platform platform;
    const auto config = platform.folder.write("audit.ini", "overwrite = true\n");
    process_run audit{platform.audit_all({"--config", config})};
    BOOST_TEST_REQUIRE(audit.wait_until([&] { return platform.server.stats().requests > 200; }));
    audit.send(SIGINT);
    BOOST_TEST(audit.wait() == 130);

    BOOST_TEST(run_in_shell(command_below(audit.error_out(), "To go on where this ended:")) == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(one_that_is_cut_while_it_is_written_ends_with_5_and_can_be_gone_on_with)
{
    const slow_platform platform;
    process_run audit{platform.audit_all()};
    BOOST_TEST_REQUIRE(
        audit.wait_until([&] { return platform.folder.read("results.ndjson").size() > std::size_t{100'000}; }));
    BOOST_TEST_REQUIRE(::truncate(platform.output().c_str(), 0) == 0);

    BOOST_TEST(audit.wait() == 5);
    BOOST_TEST(contains(audit.error_out(), "was cut while it was being written"), audit.error_out());
    BOOST_TEST(!platform.is_right());
    process_run again{platform.audit_all()};
    BOOST_TEST(again.wait() == 2);
    process_run resumed{platform.audit_all({"--resume"})};
    BOOST_TEST(resumed.wait() == 0, resumed.error_out());
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(standard_output_that_is_cut_while_it_is_written_ends_with_5)
{
    for (const int append : {0, O_APPEND}) {
        const slow_platform platform;
        const descriptor out{
            ::open(platform.folder.path("out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | append, 0600)};
        process_run audit{platform.audit({"--jobs", platform.jobs_file()}), {.out = out.get()}};
        BOOST_TEST_REQUIRE(audit.wait_until([&] { return platform.folder.read("out").size() > std::size_t{100'000}; }));
        BOOST_TEST_REQUIRE(::truncate(platform.folder.path("out").c_str(), 0) == 0);

        BOOST_TEST(audit.wait() == 5);
        BOOST_TEST(contains(audit.error_out(), "stdout was cut while it was being written"), audit.error_out());
    }
}

BOOST_AUTO_TEST_CASE(standard_output_may_be_shared_with_others)
{
    audited_platform platform{{.jobs = 50}};
    const auto out = platform.folder.write("out", "before\n");
    const descriptor shared{::open(out.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
    process_run audit{platform.audit({"--jobs", platform.jobs_file()}),
                      {.out = shared.get(), .error_out = shared.get()}};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(contains(platform.folder.read("out"), "before\n"));
}

BOOST_AUTO_TEST_CASE(the_demo_replaces_no_audit_that_did_not_finish)
{
    const slow_platform platform;
    platform.interrupt();
    const auto before = platform.files();
    process_run demo{jobaudit::test::jobaudit({"demo", "--jobs", "100", "-o", platform.output()})};

    BOOST_TEST(demo.wait() == 2);
    BOOST_TEST(contains(demo.error_out(), "remove it, or name another output"), demo.error_out());
    BOOST_TEST((platform.files() == before));
}

BOOST_AUTO_TEST_SUITE_END()
