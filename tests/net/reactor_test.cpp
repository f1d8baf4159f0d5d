#include "net/event_loop.hpp"
#include "net/open_descriptors.hpp"

#include "net/reactor.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace jobaudit;
using net::reactor;
using net::socket_watch;
using net::unique_socket;
using net::wake;

namespace {

// A socket that is watched, and its peer.
struct watched_pair {
    explicit watched_pair(reactor& events)
    {
        int both[2];
        BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, both) == 0);
        own = unique_socket{both[0]};
        peer = unique_socket{both[1]};
        BOOST_REQUIRE(events.add(watch, own.get()));
        watch.waiter = &point;
    }
    ~watched_pair() { watch.detach(); }

    void on_event(std::function<void()> what)
    {
        point.async_wait([act = std::move(what)](wake) { act(); });
    }

    void say(std::string_view text) const
    {
        BOOST_REQUIRE(::send(peer.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    }

    unique_socket own;
    unique_socket peer;
    net::wait_point point;
    socket_watch watch;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(reactors)

BOOST_AUTO_TEST_CASE(shows_what_a_socket_is_ready_for)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    watched_pair one{events};
    loop.run_until([&one] { return one.watch.writable; });
    BOOST_TEST(!one.watch.readable);

    one.say("x");
    loop.run_until([&one] { return one.watch.readable; });
    BOOST_TEST(!one.watch.hung_up);

    one.peer = unique_socket{};
    loop.run_until([&one] { return one.watch.hung_up; });
}

BOOST_AUTO_TEST_CASE(says_each_piece_of_news_once_and_again_when_there_is_more)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    watched_pair one{events};
    one.say("x");
    loop.run_until([&one] { return one.watch.readable; });

    one.watch.readable = false;
    loop.settle();
    BOOST_TEST(!one.watch.readable);

    one.say("y");
    loop.run_until([&one] { return one.watch.readable; });
    BOOST_TEST(one.watch.readable);
}

BOOST_AUTO_TEST_CASE(serves_many_more_sockets_than_one_look_at_the_system_shows)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    std::vector<std::unique_ptr<watched_pair>> all;
    while (all.size() < 400)
        all.push_back(std::make_unique<watched_pair>(events));
    std::size_t woken = 0;
    loop.run_until([&all] { return std::ranges::all_of(all, [](const auto& each) { return each->watch.writable; }); });
    for (const auto& each : all) {
        each->on_event([&woken] { ++woken; });
        each->say("x");
    }

    loop.run_until([&all, &woken] { return woken == all.size(); });

    BOOST_TEST(std::ranges::all_of(all, [](const auto& each) { return each->watch.readable; }));
}

BOOST_AUTO_TEST_CASE(lets_a_socket_go_while_it_wakes_the_others)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    std::vector<std::unique_ptr<watched_pair>> all;
    while (all.size() < 20)
        all.push_back(std::make_unique<watched_pair>(events));
    loop.run_until([&all] { return std::ranges::all_of(all, [](const auto& each) { return each->watch.writable; }); });
    // Whichever is woken first takes all others away, those whose event was fetched with its own among them.
    int woken = 0;
    watched_pair* last = nullptr;
    for (auto& each : all) {
        each->on_event([&, one = each.get()] {
            ++woken;
            last = one;
            for (auto& other : all)
                if (other.get() != one)
                    other.reset();
        });
        each->say("x");
    }

    loop.run_until([&woken] { return woken > 0; });
    loop.settle();

    BOOST_TEST(woken == 1);
    BOOST_TEST(last->watch.readable);
}

BOOST_AUTO_TEST_CASE(takes_a_socket_in_while_it_wakes_another)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    watched_pair first{events};
    std::unique_ptr<watched_pair> second;
    first.on_event([&] { second = std::make_unique<watched_pair>(events); });

    loop.run_until([&second] { return second && second->watch.writable; });

    BOOST_TEST(second->watch.writable);
}

BOOST_AUTO_TEST_CASE(may_go_while_it_wakes_somebody)
{
    test::event_loop loop;
    auto events = std::make_unique<reactor>(loop.executor());
    auto first = std::make_unique<watched_pair>(*events);
    auto second = std::make_unique<watched_pair>(*events);
    const auto end_all = [&] {
        first->watch.detach();
        second->watch.detach();
        events.reset();
    };
    first->on_event(end_all);
    second->on_event(end_all);

    loop.run_until([&events] { return events == nullptr; });
    loop.settle();

    BOOST_TEST(first->point.has_waiter() != second->point.has_waiter());
}

