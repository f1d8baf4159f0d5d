#include "client/live_client.hpp"

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;
using emulator::step;

/// Many callers of one client, each with a job of its own, all at once.
struct callers {
    explicit callers(live_client& at, const fetch_options& how = brisk()) : fetches(at.server.jobs())
    {
        for (std::uint64_t i = 0; i < fetches.size(); ++i)
            at.client->async_fetch(at.job(i), how, fetches[i].token());
    }

    void finish(live_client& at) const
    {
        for (const auto& each : fetches)
            at.finish(each);
    }

    [[nodiscard]] std::size_t count(outcome_kind kind) const
    {
        return static_cast<std::size_t>(std::count_if(fetches.begin(), fetches.end(),
                                                      [kind](const auto& each) { return each.result().kind == kind; }));
    }

    std::vector<operation_probe<outcome>> fetches;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(fetches_of_one_client)

BOOST_AUTO_TEST_CASE(learn_together_how_many_requests_the_server_takes_at_a_time)
{
    live_client at{
        {.jobs = 300, .latency = {.base = 5ms}, .limit_at_once = 3, .refusal = {.status = 503, .retry_after = ""}}};
    const callers all{at};
    all.finish(at);

    BOOST_TEST(all.count(outcome_kind::ok) == 300U);
    for (const auto& each : all.fetches)
        BOOST_TEST(each.result().attempts == 1U);
    // What was in flight before anyone knew, and little more.
    BOOST_TEST(at.server.stats().requests <= 300U + 64U + 64U);
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(ask_one_at_a_time_until_one_has_its_answer)
{
    live_client at{scripted({step{.status = 401}}, {.jobs = 20})};
    const callers all{at};
    all.finish(at);

    BOOST_TEST(all.count(outcome_kind::unauthorized) == 20U);
    BOOST_TEST(at.server.stats().connections == 1U);
}

BOOST_AUTO_TEST_CASE(leave_a_server_that_is_away_to_few_of_them)
{
    live_client at{{.jobs = 200}};
    BOOST_TEST(at.fetch(at.job()).kind == outcome_kind::ok);
    at.server.stop();
    auto how = brisk();
    how.outage_limit = 1s;
    const callers all{at, how};
    all.finish(at);

    BOOST_TEST(all.count(outcome_kind::connect) + all.count(outcome_kind::not_tried) == 200U);
    // As long as nobody knows, each may try; those that have failed then do not go on by themselves.
    for (const auto& each : all.fetches)
        BOOST_TEST(each.result().attempts <= 2U);
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(that_are_canceled_give_their_place_to_the_others)
{
    live_client at{{.jobs = 40, .latency = {.base = 5ms}, .limit_at_once = 2, .refusal = {.retry_after = ""}}};
    callers all{at};
    at.await_requests(20);
    for (std::size_t i = 0; i < all.fetches.size(); i += 2)
        all.fetches[i].cancel();
    all.finish(at);

    for (std::size_t i = 0; i < all.fetches.size(); ++i) {
        const auto kind = all.fetches[i].result().kind;
        BOOST_TEST((kind == outcome_kind::ok || (i % 2 == 0 && kind == outcome_kind::canceled)));
    }
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(go_on_together_when_a_pause_is_over)
{
    emulator::emulator_options platform{.jobs = 50};
    platform.script.sequence = {{1, 1, step{.status = 429, .retry_after = "1"}}};
    live_client at{platform};
    const callers all{at};
    all.finish(at);

    BOOST_TEST(all.count(outcome_kind::ok) == 50U);
    for (const auto& each : all.fetches)
        BOOST_TEST(each.result().attempts == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
