// Databases that were cut or damaged, and what the program makes of them: it refuses one and leaves it alone, or all is
// right in the end.
#include "crash/faulted_audit.hpp"

#include "store/input/input_error.hpp"
#include "store/output/outcome_source.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

#include <cstddef>

using namespace jobaudit::test;

namespace {

constexpr std::uint64_t job_count = 12;
constexpr std::size_t page_size = 16'384;

/// Compares each job with the truth.
class true_jobs final : public jobaudit::store::outcome_visitor {
public:
    explicit true_jobs(const jobaudit::emulator::emulator& server) : server_{server} {}

    void on_failed_file(std::string_view document, std::string_view error) override
    {
        files_.push_back({std::string{document}, std::string{error}});
    }
    void on_job(const jobaudit::store::outcome_line& job) override
    {
        const auto truth = server_.truth(jobaudit::job_id::parse(job.job).value());
        BOOST_TEST((job.kind == truth.kind && files_ == truth.failed_files), "other facts of job " << job.job);
        files_.clear();
        ++count;
    }

    std::uint64_t count = 0;

private:
    const jobaudit::emulator::emulator& server_;
    std::vector<jobaudit::failed_file> files_;
};

/// The file of a database and its log, as an audit left them.
struct left_database {
    std::string file;
    std::string log;

    static left_database of(const faulted_audit& audit)
    {
        return {audit.platform.folder.read("audit.db"), audit.platform.folder.read("audit.db-wal")};
    }

    void put_back(const faulted_audit& audit) const
    {
        audit.forget_output();
        audit.platform.folder.write("audit.db", file);
        if (!log.empty())
            audit.platform.folder.write("audit.db-wal", log);
    }

    friend bool operator==(const left_database&, const left_database&) = default;
};

faulted_audit database_audit() { return {{.jobs = job_count, .records_per_job = 3}, {}, "audit.db"}; }

/// What a report makes of it: nothing but the truth, all of it or with a note. Says why it was refused; empty: it was
/// not.
std::string check_report(const faulted_audit& audit)
{
    try {
        const auto source = jobaudit::store::open_outcomes(audit.platform.output());
        true_jobs jobs{audit.platform.server};
        source->read(jobs);
        BOOST_TEST((jobs.count == job_count || !source->note().empty()), "jobs are missing in silence");
        return {};
    } catch (const jobaudit::store::input_error& error) {
        return error.what();
    }
}

void check_damaged(faulted_audit& audit, const left_database& damaged, fault_row& row)
{
    damaged.put_back(audit);
    ++row.places;
    (void)check_report(audit);
    const int result = audit.run({}, true);
    if (result == 0) {
        ++row.resumes;
        audit.count(row);
        return;
    }
    ++row.refused;
    BOOST_TEST((result == 5 || result == 2), audit.said);
    BOOST_TEST(contains(audit.said, audit.platform.output()), audit.said);
    BOOST_TEST((left_database::of(audit) == damaged), "a refused database was changed: " + audit.said);
}

/// The places of a file that are worth a flip: the heads of its pages, and what is no gap.
std::vector<std::size_t> places_in(const std::string& bytes, std::size_t sampled)
{
    std::vector<std::size_t> all;
    for (std::size_t at = 0; at < bytes.size(); ++at)
        if (at % page_size < 12 || bytes[at] != 0)
            all.push_back(at);
    const auto stride = is_full_run() ? std::size_t{7} : 1 + all.size() / sampled;
    std::vector<std::size_t> some;
    for (std::size_t i = 0; i < all.size(); i += stride)
        some.push_back(all[i]);
    return some;
}

/// `part` is the file or its log.
void flip_places(faulted_audit& audit, fault_row& row, std::string left_database::*part)
{
    const auto left = left_database::of(audit);
    for (const auto at : places_in(left.*part, 40)) {
        auto damaged = left;
        auto& byte = (damaged.*part)[at];
        byte = static_cast<char>(byte ^ (1 << at % 8));
        BOOST_TEST_CONTEXT("a flipped bit in byte " << at) { check_damaged(audit, damaged, row); }
    }
}

/// The log of an audit that was killed before one of its calls.
struct left_log {
    const char* name;
    const char* calls;
    std::uint64_t call;
};

std::ostream& operator<<(std::ostream& out, const left_log& one) { return out << one.name; }

const std::vector<left_log> logs{
    {"killed amid its jobs", "write", 30},
    {"killed when all was committed", "fdatasync", 5},
    {"killed when all was merged into the file", "ftruncate", 2},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(damaged_database)

BOOST_AUTO_TEST_CASE(one_that_is_cut_at_a_byte_is_refused_or_gone_on_with)
{
    auto audit = database_audit();
    BOOST_TEST_REQUIRE(audit.run({}) == 0);
    const auto left = left_database::of(audit);
    fault_row row{"a database cut at a byte"};
    const auto stride = left.file.size() / (is_full_run() ? 2'000 : 40) + 1;
    for (std::size_t size = 0; size <= left.file.size(); size += stride)
        BOOST_TEST_CONTEXT("cut at byte " << size) { check_damaged(audit, {left.file.substr(0, size), {}}, row); }
    BOOST_TEST(row.refused > 0U);
    BOOST_TEST(row.resumes > 0U);
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_a_finished_one_is_refused_or_does_no_harm)
{
    auto audit = database_audit();
    BOOST_TEST_REQUIRE(audit.run({}) == 0);
    fault_row row{"a flipped bit in a byte of a finished database"};
    flip_places(audit, row, &left_database::file);
    BOOST_TEST(row.refused > 0U);
    BOOST_TEST(row.resumes > 0U);
}

BOOST_DATA_TEST_CASE(a_flipped_bit_in_the_log_that_a_kill_left_is_refused_or_does_no_harm,
                     boost::unit_test::data::make(logs), log)
{
    auto audit = database_audit();
    BOOST_TEST_REQUIRE(audit.run({.kind = "kill-before", .at = log.call, .calls = log.calls}) == -SIGKILL);
    BOOST_TEST_REQUIRE(!left_database::of(audit).log.empty());
    fault_row row{std::string{"a flipped bit in a byte of the log, "} + log.name};
    flip_places(audit, row, &left_database::log);
    BOOST_TEST(row.resumes > 0U);
}

BOOST_DATA_TEST_CASE(one_that_a_kill_left_behind_a_finished_audit_can_be_reported_on,
                     boost::unit_test::data::make({"kill-before", "kill-after"}), kill)
{
    auto audit = database_audit();
    BOOST_TEST_REQUIRE(audit.run({}) == 0);
    const auto finished = left_database::of(audit);
    fault_row row{std::string{kill} + " at each call behind a finished audit"};
    for (std::uint64_t at = 1;; at += is_full_run() ? 1 : 3) {
        finished.put_back(audit);
        const int result = audit.run({.kind = kill, .at = at});
        if (!audit.met_its_fault()) {
            BOOST_TEST(result == 0);
            break;
        }
        BOOST_TEST(result == -SIGKILL);
        ++row.places;
        ++row.kills;
        BOOST_TEST_CONTEXT("killed at call " << at) { BOOST_TEST(check_report(audit) == ""); }
    }
    BOOST_TEST(row.places >= 5U);
}

BOOST_AUTO_TEST_SUITE_END()
