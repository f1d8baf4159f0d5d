#pragma once

#include <jobaudit/emulator/emulator.hpp>
#include <jobaudit/jobaudit.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace jobaudit::test {

inline std::vector<job_id> sorted(std::vector<job_id> jobs)
{
    std::ranges::sort(jobs);
    return jobs;
}

inline std::vector<job_id> jobs_of(const std::vector<outcome>& outcomes)
{
    std::vector<job_id> jobs;
    for (const auto& one : outcomes)
        jobs.push_back(one.job);
    return sorted(std::move(jobs));
}

/// Each of `jobs`, and nothing else, in exactly one outcome.
inline void check_each_once(std::vector<job_id> jobs, const std::vector<outcome>& outcomes)
{
    BOOST_TEST(outcomes.size() == jobs.size());
    BOOST_TEST((jobs_of(outcomes) == sorted(std::move(jobs))));
}

/// Every outcome is what a right audit must say.
inline void check_truth(const emulator::emulator& server, const std::vector<outcome>& outcomes)
{
    std::size_t wrong = 0;
    for (const auto& one : outcomes) {
        const auto truth = server.truth(one.job);
        const bool right = one.kind == truth.kind && one.failed_files == truth.failed_files &&
                           one.failed_file_count == truth.failed_files.size();
        if (!right)
            BOOST_TEST_MESSAGE(one.job << ": " << one.kind << " after " << one.attempts << ": " << one.message);
        wrong += right ? 0 : 1;
    }
    BOOST_TEST(wrong == 0U);
}

/// The kinds add up to the jobs, and are those of the outcomes.
inline void check_sums(const summary& totals, const std::vector<outcome>& outcomes)
{
    BOOST_TEST(std::accumulate(totals.outcomes.begin(), totals.outcomes.end(), std::uint64_t{0}) == totals.jobs);
    BOOST_TEST(totals.jobs == outcomes.size());
    for (std::size_t kind = 0; kind < outcome_kind_count; ++kind)
        BOOST_TEST(static_cast<std::size_t>(std::ranges::count(outcomes, static_cast<outcome_kind>(kind),
                                                               &outcome::kind)) == totals.outcomes[kind]);
    std::uint64_t files = 0;
    for (const auto& one : outcomes)
        files += one.failed_file_count;
    BOOST_TEST(totals.failed_files == files);
    BOOST_TEST(totals.elapsed.count() > 0);
}

/// The client counted what the platform saw.
inline void check_counts(const summary& totals, const emulator::emulator& server)
{
    const auto seen = server.stats();
    BOOST_TEST(totals.requests == seen.requests);
    BOOST_TEST(totals.connections == seen.connections);
}

}  // namespace jobaudit::test
