#include "client/live_client.hpp"
#include "net/name_service.hpp"
#include "net/open_descriptors.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <stdexcept>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;

emulator::emulator_options stalling() { return scripted({{.fault = fault::stall}}, {.jobs = 50}); }

}  // namespace

BOOST_AUTO_TEST_SUITE(closing)

BOOST_AUTO_TEST_CASE(ends_every_operation_with_client_closed_before_it_completes)
{
    live_client at{stalling()};
    std::vector<operation_probe<outcome>> fetches(5);
    for (std::uint64_t i = 0; i < fetches.size(); ++i)
        at.client->async_fetch(at.job(i), brisk(), fetches[i].token());
    unsigned delivered = 0;
    operation_probe<summary> audit;
    at.client->async_audit(
        at.jobs(), [&](outcome&&) { ++delivered; }, brisk_audit(4), audit.token());
    at.await_requests(9);

    bool all_ended = false;
    bool closed = false;
    at.client->async_close([&](error_code error) {
        closed = !error;
        all_ended = audit.done() && std::ranges::all_of(fetches, [](const auto& one) { return one.done(); });
    });
    at.loop.run_until([&] { return closed; });

    BOOST_TEST(all_ended);
    for (const auto& one : fetches) {
        BOOST_TEST(one.error() == errc::client_closed);
        BOOST_TEST(one.result().kind == outcome_kind::canceled);
    }
    BOOST_TEST(audit.error() == errc::client_closed);
    BOOST_TEST(audit.result().stopped == stop_reason::canceled);
    BOOST_TEST(audit.result().jobs == 50U);
    BOOST_TEST(delivered == 50U);
}

BOOST_AUTO_TEST_CASE(leaves_no_connection_no_thread_and_no_work)
{
    live_client at{{.jobs = 200}};
    const auto before = open_descriptors();
    BOOST_TEST(at.audit(at.jobs(), brisk_audit(16, 4)).totals.count(outcome_kind::ok) == 200U);
    BOOST_TEST(open_descriptors() > before);

    BOOST_TEST(at.leaves_nothing());
    BOOST_TEST(open_descriptors() <= before);
}

