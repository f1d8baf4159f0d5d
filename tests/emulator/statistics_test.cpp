#include "emulator/statistics_recorder.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace emulator = jobaudit::emulator;
using emulator::request_kind;
using namespace std::chrono_literals;

namespace {

// A recorder whose clock stands until it is moved.
struct recorder_at_rest {
    emulator::statistics_recorder::clock::time_point now{1000s};
    emulator::population jobs{1, 10};
    emulator::statistics_recorder recorder{jobs, [this] { return now; }};

    void request_at(std::chrono::nanoseconds since_start)
    {
        now = emulator::statistics_recorder::clock::time_point{1000s} + since_start;
        (void)recorder.request_arrived(request_kind::failed_files, jobs.job(0));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(statistics)

BOOST_AUTO_TEST_CASE(counts_the_fullest_window_wherever_it_begins)
{
    recorder_at_rest at;
    for (const auto time : {0ms, 900ms, 950ms, 1050ms, 1100ms, 1899ms, 5000ms})
        at.request_at(time);

    BOOST_TEST(at.recorder.snapshot().max_requests_in_one_second == 5U);
}

BOOST_AUTO_TEST_CASE(takes_requests_a_whole_second_apart_for_two_windows)
{
    recorder_at_rest at;
    at.request_at(0ns);
    at.request_at(1s);
    BOOST_TEST(at.recorder.snapshot().max_requests_in_one_second == 1U);

    at.request_at(1s + 999'999'999ns);
    BOOST_TEST(at.recorder.snapshot().max_requests_in_one_second == 2U);
}

BOOST_AUTO_TEST_CASE(knows_the_longest_time_without_a_request)
{
    recorder_at_rest at;
    for (const auto time : {500ms, 600ms, 2700ms, 2900ms})
        at.request_at(time);
    BOOST_TEST(at.recorder.snapshot().longest_silence == 2100ms);

    at.recorder.reset();
    at.request_at(9s);
    BOOST_TEST(at.recorder.snapshot().longest_silence == 0ms);
}

BOOST_AUTO_TEST_CASE(sorts_requests_into_seconds_from_the_first_one_on)
{
    recorder_at_rest at;
    for (const auto time : {0ms, 999ms, 1000ms, 3500ms})
        at.request_at(time);

    BOOST_TEST((at.recorder.snapshot().requests_by_second == std::vector<std::uint64_t>{2, 1, 0, 1}));
}

BOOST_AUTO_TEST_CASE(numbers_requests_in_all_and_by_job)
{
    recorder_at_rest at;
    const auto foreign = emulator::population{2, 1}.job(0);

    BOOST_TEST(at.recorder.request_arrived(request_kind::failed_files, at.jobs.job(3)).of_job == 1U);
    BOOST_TEST(at.recorder.request_arrived(request_kind::failed_files, foreign).of_job == 1U);
    BOOST_TEST(at.recorder.request_arrived(request_kind::failed_files, foreign).of_job == 2U);
    const auto last = at.recorder.request_arrived(request_kind::list, {});
    BOOST_TEST(last.number == 4U);
    BOOST_TEST(last.of_job == 0U);
    BOOST_TEST(last.of_list == 1U);
    BOOST_TEST(at.recorder.requests_of(foreign) == 2U);
    BOOST_TEST(at.recorder.snapshot().max_requests_of_a_job == 2U);
    BOOST_TEST(at.recorder.snapshot().jobs_requested == 2U);
}

BOOST_AUTO_TEST_CASE(keeps_the_counts_of_many_foreign_jobs_apart)
{
    emulator::job_counts counts{emulator::population{1, 0}};
    const emulator::population foreign{2, 5000};
    for (std::uint64_t round = 0; round < 2; ++round)
        for (std::uint64_t i = 0; i < foreign.size(); ++i)
            counts.add(foreign.job(i));

    BOOST_TEST(counts.size() == 5000U);
    BOOST_TEST(counts.highest() == 2U);
    std::size_t visited = 0;
    counts.for_each([&](const jobaudit::job_id& job, std::uint32_t count) {
        visited += foreign.index_of(job) && count == 2 ? 1U : 0U;
    });
    BOOST_TEST(visited == 5000U);
}

BOOST_AUTO_TEST_CASE(forgets_all_but_open_connections_on_reset)
{
    recorder_at_rest at;
    BOOST_TEST(at.recorder.connection_opened());
    at.request_at(0s);
    at.recorder.responded(200);
    at.recorder.reset();
    const auto now = at.recorder.snapshot();

    BOOST_TEST(now.requests == 0U);
    BOOST_TEST(now.responses.empty());
    BOOST_TEST(now.open_connections == 1U);
    BOOST_TEST(at.recorder.requests_of(at.jobs.job(0)) == 0U);
}

BOOST_AUTO_TEST_CASE(leaves_no_trace_of_a_connection_that_served_the_control_paths)
{
    recorder_at_rest at;
    BOOST_TEST(at.recorder.connection_opened());
    const bool raised = at.recorder.connection_opened();
    at.recorder.handshake_ended(true);
    at.recorder.connection_discounted(raised, true);
    const auto now = at.recorder.snapshot();

    BOOST_TEST(now.connections == 1U);
    BOOST_TEST(now.open_connections == 1U);
    BOOST_TEST(now.max_open_connections == 1U);
    BOOST_TEST(now.handshakes_resumed == 0U);
}

BOOST_AUTO_TEST_CASE(is_written_as_json_with_the_requests_of_each_job)
{
    recorder_at_rest at;
    at.request_at(0s);
    at.recorder.responded(503);
    std::string text;
    at.recorder.append_json(text, true);
    const auto read = boost::json::parse(text);

    BOOST_TEST(read.at("requests").as_int64() == 1);
    BOOST_TEST(read.at("responses").at("503").as_int64() == 1);
    BOOST_TEST(read.at("jobs").at(at.jobs.job(0).to_string()).as_int64() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
