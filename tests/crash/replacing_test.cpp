// Audits that begin anew where an older output stands, killed at every call that they make on it.
#include "crash/faulted_audit.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <set>

using namespace jobaudit::test;

namespace {

constexpr std::uint64_t job_count = 6;

/// The jobs of an output, in order; a test fails where one stands there twice.
std::set<std::string> jobs_in(const std::string& ndjson)
{
    std::set<std::string> jobs;
    for (const auto& line : lines_of(ndjson))
        BOOST_TEST(jobs.insert(std::string{line.at("job_id").as_string()}).second);
    return jobs;
}

/// An audit that has finished, and what it left.
struct finished_audit {
    faulted_audit audit{{.jobs = job_count, .records_per_job = 2}};
    std::string first;

    void begin()
    {
        audit.forget_output();
        BOOST_TEST_REQUIRE(audit.run({}) == 0, audit.said);
        first = read("results.ndjson");
    }

    /// Of a file beside the output.
    [[nodiscard]] std::string read(const char* name) const { return audit.platform.folder.read(name); }

    /// That this audit stands where it stood, or under the name for what is kept, as it was written.
    void check_is_there(const std::string& audited) const
    {
        BOOST_TEST((read("results.ndjson") == audited || read("results.ndjson~") == audited),
                   "the finished audit is gone");
    }

    /// That what is kept still has its checksums, and nothing is left to be done of it.
    void check_kept_is_covered() const
    {
        const auto kept = read("results.ndjson~");
        process_run again{audit.platform.audit({"--jobs", audit.platform.jobs_file(), "-o",
                                                audit.platform.output() + "~", "--resume", "--summary-json", "-"})};
        BOOST_TEST(again.wait() == 0);
        BOOST_TEST(contains(again.out(), "\"requests\":0,"), again.out());
        BOOST_TEST(!contains(again.error_out(), "checked for their form alone"), again.error_out());
        BOOST_TEST((read("results.ndjson~") == kept));
    }

    /// What a person does who gives the same command again, and then the one that it is told.
    void end_as_told(fault_row& row)
    {
        const auto before = read("results.ndjson");
        const int result = audit.run({});
        if (result == 2) {
            ++row.refused;
            BOOST_TEST((read("results.ndjson") == before), "a refused output was changed");
            BOOST_TEST(contains(audit.said, "--resume\n"), audit.said);
            audit.finish(row);
        } else {
            BOOST_TEST(result == 0, audit.said);
            audit.count(row);
        }
        BOOST_TEST(jobs_in(read("results.ndjson")).size() == job_count);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(replacing)

BOOST_DATA_TEST_CASE(a_kill_at_any_call_leaves_the_finished_audit_and_doubles_no_job,
                     boost::unit_test::data::make({"kill-before", "kill-after"}), kill)
{
    finished_audit at;
    fault_row row{std::string{kill} + " at each call of an audit that begins anew"};
    for (std::uint64_t call = 1;; ++call) {
        at.begin();
        const int result = at.audit.run({.kind = kill, .at = call});
        if (!at.audit.met_its_fault()) {
            BOOST_TEST(result == 0);
            break;
        }
        BOOST_TEST(result == -SIGKILL);
        ++row.places;
        ++row.kills;
        at.check_is_there(at.first);
        // One that was killed at its very end has finished.
        const auto second = at.read("results.ndjson");
        const auto last_finished = jobs_in(second).size() == job_count ? second : at.first;
        at.end_as_told(row);
        at.check_is_there(last_finished);
        at.check_kept_is_covered();
    }
    // The renames of the output and of its checksums, the writes, the syncs, the mark and the closings.
    BOOST_TEST(row.places >= 10U);
    BOOST_TEST(row.refused > 0U);
}

BOOST_AUTO_TEST_CASE(a_rename_that_fails_leaves_all_as_it_was)
{
    finished_audit at;
    at.begin();
    std::filesystem::create_directory(at.audit.platform.output() + "~");

    BOOST_TEST(at.audit.run({}) == 5);
    BOOST_TEST(contains(at.audit.said, "cannot keep the older"), at.audit.said);
    BOOST_TEST((at.read("results.ndjson") == at.first));
}

BOOST_AUTO_TEST_CASE(a_file_system_that_knows_no_locks_is_told_of)
{
    faulted_audit audit{{.jobs = job_count}};

    BOOST_TEST(audit.run({.kind = "eio", .at = 1, .calls = "flock"}) == 0);
    BOOST_TEST(contains(audit.said, "its file system knows no locks"), audit.said);
    BOOST_TEST(audit.run({}) == 0);
    BOOST_TEST(!contains(audit.said, "no locks"), audit.said);
}

BOOST_AUTO_TEST_SUITE_END()
