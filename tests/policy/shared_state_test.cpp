#include "one_batch.hpp"
#include "verdicts.hpp"

#include "policy/random.hpp"
#include "policy/scheduler.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace jobaudit::policy {

namespace {

constexpr std::uint32_t jobs_of_each = 5000;

// On the clock of the threads. It takes them a few minutes.
constexpr duration longest = std::chrono::hours{4};

/// A clock that all threads push on.
class shared_clock {
public:
    [[nodiscard]] time_point now() const { return at(duration{ticks_.load()}); }
    [[nodiscard]] time_point pass(duration span) { return at(duration{ticks_.fetch_add(span.count()) + span.count()}); }

private:
    std::atomic<duration::rep> ticks_{0};
};

[[nodiscard]] protocol::verdict any_verdict(random_source& random)
{
    switch (random.next() % 40) {
    case 0:
        return bad_gateway();
    case 1:
        return connection_reset();
    case 2:
        return server_error();
    case 3:
        return random.next() % 20 == 0 ? too_many_requests(5ms) : ok();
    case 4:
        return random.next() % 50 == 0 ? too_many_requests({}) : not_found();
    default:
        return ok();
    }
}

/// Takes one batch's share through, one attempt after the other, or what of it can be done in the `longest` time; gives
/// how many jobs ended.
[[nodiscard]] std::uint32_t run_share(batch_state& shared, shared_clock& clock, std::uint64_t seed)
{
    random_source random{seed};
    scheduler mine{shared, 8, seed};
    std::uint32_t given = 0;
    std::uint32_t ended = 0;
    while (clock.now() < at(longest)) {
        for (std::size_t wanted = mine.wanted_jobs(); wanted > 0 && given < jobs_of_each; --wanted)
            mine.add(job_number(given++));
        if (given == jobs_of_each)
            mine.no_more_jobs();
        const decision what = mine.next(clock.pass(1us));
        if (what.what == decision::kind::done)
            return ended;
        if (what.what == decision::kind::wait) {
            (void)clock.pass(100us);
            continue;
        }
        if (!mine.may_send(what.attempt, clock.now()))
            continue;
        const auto result = mine.finished(what.attempt, any_verdict(random), random.next(), clock.pass(10us));
        ended += result.what == resolution::kind::final ? 1 : 0;
        (void)shared.origin().held_back(clock.now());
    }
    return ended;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shared_state)

BOOST_AUTO_TEST_CASE(serves_schedulers_on_several_threads_without_losing_a_job)
{
    audit_options options;
    options.rate = 50'000;
    options.adaptive = true;
    options.backoff_base = 1ms;
    one_batch together{options};
    shared_clock clock;
    std::vector<std::uint32_t> ended(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < ended.size(); ++i)
        threads.emplace_back([&, i] { ended[i] = run_share(together.shared, clock, i + 1); });
    for (auto& thread : threads)
        thread.join();

    for (const std::uint32_t each : ended)
        BOOST_TEST(each == jobs_of_each);
    BOOST_TEST(!together.shared.stopped());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
