// Kills at random instants of a large audit of a faulty server, and one that the system's own tracer does.
#include "crash/faulted_audit.hpp"

#include "store/output/outcome_source.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include <sys/stat.h>

using namespace jobaudit::test;
using jobaudit::emulator::fault_profile;

namespace {

std::uint64_t size_of(const std::string& path)
{
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

/// Kills it from outside once the output has grown by `bytes`, wherever it is then.
int kill_after_growth(faulted_audit& audit, std::uint64_t bytes)
{
    const auto output = audit.platform.output();
    const auto goal = size_of(output) + bytes;
    process_run run{audit.platform.audit_all(audit.command(true))};
    (void)run.wait_until([&] { return size_of(output) >= goal; });
    run.send(SIGKILL);
    return run.wait();
}

/// Kills it from outside once the server has been asked so many times more, wherever it is then.
int kill_after_requests(faulted_audit& audit, std::uint64_t requests)
{
    const auto goal = audit.platform.server.stats().requests + requests;
    process_run run{audit.platform.audit_all(audit.command(true))};
    (void)run.wait_until([&] { return audit.platform.server.stats().requests >= goal; });
    run.send(SIGKILL);
    return run.wait();
}

/// The jobs of an output that have ended.
class ended_jobs final : public jobaudit::store::outcome_visitor {
public:
    explicit ended_jobs(const std::string& output) { jobaudit::store::open_outcomes(output)->read(*this); }

    void on_failed_file(std::string_view, std::string_view) override {}
    void on_job(const jobaudit::store::outcome_line& job) override
    {
        if (has_ended(job.kind))
            BOOST_TEST(jobs.insert(job.job).second, job.job << " stands there twice");
    }

    std::set<std::string> jobs;
};

/// An output that is no text.
struct other_form {
    const char* output;
    std::uint64_t job_size;  ///< bytes that are written for one, at least
};

std::ostream& operator<<(std::ostream& out, const other_form& one) { return out << one.output; }

const std::vector<other_form> other_forms{{"audit.db", 700}, {"results.ndjson.zst", 50}};

std::size_t whole_lines(const std::string& text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(random_kill)

BOOST_AUTO_TEST_CASE(at_any_instant_of_a_large_audit_loses_no_job_and_drops_no_line)
{
    const std::uint64_t kills = is_full_run() ? 300 : 60;
    const std::uint64_t jobs = is_full_run() ? 150'000 : 40'000;
    constexpr std::uint64_t line_size = 700;
    faulted_audit audit{{.jobs = jobs, .faults = fault_profile::rough}, {"--attempts", "10"}};
    fault_row row{"kill at random instants of a large audit, rough server"};
    std::mt19937_64 random{20'261'124};
    std::string before;
    // So that the last kill finds it at work still: a run dies up to 100 ms of lines behind the byte that was chosen.
    const auto most = jobs * line_size / kills / 2;
    while (row.kills < kills) {
        ++row.places;
        const auto bytes = 1 + random() % most;
        // Every other one dies within a write, at that very byte of it.
        const int result = row.places % 2 == 0 ? kill_after_growth(audit, bytes)
                                               : audit.run({.kind = "kill-middle", .bytes = bytes}, true);
        BOOST_TEST_REQUIRE(result == -SIGKILL, audit.said);
        ++row.kills;
        const auto after = audit.platform.folder.read("results.ndjson");
        const auto kept = before.substr(0, before.rfind('\n') + 1);
        BOOST_REQUIRE_MESSAGE(after.starts_with(kept), "a line that stood there is gone");
        before = after;
    }
    row.resumes = row.kills - 1;
    BOOST_TEST(whole_lines(before) < jobs);
    audit.finish(row);
}

BOOST_DATA_TEST_CASE(at_any_instant_of_a_large_audit_into_another_form_loses_no_job,
                     boost::unit_test::data::make(other_forms), form)
{
    const std::uint64_t kills = is_full_run() ? 200 : 10;
    const std::uint64_t jobs = is_full_run() ? 100'000 : 4'000;
    faulted_audit audit{{.jobs = jobs, .faults = fault_profile::rough}, {"--attempts", "10"}, form.output};
    fault_row row{std::string{"kill at random instants of a large audit into "} + form.output};
    std::mt19937_64 random{20'261'130};
    // So that the last one finds it at work still.
    const auto most = jobs / kills / 2;
    std::set<std::string> before;
    // A run may do hundreds of requests before its first jobs are due to be written; there must be something to lose.
    for (auto requests = most; before.empty(); requests *= 2) {
        BOOST_TEST_REQUIRE(kill_after_requests(audit, requests) == -SIGKILL);
        before = ended_jobs{audit.platform.output()}.jobs;
    }
    while (row.kills < kills) {
        ++row.places;
        const auto part = 1 + random() % most;
        // Every other one dies within a write, at that very byte of all that it writes.
        const int result = row.places % 2 == 0
                               ? kill_after_requests(audit, part)
                               : audit.run({.kind = "kill-middle", .bytes = part * form.job_size}, true);
        BOOST_TEST_REQUIRE(result == -SIGKILL, audit.said);
        ++row.kills;
        auto after = ended_jobs{audit.platform.output()}.jobs;
        BOOST_REQUIRE_MESSAGE(std::ranges::includes(after, before), "a job that stood there is gone");
        before = std::move(after);
    }
    row.resumes = row.kills;
    BOOST_TEST(before.size() < jobs);
    audit.finish(row);
}

BOOST_AUTO_TEST_CASE(leaves_no_job_to_be_asked_for_twice_that_had_ended)
{
    // A run writes up to 100 ms of lines behind the byte that was chosen.
    constexpr std::uint64_t jobs = 100'000;
    faulted_audit audit{{.jobs = jobs, .records_per_job = 3}};
    fault_row row{"kill at random instants of a large audit"};
    std::mt19937_64 random{5};
    for (; row.kills < 20; ++row.kills, ++row.places)
        BOOST_TEST_REQUIRE(kill_after_growth(audit, 1 + random() % 60'000) == -SIGKILL);
    const auto ended = whole_lines(audit.platform.folder.read("results.ndjson"));
    BOOST_TEST(ended > 0U);
    // What the killed run had sent is counted when the server has come to it.
    while (audit.platform.server.stats().open_connections > 0)
        std::this_thread::yield();
    const auto asked = audit.platform.server.stats().requests;
    audit.finish(row);

    BOOST_TEST(audit.platform.server.stats().requests - asked == jobs - ended);
}

BOOST_AUTO_TEST_CASE(by_the_tracer_at_each_write_finds_what_the_preloaded_faults_find)
{
    faulted_audit audit{{.jobs = 30, .records_per_job = 3}, {"--rate", "300"}};
    const auto traced = [&](const std::string& injection) {
        auto command = audit.platform.audit_all(audit.command(false));
        const std::vector<std::string> tracer{"/usr/bin/strace",
                                              "-f",
                                              "-qq",
                                              "-o",
                                              "/dev/null",
                                              "-e",
                                              "trace=write",
                                              "-e",
                                              injection,
                                              "-P",
                                              audit.platform.output(),
                                              "-P",
                                              audit.platform.output() + ".sums"};
        command.insert(command.begin(), tracer.begin(), tracer.end());
        process_run run{command};
        const int result = run.wait();
        audit.said = run.error_out();
        return result;
    };
    if (traced("inject=write:delay_enter=1") != 0) {
        BOOST_TEST_MESSAGE("not tried: strace is not there or may not trace: " + audit.said);
        std::printf("note: kills by strace were not tried: %s\n", audit.said.c_str());
        return;
    }
    fault_row row{"strace: SIGKILL at each write"};
    for (;;) {
        audit.forget_output();
        const int result = traced("inject=write:signal=KILL:when=" + std::to_string(row.places + 1));
        if (result == 0)
            break;
        ++row.places;
        row.kills += result == -SIGKILL ? 1U : 0U;
        audit.finish(row);
    }
    // At least one write to the output and one to its checksums: how many lines go into one is a matter of time.
    BOOST_TEST(row.places >= 2U);
    BOOST_TEST(row.kills == row.places);
}

BOOST_AUTO_TEST_SUITE_END()
