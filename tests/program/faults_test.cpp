#include "program/audited_platform.hpp"

#include <random>

using namespace jobaudit::test;
using jobaudit::emulator::fault;
using jobaudit::emulator::fault_profile;
using jobaudit::emulator::sequence_entry;
using jobaudit::emulator::step;

namespace {

/// Three in ten of the first 100,000 requests fail, in these ways.
std::vector<sequence_entry> thirty_percent()
{
    const std::vector<step> failures{step{.fault = fault::reset_before_head},
                                     step{.fault = fault::reset_in_body},
                                     step{.fault = fault::truncated_body},
                                     step{.fault = fault::eof_without_close_notify},
                                     step{.status = 503},
                                     step{.fault = fault::stall}};
    std::mt19937 random{11};
    std::vector<sequence_entry> entries;
    for (std::uint64_t number = 1; number < 100'000; ++number)
        if (random() % 10 < 3)
            entries.push_back({number, number, failures[random() % failures.size()]});
    return entries;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(faults)

BOOST_AUTO_TEST_CASE(three_failures_in_ten_requests_cost_no_job)
{
    audited_platform platform{{.jobs = 3000, .script = {.sequence = thirty_percent()}}};
    // With eight attempts one job in ten thousand would still fail by chance. The time is long for what is answered, as
    // on a machine that does more beside it an answer of a sanitized server may take half a second.
    process_run audit{platform.audit_all({"--attempts", "12", "--timeout", "3s", "--threads", "2"})};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.is_right());
    BOOST_TEST(platform.server.stats().requests > 3900U);
}

BOOST_AUTO_TEST_CASE(a_hostile_server_gets_no_wrong_word_into_the_output)
{
    audited_platform platform{{.jobs = 1500, .faults = fault_profile::hostile}};
    process_run audit{platform.audit_all({"--attempts", "8", "--timeout", "2s", "--threads", "2"})};

    const int code = audit.wait();
    const auto outcomes = outcomes_of(platform.folder.read("results.ndjson"));
    BOOST_TEST((code == (outcomes.contains("not_found") || outcomes.contains("validation") ? 1 : 0)));
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_CASE(a_server_that_closes_idle_connections_costs_no_attempt)
{
    audited_platform platform{{.jobs = 200, .script = {.every_job = {step{.fault = fault::stale_keep_alive}}}}};
    process_run audit{platform.audit_all({"--attempts", "1", "--concurrency", "4"})};

    BOOST_TEST(audit.wait() == 0);
    BOOST_TEST(platform.is_right());
}

BOOST_AUTO_TEST_SUITE_END()
