#include "virtual_time.hpp"

#include "policy/adaptive_concurrency.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace jobaudit::policy {

namespace {

/// A server with so much room, and a client that always has more to ask for. Time goes on by an exchange at a time.
struct crowd {
    explicit crowd(unsigned server_room) : room{server_room} {}

    adaptive_concurrency adaptive;
    unsigned room;
    duration pause{};
    time_point now = at(0s);
    unsigned refused = 0;
    bool explained = true;

    /// All that may be sent at once is; those above the room are refused, then the others succeed.
    void exchange(unsigned most = 64)
    {
        std::vector<adaptive_concurrency::place> sent;
        for (auto place = adaptive.try_begin(now); place.number != 0; place = adaptive.try_begin(now)) {
            sent.push_back(place);
            if (sent.size() == most)
                break;
        }
        const time_point sent_at = now;
        for (std::size_t i = room; i < sent.size(); ++i) {
            adaptive.end();
            ++refused;
            explained = adaptive.note_refusal(sent[i], sent_at, pause, now + 1ms) && explained;
        }
        now += 10ms;
        for (std::size_t i = 0; i < std::min<std::size_t>(room, sent.size()); ++i) {
            adaptive.end();
            adaptive.note_success(sent[i], sent_at, now);
        }
        now += 10ms;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(requests_at_a_time)

BOOST_AUTO_TEST_CASE(are_not_limited_before_the_first_refusal)
{
    crowd with{64};
    for (int i = 0; i < 100; ++i)
        with.exchange();
    BOOST_TEST(with.adaptive.limit() == 0u);
    BOOST_TEST(with.refused == 0u);
}

BOOST_AUTO_TEST_CASE(are_as_many_as_the_server_has_room_for_once_all_that_it_had_none_for_are_back)
{
    for (const unsigned room : {1u, 3u, 10u, 63u}) {
        crowd with{room};
        with.exchange();
        BOOST_TEST(with.adaptive.limit() == room);
        BOOST_TEST(with.explained);
    }
}

BOOST_AUTO_TEST_CASE(are_one_more_now_and_then_and_ever_more_rarely_where_that_fails)
{
    crowd with{10};
    with.exchange();
    const unsigned at_first = with.refused;
    for (int i = 0; i < 1000; ++i)
        with.exchange();
    // 10,000 successes, and a try after every hundredth in the end.
    BOOST_TEST(with.refused - at_first >= 50u);
    BOOST_TEST(with.refused - at_first <= 110u);
    BOOST_TEST(with.adaptive.limit() >= 10u);
    BOOST_TEST(with.adaptive.limit() <= 11u);
    BOOST_TEST(with.explained);
}

BOOST_AUTO_TEST_CASE(become_more_where_the_server_has_more_room)
{
    crowd with{10};
    with.exchange();
    with.room = 40;
    for (int i = 0; i < 400; ++i)
        with.exchange();
    BOOST_TEST(with.adaptive.limit() >= 38u);
    BOOST_TEST(with.explained);
}

BOOST_AUTO_TEST_CASE(do_not_grow_where_nobody_needs_them)
{
    crowd with{10};
    with.exchange();
    for (int i = 0; i < 400; ++i)
        with.exchange(5);
    BOOST_TEST(with.adaptive.limit() <= 11u);
}

BOOST_AUTO_TEST_CASE(are_tried_rarely_where_each_refusal_costs_a_pause)
{
    crowd with{10};
    with.pause = 1s;
    with.exchange();
    const unsigned at_first = with.refused;
    for (int i = 0; i < 1500; ++i)  // half a minute
        with.exchange();
    BOOST_TEST(with.refused - at_first >= 1u);
    BOOST_TEST(with.refused - at_first <= 3u);
}

BOOST_AUTO_TEST_CASE(are_not_what_a_server_refuses_by_that_refuses_one_alone)
{
    adaptive_concurrency adaptive;
    time_point now = at(0s);
    std::vector<bool> explained;
    for (int i = 0; i < 3; ++i) {
        const auto place = adaptive.try_begin(now);
        adaptive.end();
        explained.push_back(adaptive.note_refusal(place, now, 0s, now + 1ms));
        now += 10ms;
    }
    BOOST_TEST(explained.front());
    BOOST_TEST(!explained.back());
}

BOOST_AUTO_TEST_CASE(are_not_what_it_refuses_by_where_more_work_at_first_and_then_do_not)
{
    crowd with{2};
    with.exchange();
    for (int i = 0; i < 100 && with.explained; ++i) {
        with.room = with.adaptive.limit() > 2 && i % 2 == 0 ? 2 : 3;
        with.exchange();
    }
    BOOST_TEST(!with.explained);
}

BOOST_AUTO_TEST_CASE(are_twice_as_many_after_a_timeout)
{
    crowd with{3};
    with.adaptive.note_timeout(with.now);
    BOOST_TEST(with.adaptive.limit() == 0u);
    with.exchange();
    with.adaptive.note_timeout(with.now);
    BOOST_TEST(with.adaptive.limit() == 6u);
    BOOST_TEST(with.adaptive.found() == 6u);
    for (int i = 0; i < 4; ++i)
        with.adaptive.note_timeout(with.now);
    BOOST_TEST(with.adaptive.limit() == 0u);
    BOOST_TEST(with.adaptive.found() == 0u);
}

BOOST_AUTO_TEST_CASE(are_not_limited_any_more_once_lifted)
{
    crowd with{3};
    with.exchange();
    with.adaptive.lift();
    BOOST_TEST(with.adaptive.limit() == 0u);
    unsigned begun = 0;
    while (begun < 64 && with.adaptive.try_begin(with.now).number != 0)
        ++begun;
    BOOST_TEST(begun == 64u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace jobaudit::policy