BOOST_AUTO_TEST_CASE(keeps_the_loop_running_only_as_long_as_it_watches)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    {
        watched_pair gone{events};
        loop.run_until([&gone] { return gone.watch.writable; });
    }
    {
        const watched_pair seen_by_nobody{events};
    }
    BOOST_TEST(loop.ends_by_itself());
}

BOOST_AUTO_TEST_CASE(leaves_its_sockets_alone_for_the_pause_after_a_look_with_news)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    std::chrono::milliseconds pause{};
    events.set_pause([&pause] { return pause; });
    watched_pair one{events};
    loop.run_until([&one] { return one.watch.writable; });
    pause = std::chrono::milliseconds{50};
    one.say("x");
    loop.run_until([&one] { return one.watch.readable; });

    one.watch.readable = false;
    one.say("y");
    const watched_pair another{events};
    boost::asio::steady_timer in_between{loop.executor(), std::chrono::milliseconds{5}};
    bool is_in_between = false;
    in_between.async_wait([&is_in_between](const boost::system::error_code&) { is_in_between = true; });
    loop.run_until([&is_in_between] { return is_in_between; });
    BOOST_TEST(!one.watch.readable);
    BOOST_TEST(!another.watch.writable);

    loop.run_until([&one] { return one.watch.readable; });
    BOOST_TEST(another.watch.writable);
}

BOOST_AUTO_TEST_CASE(gives_long_turns_one_at_a_time_behind_what_others_have_to_do)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    watched_pair one{events};
    std::string order;
    for (const char each : {'a', 'b', 'c'}) {
        BOOST_TEST(one.watch.take_turn([&, each] {
            order += each;
            boost::asio::post(loop.executor(), [&order] { order += '.'; });
        }));
    }

    loop.run_until([&order] { return order.size() == 6; });

    BOOST_TEST(order == "a.b.c.");
    one.watch.detach();
    BOOST_TEST(!one.watch.take_turn([] {}));
}

BOOST_AUTO_TEST_CASE(ends_its_pause_with_the_last_that_it_watches)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    {
        watched_pair one{events};
        loop.run_until([&one] { return one.watch.writable; });
        events.set_pause([] { return std::chrono::hours{1}; });
        one.say("x");
        loop.run_until([&one] { return one.watch.readable; });
    }
    BOOST_TEST(loop.ends_by_itself());
}

BOOST_AUTO_TEST_CASE(watches_again_after_a_time_with_nothing_to_watch)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    {
        const watched_pair gone{events};
    }
    watched_pair next{events};

    loop.run_until([&next] { return next.watch.writable; });

    BOOST_TEST(next.watch.writable);
}

BOOST_AUTO_TEST_CASE(says_no_to_what_cannot_be_watched)
{
    test::event_loop loop;
    reactor events{loop.executor()};
    socket_watch watch;

    BOOST_TEST(!events.add(watch, -1));
}

BOOST_AUTO_TEST_CASE(says_why_when_the_system_has_no_room_for_it,
                     *boost::unit_test::precondition(test::without_address_sanitizer))
{
    test::event_loop loop;
    std::exception_ptr refused;
    {
        const test::no_more_descriptors limit;
        try {
            const reactor impossible{loop.executor()};
        } catch (...) {
            refused = std::current_exception();
        }
    }

    BOOST_REQUIRE(refused);
    BOOST_CHECK_EXCEPTION(std::rethrow_exception(refused), boost::system::system_error,
                          [](const auto& error) { return error.code() == boost::system::errc::too_many_files_open; });
}

BOOST_AUTO_TEST_CASE(closes_a_socket_with_its_owner)
{
    const auto before = test::open_descriptors();
    {
        unique_socket first{::socket(AF_INET, SOCK_STREAM, 0)};
        unique_socket second{::socket(AF_INET, SOCK_STREAM, 0)};
        second = std::move(first);
        BOOST_TEST(static_cast<bool>(second));
    }
    BOOST_TEST(test::open_descriptors() == before);
}

BOOST_AUTO_TEST_SUITE_END()
