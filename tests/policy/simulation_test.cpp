#include "simulated_world.hpp"

#include <boost/test/unit_test.hpp>

namespace jobaudit::policy {

BOOST_AUTO_TEST_SUITE(simulation)

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
            plan.outages.push_back({300ms, 15'300ms});
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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
