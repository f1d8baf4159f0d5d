// A fault at every single call that an audit makes on its output, one run for each.
#include "crash/faulted_audit.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

using namespace jobaudit::test;

namespace {

/// An audit whose output is written in a way of its own.
struct world {
    const char* name;
    std::uint64_t jobs;
    std::uint64_t sampled_jobs;  ///< where the suite takes a sample: with sanitizers each run of all takes seconds
    std::uint64_t records;
    std::vector<std::string> further;
    /// Calls of an audit that keeps its pace, where their number is a matter of time; one that is held up makes fewer.
    std::uint64_t paced_calls = 0;
    std::uint64_t sampled_stride = 1;
    std::string output = "results.ndjson";

    /// Whether no further place is looked for when an audit met no fault at this one.
    [[nodiscard]] bool ends_before(std::uint64_t place) const { return place > paced_calls; }
    [[nodiscard]] std::uint64_t sure_places() const { return paced_calls > 0 ? 1 : 5; }

    [[nodiscard]] jobaudit::emulator::emulator_options batch() const
    {
        return {.jobs = is_full_run() ? jobs : sampled_jobs, .records_per_job = records};
    }

    /// Every call in the small one; many are alike in the others, of which the suite takes a sample.
    [[nodiscard]] std::uint64_t stride() const { return is_full_run() ? 1 : sampled_stride; }
};

std::ostream& operator<<(std::ostream& out, const world& one) { return out << one.name; }

const std::vector<world> worlds{
    {"lines in batches", 60, 60, 3, {"--rate", "300"}, 5},
    {"compressed batches", 60, 20, 3, {"--rate", "300"}, 5, 1, "results.ndjson.gz"},
    {"a database", 60, 20, 3, {"--rate", "300"}, 0, 11, "audit.db"},
    {"lines on their own", 60, 20, 1800, {"--concurrency", "8"}, 0, 7},
    {"lines too long for memory", 2, 2, 13'000, {"--concurrency", "2", "--sync", "always"}, 0, 7},
};

const std::vector<std::string> kills{"kill-before", "kill-middle", "kill-after"};
const std::vector<std::string> passing{"eintr", "short"};
const std::vector<std::string> lasting{"enospc", "eio"};

}  // namespace

BOOST_AUTO_TEST_SUITE(every_call)

BOOST_DATA_TEST_CASE(a_kill_there_loses_no_job_and_doubles_none,
                     boost::unit_test::data::make(worlds) * boost::unit_test::data::make(kills), world, kill)
{
    faulted_audit audit{world.batch(), world.further, world.output};
    fault_row row{std::string{kill} + " at each call, " + world.name};
    for (std::uint64_t at = 1;; at += world.stride()) {
        audit.forget_output();
        const int result = audit.run({.kind = kill, .at = at});
        if (!audit.met_its_fault()) {
            BOOST_TEST(result == 0);
            if (world.ends_before(at))
                break;
            continue;
        }
        BOOST_TEST(result == -SIGKILL);
        ++row.places;
        ++row.kills;
        audit.finish(row);
    }
    BOOST_TEST(row.places >= world.sure_places());
}

BOOST_DATA_TEST_CASE(what_passes_by_goes_unnoticed,
                     boost::unit_test::data::make(worlds) * boost::unit_test::data::make(passing), world, fault)
{
    faulted_audit audit{world.batch(), world.further, world.output};
    fault_row row{std::string{fault} + " at each write, " + world.name};
    for (std::uint64_t at = 1;; at += world.stride()) {
        audit.forget_output();
        BOOST_TEST(audit.run({.kind = fault, .at = at, .calls = "write"}) == 0);
        audit.count(row);
        if (audit.met_its_fault())
            ++row.places;
        else if (world.ends_before(at))
            break;
    }
    BOOST_TEST(row.places >= world.sure_places());
}

BOOST_DATA_TEST_CASE(a_full_or_broken_disk_ends_it_with_5_and_a_file_that_resumes,
                     boost::unit_test::data::make(worlds) * boost::unit_test::data::make(lasting), world, fault)
{
    faulted_audit audit{world.batch(), world.further, world.output};
    fault_row row{std::string{fault} + " from each write on, " + world.name};
    for (std::uint64_t at = 1;; at += world.stride()) {
        audit.forget_output();
        const int result = audit.run({.kind = fault, .at = at, .calls = "write"});
        if (!audit.met_its_fault()) {
            BOOST_TEST(result == 0);
            if (world.ends_before(at))
                break;
            continue;
        }
        ++row.places;
        BOOST_TEST(result == 5, audit.said);
        BOOST_TEST(contains(audit.said, "cannot write to " + audit.platform.output()), audit.said);
        BOOST_TEST(contains(audit.said, fault == "enospc" ? "free space" : "see to it"), audit.said);
        BOOST_TEST(contains(audit.said, "--resume"), audit.said);
        audit.finish(row);
    }
    BOOST_TEST(row.places >= world.sure_places());
}

BOOST_AUTO_TEST_CASE(an_error_that_only_the_disk_or_the_closing_reports_ends_it_with_5)
{
    for (const char* call : {"fdatasync", "close"}) {
        faulted_audit audit{{.jobs = 60}};
        fault_row row{"eio at each " + std::string{call}};
        for (std::uint64_t at = 1;; ++at) {
            audit.forget_output();
            const int result = audit.run({.kind = "eio", .at = at, .calls = call});
            if (!audit.met_its_fault())
                break;
            ++row.places;
            // The closing of the checksums, and of what holds the lock, says nothing that would be of use.
            BOOST_TEST((result == 5 || (result == 0 && std::string_view{call} == "close")), audit.said);
            audit.finish(row);
        }
        BOOST_TEST(row.places == 3U);
    }
}

BOOST_AUTO_TEST_CASE(a_disk_that_breaks_at_the_last_writes_of_a_database_ends_it_with_5)
{
    faulted_audit audit{{.jobs = 6}, {}, "audit.db"};
    BOOST_TEST_REQUIRE(audit.run({.kind = "count"}) == 0);
    const auto writes = audit.calls().at("write");
    fault_row row{"eio from the last writes on, a database"};
    for (auto at = writes - 3; at <= writes; ++at) {
        audit.forget_output();
        const int result = audit.run({.kind = "eio", .at = at, .calls = "write"});
        if (!audit.met_its_fault())
            continue;
        ++row.places;
        BOOST_TEST(result == 5, audit.said);
        audit.finish(row);
    }
    BOOST_TEST(row.places > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
