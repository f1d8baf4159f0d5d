#include "program/audited_platform.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

using namespace jobaudit::test;
using jobaudit::emulator::step;

namespace {

/// Of the seconds of an audit but the first and the last, which are cut by its start and its end.
double mean_of_whole_seconds(const std::vector<std::uint64_t>& by_second)
{
    BOOST_TEST_REQUIRE(by_second.size() >= 3U);
    const auto whole = std::accumulate(by_second.begin() + 1, by_second.end() - 1, std::uint64_t{0});
    return static_cast<double>(whole) / static_cast<double>(by_second.size() - 2);
}

/// What was sent in time comes late, and so more of it together, where the machine stands still for a moment: up to a
/// fifth of a second is left for that. Requests that nobody counts show in the mean, and simulation looks at every
/// window by a clock that does not stand still.
void check_rate(const jobaudit::emulator::statistics& seen, unsigned rate)
{
    BOOST_TEST(seen.max_requests_in_one_second <= rate + rate / 5);
    BOOST_TEST(mean_of_whole_seconds(seen.requests_by_second) < 1.03 * rate);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pace)

BOOST_AUTO_TEST_CASE(two_threads_keep_the_rate_together_with_retries_among_the_requests)
{
    constexpr std::uint64_t jobs = 4700;
    // Every 15th request fails, so that about 5,000 are made: ten seconds at 500 a second.
    std::vector<jobaudit::emulator::sequence_entry> failures;
    for (std::uint64_t i = 15; i < 10'000; i += 15)
        failures.push_back({i, i, step{.status = 502}});
    audited_platform platform{{.jobs = jobs, .records_per_job = 1, .script = {.sequence = failures}}};
    process_run audit{platform.audit_all({"--rate", "500", "--threads", "2", "--attempts", "8"})};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.is_right());
    const auto seen = platform.server.stats();
    BOOST_TEST(seen.requests > jobs);
    // That the rate is used up is seen where no machine stands still: simulate --efficiency.
    check_rate(seen, 500);
}

BOOST_AUTO_TEST_CASE(what_replaces_a_request_on_a_stale_connection_waits_for_its_turn_too)
{
    audited_platform platform{
        {.jobs = 300, .script = {.every_job = {step{.fault = jobaudit::emulator::fault::stale_keep_alive}}}}};
    process_run audit{platform.audit_all({"--rate", "100", "--threads", "2"})};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.is_right());
    const auto seen = platform.server.stats();
    BOOST_TEST(seen.requests > 300U);
    check_rate(seen, 100);
}

BOOST_AUTO_TEST_CASE(one_answer_of_429_silences_every_thread_for_as_long_as_it_says)
{
    audited_platform platform{{.jobs = 4000,
                               .latency = {.base = std::chrono::milliseconds{5}},
                               .script = {.sequence = {{1000, 1000, step{.status = 429, .retry_after = "3"}}}}}};
    process_run audit{platform.audit_all({"--threads", "2"})};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.is_right());
    // A second less, for what had left when the 429 was read and was slow to arrive.
    BOOST_TEST(platform.server.stats().longest_silence >= std::chrono::seconds{2});
    BOOST_TEST(contains(audit.error_out(), "waited"));
}

BOOST_AUTO_TEST_CASE(a_job_in_backoff_holds_no_connection)
{
    audited_platform known{{.jobs = 500}};
    audited_platform platform{{.jobs = 500, .script = {.jobs = {{known.server.job(0), {step{.status = 503}}}}}}};
    process_run audit{platform.audit_all({"--concurrency", "1", "--attempts", "5"})};

    BOOST_TEST(audit.wait() == 6);
    const auto lines = lines_of(platform.folder.read("results.ndjson"));
    BOOST_TEST_REQUIRE(lines.size() == 500U);
    // The first job fails five times, and all others end before its last attempt.
    BOOST_TEST(lines.back().at("job_id").as_string() == known.server.job(0).to_string());
    BOOST_TEST(lines.back().at("outcome").as_string() == "server_error");
    BOOST_TEST(lines.back().at("attempts").to_number<int>() == 5);
}

BOOST_AUTO_TEST_SUITE_END()