BOOST_AUTO_TEST_CASE(joins_the_threads_of_an_audit_in_flight)
{
    live_client at{stalling()};
    operation_probe<summary> audit;
    at.client->async_audit(
        at.jobs(), [](outcome&&) {}, brisk_audit(8, 4), audit.token());
    at.await_requests(8);

    BOOST_TEST(at.leaves_nothing());
    BOOST_TEST(audit.error() == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(leaves_the_executor_to_others_while_a_thread_looks_up_a_name)
{
    event_loop loop;
    scripted_name name{"slow.test", {{.addresses = {"127.0.0.1"}}}};
    name.hold();
    client slow{loop.executor(), {.url = "https://slow.test:1", .credentials = {.key = "the-key"}}};
    operation_probe<summary> audit;
    slow.async_audit(
        std::vector<job_id>(20), [](outcome&&) {}, brisk_audit(8, 2), audit.token());
    loop.run_until([&] { return name.questions() >= 2; });
    bool closed = false;
    slow.async_close([&](error_code) { closed = true; });
    loop.run_until([&] { return audit.done(); });

    unsigned turns = 0;
    asio::steady_timer timer{loop.executor()};
    while (turns < 20) {
        timer.expires_after(1ms);
        timer.async_wait([&](error_code) { ++turns; });
        loop.run_until([&, before = turns] { return turns > before; });
    }
    BOOST_TEST(!closed);
    name.let_go();
    loop.run_until([&] { return closed; });
    BOOST_TEST(audit.error() == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(fails_operations_that_are_started_later)
{
    live_client at{{.jobs = 1}};
    bool closed = false;
    at.client->async_close([&](error_code) { closed = true; });
    at.loop.run_until([&] { return closed; });

    const auto [error, result] = at.try_fetch(at.job());
    BOOST_TEST(error == errc::client_closed);
    unsigned delivered = 0;
    auto sink = [&](outcome&&) { ++delivered; };
    const auto [audit_error, totals] = at.audit_into(sink, at.jobs());
    BOOST_TEST(audit_error == errc::client_closed);
    BOOST_TEST(totals.jobs == 0U);
    BOOST_TEST(delivered == 0U);
    BOOST_TEST(at.server.stats().requests == 0U);
}

BOOST_AUTO_TEST_CASE(twice_completes_twice)
{
    live_client at{stalling()};
    operation_probe<outcome> fetch;
    at.client->async_fetch(at.job(), brisk(), fetch.token());
    at.await_requests(1);
    unsigned closed = 0;
    at.client->async_close([&](error_code) { ++closed; });
    at.client->async_close([&](error_code) { ++closed; });
    at.loop.run_until([&] { return closed == 2; });

    BOOST_TEST(fetch.error() == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(by_destruction_ends_what_is_in_flight)
{
    live_client at{stalling()};
    operation_probe<outcome> fetch;
    operation_probe<summary> audit;
    at.client->async_fetch(at.job(), brisk(), fetch.token());
    at.client->async_audit(
        at.jobs(), [](outcome&&) {}, brisk_audit(8, 2), audit.token());
    at.await_requests(9);
    at.client.reset();
    at.finish(fetch);
    at.finish(audit);

    BOOST_TEST(fetch.error() == errc::client_closed);
    BOOST_TEST(audit.error() == errc::client_closed);
    BOOST_TEST(at.loop.ends_by_itself());
    at.loop.run_until([&] { return at.server.stats().open_connections == 0; });
}

BOOST_AUTO_TEST_CASE(by_destruction_ends_what_has_not_started_yet)
{
    live_client at{{.jobs = 3}};
    operation_probe<outcome> fetch;
    operation_probe<summary> audit;
    at.client->async_fetch(at.job(), brisk(), fetch.token());
    at.client->async_audit(
        at.jobs(), [](outcome&&) {}, brisk_audit(), audit.token());
    at.client.reset();
    at.finish(fetch);
    at.finish(audit);

    BOOST_TEST(fetch.error() == errc::client_closed);
    BOOST_TEST(audit.error() == errc::client_closed);
    BOOST_TEST(at.loop.ends_by_itself());
}

BOOST_AUTO_TEST_CASE(a_handler_may_destroy_the_client)
{
    live_client at{{.jobs = 1}};
    bool called = false;
    at.client->async_fetch(at.job(), brisk(), [&](error_code, outcome) {
        at.client.reset();
        called = true;
    });
    at.loop.run_until([&] { return called; });

    BOOST_TEST(at.loop.ends_by_itself());
}

BOOST_AUTO_TEST_CASE(a_moved_client_goes_on_with_its_operations)
{
    live_client at{scripted({{.delay = 20ms}}, {.jobs = 2})};
    operation_probe<outcome> fetch;
    at.client->async_fetch(at.job(0), brisk(), fetch.token());
    jobaudit::client moved{std::move(*at.client)};
    at.finish(fetch);
    BOOST_TEST(fetch.result().kind == outcome_kind::ok);

    *at.client = std::move(moved);
    BOOST_TEST(at.fetch(at.job(1)).kind == outcome_kind::ok);
    BOOST_TEST(at.server.stats().connections == 1U);
}

BOOST_AUTO_TEST_CASE(assigning_a_client_closes_the_one_that_was_there)
{
    live_client at{stalling()};
    operation_probe<outcome> fetch;
    at.client->async_fetch(at.job(), brisk(), fetch.token());
    at.await_requests(1);
    *at.client = jobaudit::client{at.loop.executor(), at.towards(at.server)};
    at.finish(fetch);

    BOOST_TEST(fetch.error() == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(comes_to_its_end_although_completion_handlers_throw)
{
    live_client at{{.jobs = 40}};
    at.client->async_fetch(at.job(0), brisk(), [](error_code, const outcome&) { throw std::domain_error{"fetch"}; });
    operation_probe<outcome> other;
    at.client->async_fetch(at.job(1), brisk(), other.token());
    BOOST_CHECK_THROW(at.loop.run_until([] { return false; }), std::domain_error);
    at.finish(other);
    BOOST_TEST(other.result().kind == outcome_kind::ok);

    at.client->async_audit(
        at.jobs(), [](outcome&&) {}, brisk_audit(8, 2),
        [](error_code, const summary&) { throw std::domain_error{"audit"}; });
    BOOST_CHECK_THROW(at.loop.run_until([] { return false; }), std::domain_error);
    at.client->async_close([](error_code) { throw std::domain_error{"close"}; });
    bool closed = false;
    at.client->async_close([&closed](error_code) { closed = true; });
    BOOST_CHECK_THROW(at.loop.run_until([] { return false; }), std::domain_error);
    at.loop.run_until([&closed] { return closed; });
}

BOOST_AUTO_TEST_CASE(is_not_harmed_by_a_completion_handler_that_throws_on_a_strand)
{
    live_client at{scripted({{.delay = 20ms}}, {.jobs = 2})};
    jobaudit::client on_strand{asio::make_strand(at.loop.executor()), at.towards(at.server)};
    on_strand.async_fetch(at.job(0), brisk(), [](error_code, const outcome&) { throw std::domain_error{"fetch"}; });
    operation_probe<outcome> other;
    on_strand.async_fetch(at.job(1), brisk(1), other.token());
    BOOST_CHECK_THROW(at.loop.run_until([] { return false; }), std::domain_error);
    at.finish(other);
    BOOST_TEST(other.result().kind == outcome_kind::ok);

    bool closed = false;
    on_strand.async_close([&closed](error_code) { closed = true; });
    at.loop.run_until([&closed] { return closed; });
}

BOOST_AUTO_TEST_SUITE_END()
