#include "program/audited_platform.hpp"
#include "program/nginx_server.hpp"

#include <algorithm>

using namespace jobaudit::test;
using jobaudit::emulator::emulator_options;
using std::chrono::milliseconds;

namespace {

/// Of refusals: what is in flight before the client knows, once more for a search of the rate, and one of ten; where
/// each is asked for again until it is let through, there are several times as many as jobs.
constexpr std::uint64_t few_of(std::uint64_t jobs) { return 2 * 64 + jobs / 10; }

/// What an audit with default options of a server with a limit that nobody announced comes to.
struct limited_audit {
    explicit limited_audit(emulator_options options) : platform{std::move(options)} {}

    audited_platform platform;

    void run(const std::vector<std::string>& further = {})
    {
        process_run audit{platform.audit_all(further)};
        BOOST_TEST(audit.wait() == 0);
        BOOST_TEST(platform.is_right());
        for (const auto& line : lines_of(platform.folder.read("results.ndjson")))
            BOOST_TEST(line.at("attempts").to_number<int>() == 1);
    }

    [[nodiscard]] std::uint64_t refused() const
    {
        const auto responses = platform.server.stats().responses;
        std::uint64_t count = 0;
        for (const int status : {429, 503})
            count += responses.count(status) != 0 ? responses.at(status) : 0;
        return count;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(limits)

BOOST_AUTO_TEST_CASE(of_requests_a_second_cost_no_job_and_no_attempt)
{
    for (const int status : {429, 503}) {
        limited_audit with{
            {.jobs = 1000, .rate_limit = 200, .rate_burst = 5, .refusal = {.status = status, .retry_after = ""}}};
        with.run();
        BOOST_TEST_CONTEXT(status) BOOST_TEST(with.refused() <= few_of(1000));
    }
}

BOOST_AUTO_TEST_CASE(that_name_no_time_worth_a_pause_are_like_those_that_name_none)
{
    limited_audit with{{.jobs = 1000, .rate_limit = 200, .rate_burst = 5, .refusal = {.retry_after = "0"}}};
    with.run();
    BOOST_TEST(with.refused() <= few_of(1000));
}

BOOST_AUTO_TEST_CASE(that_ask_for_a_pause_get_few_of_them)
{
    limited_audit with{{.jobs = 400, .rate_limit = 50, .rate_burst = 5, .refusal = {.retry_after = "1"}}};
    with.run({"--log-level", "debug"});
    BOOST_TEST(with.refused() <= few_of(400));
}

BOOST_AUTO_TEST_CASE(of_requests_at_a_time_cost_no_job_and_no_attempt)
{
    for (const unsigned at_once : {1u, 3u, 10u}) {
        limited_audit with{{.jobs = 600,
                            .latency = {.base = milliseconds{5}, .jitter = milliseconds{10}},
                            .limit_at_once = at_once,
                            .refusal = {.status = at_once == 3 ? 503 : 429, .retry_after = ""}}};
        with.run();
        BOOST_TEST_CONTEXT(at_once) BOOST_TEST(with.refused() <= few_of(600));
    }
}

BOOST_AUTO_TEST_CASE(of_requests_at_a_time_hold_for_all_threads_together)
{
    limited_audit with{
        {.jobs = 1000, .latency = {.base = milliseconds{10}}, .limit_at_once = 6, .refusal = {.retry_after = ""}}};
    with.run({"--threads", "2"});
    BOOST_TEST(with.refused() <= few_of(1000));
}

BOOST_AUTO_TEST_CASE(of_nginx_as_debian_ships_it)
{
    for (const char* limit : {"limit_req zone=one", "limit_req zone=one burst=5 nodelay", "limit_conn all 2"}) {
        nginx_server nginx{R"({"failed_files":[]})"};
        nginx.set("keepalive_requests", "1000000; limit_req_zone $server_name zone=one:1m rate=100r/s; "
                                        "limit_conn_zone $server_name zone=all:1m");
        nginx.set("default_type", std::string{"application/json; "} + limit);
        nginx.reload();
        scratch_folder folder;
        const auto jobs = folder.write("jobs.txt", job_lines(400));
        process_run audit{jobaudit::test::jobaudit({"audit", "--url", nginx.url(), "--ca-file", nginx.ca_file(),
                                                    "--jobs", jobs, "-o", folder.path("results.ndjson")})};

        BOOST_TEST(audit.wait() == 0);
        const auto outcomes = outcomes_of(folder.read("results.ndjson"));
        BOOST_TEST_CONTEXT(limit) BOOST_TEST(outcomes.at("ok") == 400U);
        BOOST_TEST(nginx.requests() <= 400U + few_of(400));
    }
}

BOOST_AUTO_TEST_SUITE_END()
