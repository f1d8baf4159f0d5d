#include "simulated_world.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

namespace {

/// One of the things that may be wrong with a server, at random.
void add_a_fault(world_plan& plan, random_source& random)
{
    switch (random.next() % 12) {
    case 0:
        plan.not_found = 0.2;
        break;
    case 1:
        plan.server_error = 0.1;
        break;
    case 2:
        plan.bad_gateway = 0.3 * random.unit();
        break;
    case 3:
        plan.reset = 0.2 * random.unit();
        break;
    case 4:
        plan.throttled = 0.02 * random.unit();
        break;
    case 5:
        plan.throttled_unhinted = 0.005;
        break;
    case 6:
        plan.throttled_zero = 0.05;
        break;
    case 7:
        plan.poisoned = 0.1 * random.unit();
        break;
    case 8:
        plan.outages.push_back({random.uniform(3s), 3s + random.uniform(30s)});
        break;
    case 9:
        plan.key_revoked_at = random.uniform(5s);
        break;
    case 10:
        plan.throttle_above = 50 + 200 * random.unit();
        break;
    default:
        plan.latency = 300ms;
        break;
    }
}

[[nodiscard]] world_plan random_plan(std::uint64_t seed)
{
    random_source random{seed};
    world_plan plan;
    plan.seed = seed;
    plan.jobs = 200 + static_cast<std::uint32_t>(random.next() % 1500);
    plan.schedulers = 1 + static_cast<unsigned>(random.next() % 4);
    plan.lanes = 1 + static_cast<unsigned>(random.next() % 40);
    plan.options.attempts = 1 + static_cast<unsigned>(random.next() % 6);
    plan.options.adaptive = random.next() % 4 == 0;
    if (random.next() % 2 == 0) {
        plan.options.rate = 20 + 1500 * random.unit();
        plan.options.burst = 1 + static_cast<unsigned>(random.next() % 5);
    }
    if (random.next() % 8 == 0)
        plan.options.deadline = 1s + random.uniform(10s);
    if (random.next() % 8 == 0)
        plan.options.outage_limit = plan.options.outage_limit_at_start = 5s;
    if (random.next() % 16 == 0)
        plan.options.max_wait = 200ms;
    for (auto faults = random.next() % 4; faults > 0; --faults)
        add_a_fault(plan, random);
    return plan;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(simulation)

BOOST_AUTO_TEST_CASE(keeps_every_promise_in_worlds_made_at_random)
{
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed)
        {
            simulated_world world{random_plan(seed)};
            world.run();
            BOOST_TEST(world.violation == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(uses_all_lanes_all_the_time_when_nothing_is_wrong)
{
    world_plan plan;
    plan.jobs = 12'800;
    plan.lanes = 64;
    plan.latency = 50ms;
    simulated_world world{plan};
    world.run();

    BOOST_TEST(world.violation == "");
    BOOST_TEST(world.elapsed() < 200 * 50ms * 103 / 100);
}

BOOST_AUTO_TEST_CASE(loses_little_time_when_a_tenth_of_all_answers_fails)
{
    world_plan plan;
    plan.jobs = 12'800;
    plan.lanes = 64;
    plan.latency = 50ms;
    plan.bad_gateway = 0.1;
    simulated_world world{plan};
    world.run();

    BOOST_TEST(world.violation == "");
    const auto needed = static_cast<std::int64_t>(world.sent) * 50ms / 64;
    BOOST_TEST(world.elapsed() < needed * 115 / 100 + 2s);
}

BOOST_AUTO_TEST_CASE(holds_a_rate_closely)
{
    for (const unsigned schedulers : {1u, 3u}) {
        world_plan plan;
        plan.jobs = 10'000;
        plan.schedulers = schedulers;
        plan.lanes = 64;
        plan.options.rate = 1000;
        simulated_world world{plan};
        world.run();

        BOOST_TEST(world.violation == "");
        BOOST_TEST(world.elapsed() > 9.9s);
        BOOST_TEST(world.elapsed() < 10.2s);
    }
}

BOOST_AUTO_TEST_CASE(loses_no_job_and_asks_rarely_in_an_outage)
{
    for (const unsigned schedulers : {1u, 4u}) {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            world_plan plan;
            plan.seed = seed;
            plan.schedulers = schedulers;
            plan.lanes = 64 / schedulers;
            plan.options.attempts = 2;
            plan.outages.push_back({100ms, 15'100ms});
            simulated_world world{plan};
            world.run();

            BOOST_TEST(world.violation == "");
            BOOST_TEST(world.count(outcome_kind::ok) == 1000u);
            BOOST_TEST(world.connects_in_outage < 20u);
            BOOST_TEST(world.elapsed() < 22s);
        }
    }
}

BOOST_AUTO_TEST_CASE(gives_up_when_an_outage_lasts_too_long)
{
    world_plan plan;
    plan.outages.push_back({0ms, 1h});
    simulated_world world{plan};
    world.run();

    BOOST_TEST(world.violation == "");
    BOOST_TEST((world.shared().cause().reason == stop_reason::outage));
    BOOST_TEST(world.count(outcome_kind::ok) == 0u);
    BOOST_TEST(world.elapsed() < 32s);
}

BOOST_AUTO_TEST_CASE(does_not_take_jobs_that_always_fail_for_an_outage)
{
    world_plan plan;
    plan.jobs = 2000;
    plan.lanes = 32;
    plan.poisoned = 0.05;
    simulated_world world{plan};
    world.run();

    BOOST_TEST(world.violation == "");
    BOOST_TEST((world.shared().cause().reason == stop_reason::none));
    BOOST_TEST(world.count(outcome_kind::server_error) > 50u);
    BOOST_TEST(world.count(outcome_kind::ok) + world.count(outcome_kind::server_error) == 2000u);
}

BOOST_AUTO_TEST_CASE(tells_of_a_revoked_key_once_and_leaves_the_other_jobs)
{
    world_plan plan;
    plan.schedulers = 2;
    plan.key_revoked_at = 200ms;
    simulated_world world{plan};
    world.run();

    BOOST_TEST(world.violation == "");
    BOOST_TEST((world.shared().cause().reason == stop_reason::fatal));
    BOOST_TEST(world.count(outcome_kind::unauthorized) == 1u);
    BOOST_TEST(world.left_over > 0u);
}

BOOST_AUTO_TEST_CASE(finds_the_rate_of_a_server_when_adaptive)
{
    world_plan plan;
    plan.jobs = 6000;
    plan.lanes = 64;
    plan.options.adaptive = true;
    plan.throttle_above = 200;
    plan.retry_after = 1s;
    simulated_world world{plan};
    world.run();

    BOOST_TEST(world.violation == "");
    BOOST_TEST(world.count(outcome_kind::ok) > 5900u);
    BOOST_TEST(world.elapsed() < 60s);
}

BOOST_AUTO_TEST_CASE(ends_the_same_way_for_the_same_seed)
{
    simulated_world first{random_plan(7)};
    simulated_world second{random_plan(7)};
    first.run();
    second.run();

    BOOST_TEST(first.elapsed() == second.elapsed());
    BOOST_TEST(first.sent == second.sent);
    BOOST_TEST(first.outcomes == second.outcomes, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
