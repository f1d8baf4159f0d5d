#include "net/event_loop.hpp"
#include "net/name_service.hpp"
#include "net/readable_errors.hpp"

#include "net/resolver.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace jobaudit;
using net::operation;
using net::resolver;
using test::scripted_name;

namespace {

std::vector<std::string> texts(const resolver::endpoints& addresses)
{
    std::vector<std::string> all;
    for (const auto& each : addresses)
        all.push_back(each.address().to_string() + " " + std::to_string(each.port()));
    return all;
}

// One resolver, and who asks it. It waits at its end for a look-up that runs: names that are held come behind it.
struct one_resolver {
    explicit one_resolver(const std::string& name) : names{loop.executor(), name, "443"} {}

    resolver::answer ask()
    {
        operation op;
        return loop.run(names.async_resolve(op));
    }

    resolver::answer ask_with(operation& op) { return loop.run(names.async_resolve(op)); }

    void wait_for_questions(const scripted_name& name, std::size_t count)
    {
        loop.run_until([&] { return name.questions() == count; });
    }

    test::event_loop loop;
    resolver names;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(name_resolution)

BOOST_AUTO_TEST_CASE(takes_numeric_addresses_as_they_are)
{
    struct {
        const char* host;
        std::string address;
    } const cases[] = {{"127.0.0.1", "127.0.0.1 443"}, {"::1", "::1 443"}, {"192.0.2.7", "192.0.2.7 443"}};
    for (const auto& each : cases) {
        const scripted_name unasked{each.host, {{EAI_FAIL}}};
        one_resolver one{each.host};

        const auto answer = one.ask();

        BOOST_TEST(!answer.failure);
        BOOST_TEST(texts(answer.addresses) == std::vector{each.address}, boost::test_tools::per_element());
        BOOST_TEST(unasked.questions() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(lets_no_name_server_say_where_localhost_is)
{
    for (const auto* host : {"localhost", "api.localhost"}) {
        const scripted_name elsewhere{host, {{0, {"192.0.2.7"}}}};
        one_resolver one{host};

        const auto answer = one.ask();

        BOOST_TEST(!answer.failure);
        BOOST_TEST(texts(answer.addresses) == (std::vector<std::string>{"127.0.0.1 443", "::1 443"}),
                   boost::test_tools::per_element());
        BOOST_TEST(elsewhere.questions() == 0U);
    }
}

BOOST_AUTO_TEST_CASE(finds_no_host_under_invalid)
{
    one_resolver one{"no-such-host.invalid"};

    const auto answer = one.ask();

    BOOST_TEST(answer.addresses.empty());
    BOOST_TEST((answer.failure.error == errc::host_not_found || answer.failure.error == errc::name_resolution_failed),
               "the name does not exist (or, without a name server, can't be looked up), but the answer is "
                   << answer.failure.error.message());
}

BOOST_AUTO_TEST_CASE(asks_twice_before_it_believes_that_a_name_does_not_exist)
{
    for (const int code : {EAI_NONAME, EAI_NODATA}) {
        const scripted_name absent{"absent.example", {{code}}};
        one_resolver one{"absent.example"};

        const auto answer = one.ask();

        BOOST_TEST(answer.failure.error == errc::host_not_found);
        BOOST_TEST(answer.failure.message == "there is no host named 'absent.example'");
        BOOST_TEST(absent.questions() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(believes_the_second_answer_when_the_first_was_that_there_is_no_such_name)
{
    struct {
        scripted_name::reply second;
        error_code error;
    } const cases[] = {{{0, {"127.0.0.9"}}, {}}, {{EAI_AGAIN}, errc::name_resolution_failed}};
    for (const auto& each : cases) {
        const scripted_name shaky{"shaky.example", {{EAI_NONAME}, each.second}};
        one_resolver one{"shaky.example"};

        const auto answer = one.ask();

        BOOST_TEST(answer.failure.error == each.error);
        BOOST_TEST(answer.addresses.size() == each.second.addresses.size());
        BOOST_TEST(shaky.questions() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(says_when_the_name_server_gives_no_answer_and_asks_anew_the_next_time)
{
    const scripted_name name{"slow.example", {{EAI_AGAIN}, {EAI_FAIL}, {0, {"127.0.0.9"}}}};
    one_resolver one{"slow.example"};

    const auto first = one.ask();
    BOOST_TEST(first.failure.error == errc::name_resolution_failed);
    BOOST_TEST(first.failure.message ==
               "the name 'slow.example' could not be looked up (the name server does not answer): check the network");
    BOOST_TEST(name.questions() == 1U);

    BOOST_TEST(one.ask().failure.error == errc::name_resolution_failed);
    BOOST_TEST(!one.ask().failure);
    BOOST_TEST(name.questions() == 3U);
}

BOOST_AUTO_TEST_CASE(remembers_what_it_found)
{
    const scripted_name name{"known.example", {{0, {"127.0.0.9"}}}};
    one_resolver one{"known.example"};
    (void)one.ask();

    const auto again = one.ask();

    BOOST_TEST(again.addresses.size() == 1U);
    BOOST_TEST(name.questions() == 1U);
}

BOOST_AUTO_TEST_CASE(asks_anew_once_it_was_told_to_forget)
{
    const scripted_name name{"moved.example", {{0, {"127.0.0.9"}}, {0, {"127.0.0.10"}}}};
    one_resolver one{"moved.example"};
    (void)one.ask();
    one.names.forget();

    BOOST_TEST(texts(one.ask().addresses) == std::vector<std::string>{"127.0.0.10 443"});
    BOOST_TEST(name.questions() == 2U);
}

BOOST_AUTO_TEST_CASE(lets_families_alternate_beginning_with_the_first_and_drops_doubles)
{
    const scripted_name name{"both.example",
                             {{0, {"::1", "::2", "127.0.0.1", "::1", "127.0.0.2", "127.0.0.3", "127.0.0.1"}}}};
    one_resolver one{"both.example"};

    const std::vector<std::string> expected{"::1 443", "127.0.0.1 443", "::2 443", "127.0.0.2 443", "127.0.0.3 443"};
    BOOST_TEST(texts(one.ask().addresses) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(asks_the_system_once_for_all_who_ask_meanwhile)
{
    one_resolver one{"popular.example"};
    scripted_name name{"popular.example", {{0, {"127.0.0.9"}}}};
    name.hold();
    std::vector<operation> askers(50);
    std::vector<test::task<resolver::answer>> asked;
    for (auto& op : askers)
        asked.push_back(one.loop.start(one.names.async_resolve(op)));
    one.wait_for_questions(name, 1);

    name.let_go();

    for (auto& each : asked)
        BOOST_TEST(one.loop.finish(each).addresses.size() == 1U);
    BOOST_TEST(name.questions() == 1U);
}

BOOST_AUTO_TEST_CASE(tells_a_failure_to_all_who_ask_meanwhile)
{
    one_resolver one{"absent.example"};
    scripted_name name{"absent.example", {{EAI_NONAME}}};
    name.hold();
    std::vector<operation> askers(5);
    std::vector<test::task<resolver::answer>> asked;
    for (auto& op : askers)
        asked.push_back(one.loop.start(one.names.async_resolve(op)));

    name.let_go();

    for (auto& each : asked)
        BOOST_TEST(one.loop.finish(each).failure.error == errc::host_not_found);
    BOOST_TEST(name.questions() == 2U);
}

BOOST_AUTO_TEST_CASE(lets_an_interrupted_asker_leave_and_answers_the_others)
{
    one_resolver one{"slow.example"};
    scripted_name name{"slow.example", {{0, {"127.0.0.9"}}}};
    name.hold();
    operation leaves;
    operation stays;
    auto leaving = one.loop.start(one.names.async_resolve(leaves));
    auto staying = one.loop.start(one.names.async_resolve(stays));

    leaves.interrupt(errc::canceled);

    BOOST_TEST(one.loop.finish(leaving).failure.error == errc::canceled);
    BOOST_TEST(!staying.done());
    name.let_go();
    BOOST_TEST(one.loop.finish(staying).addresses.size() == 1U);
}

BOOST_AUTO_TEST_CASE(keeps_the_answer_that_came_when_nobody_waited_any_more)
{
    one_resolver one{"slow.example"};
    scripted_name name{"slow.example", {{0, {"127.0.0.9"}}}};
    name.hold();
    operation op;
    auto leaving = one.loop.start(one.names.async_resolve(op));
    op.interrupt(errc::attempt_timed_out);
    (void)one.loop.finish(leaving);

    name.let_go();

    BOOST_TEST(one.ask().addresses.size() == 1U);
    BOOST_TEST(name.questions() == 1U);
}

BOOST_AUTO_TEST_CASE(waits_for_nothing_when_the_operation_was_interrupted_before)
{
    one_resolver one{"slow.example"};
    scripted_name name{"slow.example", {{0, {"127.0.0.9"}}}};
    name.hold();
    operation op;
    op.interrupt(errc::canceled);

    BOOST_TEST(one.ask_with(op).failure.error == errc::canceled);
}

BOOST_AUTO_TEST_SUITE_END()
