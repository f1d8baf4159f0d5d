#include "store/sqlite/job_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>

namespace {

using jobaudit::store::ended_job;
using jobaudit::store::job_queue;

ended_job job_of(std::string name, std::size_t message = 0)
{
    ended_job job;
    job.given_as = std::move(name);
    job.message.assign(message, 'm');
    return job;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(a_queue_of_ended_jobs)

BOOST_AUTO_TEST_CASE(gives_them_in_their_order_and_says_what_was_asked)
{
    job_queue queue;
    BOOST_TEST(queue.push(job_of("a")));
    BOOST_TEST(queue.push(job_of("b")));
    queue.hurry();
    const auto first = queue.take();
    BOOST_REQUIRE_EQUAL(first.jobs.size(), 2U);
    BOOST_TEST(first.jobs[0].job() == "a");
    BOOST_TEST(first.jobs[1].job() == "b");
    BOOST_TEST(first.is_due);
    BOOST_TEST(!first.is_last);
    BOOST_TEST(queue.push(job_of("c")));
    queue.end();
    const auto last = queue.take();
    BOOST_TEST(last.jobs.size() == 1U);
    BOOST_TEST(!last.is_due);
    BOOST_TEST(last.is_last);
}

BOOST_AUTO_TEST_CASE(gives_many_without_being_hurried)
{
    job_queue queue;
    BOOST_TEST(queue.push(job_of("a", job_queue::enough_bytes)));
    BOOST_TEST(queue.take().jobs.size() == 1U);
}

BOOST_AUTO_TEST_CASE(has_who_fetches_wait_while_it_is_full)
{
    job_queue queue;
    BOOST_TEST(queue.push(job_of("larger than the queue", 2 * job_queue::most_bytes)));
    std::atomic<bool> was_pushed = false;
    std::thread pusher{[&] {
        (void)queue.push(job_of("waits"));
        was_pushed = true;
    }};
    for (int i = 0; i < 100; ++i)
        std::this_thread::yield();
    BOOST_TEST(!was_pushed);
    BOOST_TEST(queue.take().jobs.size() == 1U);
    pusher.join();
    queue.hurry();
    BOOST_TEST(queue.take().jobs.front().job() == "waits");
}

BOOST_AUTO_TEST_CASE(lets_nobody_wait_for_who_has_stopped)
{
    job_queue queue;
    BOOST_TEST(queue.push(job_of("never taken", job_queue::most_bytes)));
    bool was_pushed = true;
    std::thread pusher{[&] { was_pushed = queue.push(job_of("waits")); }};
    queue.stop();
    pusher.join();
    BOOST_TEST(!was_pushed);
    BOOST_TEST(!queue.push(job_of("late")));
}

BOOST_AUTO_TEST_SUITE_END()
