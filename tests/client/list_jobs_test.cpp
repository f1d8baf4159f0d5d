#include "client/live_client.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;
using emulator::fault;

const std::string first_id = "5e0c6e06-6a0f-4a35-8b0e-0f1f6c9f6a01";
const std::string second_id = "5e0c6e06-6a0f-4a35-8b0e-0f1f6c9f6a02";

list_options brisk_list(unsigned attempts = 5)
{
    list_options how;
    how.attempts = attempts;
    how.backoff_base = 1ms;
    how.backoff_limit = 2ms;
    return how;
}

/// Every request for the list is answered by these steps in turn; the last one repeats.
emulator::emulator_options listing(std::vector<emulator::step> steps, std::uint64_t jobs = 1)
{
    emulator::emulator_options options{.jobs = jobs};
    options.script.list = std::move(steps);
    return options;
}

/// The head of a body that ends with its connection, and no more than `body` of it.
emulator::step cut_after(const std::string& body)
{
    emulator::step cut;
    cut.raw = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n" + body;
    return cut;
}

std::string element(const std::string& id) { return R"({"id":")" + id + R"(","status":"FAILED"})"; }

struct listed {
    error_code error;
    list_outcome outcome;
    std::vector<job_information> jobs;

    [[nodiscard]] std::vector<job_id> ids() const
    {
        std::vector<job_id> all;
        std::ranges::transform(jobs, std::back_inserter(all), &job_information::job);
        return all;
    }
};

template <class Sink>
std::pair<error_code, list_outcome> list_into(live_client& at, Sink sink, const list_options& how)
{
    auto [error, outcome] = at.loop.run(at.client->async_list_jobs(any_list_sink{std::move(sink)}, how, as_values));
    return {error, std::move(outcome)};
}

listed list(live_client& at, const list_options& how = brisk_list())
{
    listed all;
    auto sink = [&all](job_information&& job) { all.jobs.push_back(std::move(job)); };
    std::tie(all.error, all.outcome) = list_into(at, sink, how);
    BOOST_TEST(!all.error);
    BOOST_TEST(all.outcome.jobs == all.jobs.size());
    return all;
}

/// Waits at its first job for longer than an attempt may be silent.
struct slow_sink {
    std::chrono::milliseconds pause;
    std::vector<job_id>* taken;
    int* under_way;

    asio::awaitable<void> operator()(job_information job) const
    {
        BOOST_TEST(++*under_way == 1);
        if (taken->empty()) {
            asio::steady_timer timer{co_await asio::this_coro::executor, pause};
            co_await timer.async_wait(asio::use_awaitable);
        }
        taken->push_back(job.job);
        --*under_way;
    }
};

/// Counts how often asking for the list, which is told of as the nil job, came to an end.
class list_watcher final : public observer {
public:
    void attempt_finished(const request_info& request, unsigned, int, error_code,
                          std::chrono::nanoseconds) noexcept override
    {
        ended += request.job == job_id{} ? 1 : 0;
    }

    int ended = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(list_jobs)

BOOST_AUTO_TEST_CASE(gives_each_job_with_what_the_platform_says_of_it)
{
    live_client at{{.jobs = 3000}};
    const auto all = list(at);

    BOOST_TEST(all.outcome.kind == outcome_kind::ok);
    BOOST_TEST(all.outcome.http_status == 200);
    BOOST_TEST(all.outcome.attempts == 1U);
    BOOST_TEST(all.outcome.left_out == 0U);
    BOOST_TEST((all.ids() == at.jobs()));
    BOOST_TEST(std::ranges::all_of(all.jobs, [](const auto& each) {
        return job_id::parse(each.workflow_id) && !each.workflow_name.empty() && !each.status.empty() &&
               each.created_at.size() >= 20;
    }));
    BOOST_TEST(std::ranges::any_of(all.jobs, [](const auto& each) { return each.runtime.starts_with("PT"); }));
}

BOOST_AUTO_TEST_CASE(may_be_narrowed_to_one_status_or_several)
{
    live_client at{{.jobs = 2000}};
    const auto all = list(at);
    auto how = brisk_list();
    how.status = {"FAILED"};
    const auto failed = list(at, how);
    how.status = {"FAILED", "STOPPED"};
    const auto both = list(at, how);
    const auto in = [&all](std::string_view status) {
        return std::ranges::count(all.jobs, status, &job_information::status);
    };

    BOOST_TEST(failed.jobs.size() == static_cast<std::size_t>(in("FAILED")));
    BOOST_TEST(!failed.jobs.empty());
    BOOST_TEST(failed.outcome.left_out == 0U);
    BOOST_TEST(both.jobs.size() == static_cast<std::size_t>(in("FAILED") + in("STOPPED")));
    BOOST_TEST(both.outcome.left_out == all.jobs.size() - both.jobs.size());
}

BOOST_AUTO_TEST_CASE(may_be_narrowed_to_one_workflow)
{
    live_client at{{.jobs = 500}};
    const auto all = list(at);
    auto how = brisk_list();
    how.workflow_id = all.jobs.front().workflow_id;
    const auto of_one = list(at, how);

    BOOST_TEST(of_one.jobs.size() ==
               static_cast<std::size_t>(std::ranges::count(all.jobs, how.workflow_id, &job_information::workflow_id)));
    BOOST_TEST(of_one.jobs.size() < all.jobs.size());
}

BOOST_AUTO_TEST_CASE(begins_anew_after_a_break_and_gives_no_job_twice)
{
    live_client at{
        listing({{.fault = fault::reset_in_body}, {.fault = fault::truncated_chunked}, {.status = 503}, {}}, 5000)};
    auto all = list(at);

    BOOST_TEST(all.outcome.kind == outcome_kind::ok);
    BOOST_TEST(all.outcome.attempts >= 3U);
    BOOST_TEST(at.server.stats().requests == 4U);
    auto ids = all.ids();
    auto wanted = at.jobs();
    std::ranges::sort(ids);
    std::ranges::sort(wanted);
    BOOST_TEST((ids == wanted));
}

BOOST_AUTO_TEST_CASE(comes_whole_from_a_platform_on_which_much_goes_wrong)
{
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        live_client at{{.seed = seed, .jobs = 3000, .faults = emulator::fault_profile::hostile}};
        auto how = brisk_list(50);
        how.timeout = 2s;
        const auto all = list(at, how);
        const auto ids = all.ids();

        BOOST_TEST(all.outcome.kind == outcome_kind::ok);
        BOOST_TEST((std::set(ids.begin(), ids.end()).size() == ids.size()));
        BOOST_TEST(ids.size() == 3000U);
    }
}

BOOST_AUTO_TEST_CASE(counts_attempts_anew_when_they_brought_further_jobs)
{
    const auto one = '[' + element(first_id) + ',';
    const auto two = one + element(second_id) + ',';
    live_client at{listing({cut_after(one), cut_after(one), cut_after(two), cut_after(two), {.body = "[]"}})};
    const auto all = list(at, brisk_list(2));

    BOOST_TEST(all.outcome.kind == outcome_kind::ok);
    BOOST_TEST((all.ids() == std::vector{*job_id::parse(first_id), *job_id::parse(second_id)}));
}

BOOST_AUTO_TEST_CASE(that_breaks_off_again_and_again_is_not_whole)
{
    live_client at{listing({cut_after('[' + element(first_id) + ',')})};
    const auto all = list(at, brisk_list(3));

    BOOST_TEST(all.outcome.kind == outcome_kind::transport);
    BOOST_TEST((all.ids() == std::vector{*job_id::parse(first_id)}));
}

BOOST_AUTO_TEST_CASE(that_is_malformed_in_its_middle_is_not_whole)
{
    live_client at{listing({{.body = '[' + element(first_id) + R"(,{"id":"no"}])"}})};
    const auto all = list(at, brisk_list(2));

    BOOST_TEST(all.outcome.kind == outcome_kind::malformed_body);
    BOOST_TEST(all.outcome.http_status == 200);
    BOOST_TEST(all.outcome.message.starts_with("job 2: 'id' is not a UUID"), all.outcome.message);
    BOOST_TEST((all.ids() == std::vector{*job_id::parse(first_id)}));
}

BOOST_AUTO_TEST_CASE(takes_no_other_answer_for_an_empty_list)
{
    for (const std::string body : {"", "{}", "null", R"({"detail":"none"})", "["}) {
        live_client at{listing({{.body = body}})};
        BOOST_TEST(list(at, brisk_list(1)).outcome.kind == outcome_kind::malformed_body, body);
    }
}

BOOST_AUTO_TEST_CASE(ends_as_a_fetch_does_where_it_is_refused)
{
    struct row {
        emulator::step step;
        outcome_kind kind;
        std::uint64_t requests;
    };
    const std::vector<row> rows{
        {{.status = 401}, outcome_kind::unauthorized, 1},
        {{.status = 402}, outcome_kind::payment_required, 1},
        {{.status = 403, .body = R"({"detail":"Forbidden"})"}, outcome_kind::forbidden, 1},
        {{.status = 404, .body = R"({"detail":"Workflow not found"})"}, outcome_kind::not_found, 1},
        {{.status = 422, .body = R"({"detail":[{"loc":["query"],"msg":"no","type":"t"}]})"},
         outcome_kind::validation,
         1},
        {{.status = 500}, outcome_kind::server_error, 3},
        {{.fault = fault::close_before_response}, outcome_kind::transport, 3},
    };
    for (const auto& row : rows) {
        live_client at{listing({row.step})};
        const auto all = list(at, brisk_list(3));
        BOOST_TEST(all.outcome.kind == row.kind);
        BOOST_TEST(all.outcome.error);
        BOOST_TEST(!all.outcome.message.empty());
        BOOST_TEST(all.outcome.validation.size() == (row.kind == outcome_kind::validation ? 1U : 0U));
        BOOST_TEST(at.server.stats().requests >= row.requests);
        BOOST_TEST((row.requests > 1 || at.server.stats().requests == 1U));
    }
}

BOOST_AUTO_TEST_CASE(waits_for_the_time_that_a_refusal_names)
{
    live_client at{listing({{.status = 429, .retry_after = "1"}, {}}, 5)};
    const auto all = list(at);

    BOOST_TEST(all.outcome.kind == outcome_kind::ok);
    BOOST_TEST(all.outcome.elapsed >= 1s);
    BOOST_TEST(all.jobs.size() == 5U);
}

BOOST_AUTO_TEST_CASE(may_take_longer_than_its_timeout_and_be_larger_than_any_other_body)
{
    live_client at{listing({{.fault = fault::dribble, .duration = 1500ms}}, 200), {.max_body = 1000}};
    auto how = brisk_list(1);
    how.timeout = 500ms;
    const auto all = list(at, how);

    BOOST_TEST(all.outcome.kind == outcome_kind::ok);
    BOOST_TEST(all.outcome.elapsed > how.timeout);
    BOOST_TEST(all.jobs.size() == 200U);
}

BOOST_AUTO_TEST_CASE(times_out_in_silence)
{
    auto silent = cut_after('[' + element(first_id) + ',');
    silent.keep_open = true;
    live_client at{listing({silent})};
    auto how = brisk_list(1);
    how.timeout = 100ms;
    const auto all = list(at, how);

    BOOST_TEST(all.outcome.kind == outcome_kind::timeout);
    BOOST_TEST(all.outcome.message.starts_with("nothing more came for 100 ms after "), all.outcome.message);
    BOOST_TEST(all.jobs.size() == 1U);
}

BOOST_AUTO_TEST_CASE(bounds_the_answer_that_is_no_list)
{
    live_client at{listing({{.status = 418, .body = std::string(300'000, 'x')}}), {.max_body = 1000}};
    BOOST_TEST(list(at, brisk_list(1)).outcome.kind == outcome_kind::too_large);
}

BOOST_AUTO_TEST_CASE(waits_for_a_sink_that_takes_its_time_without_losing_patience)
{
    live_client at{{.jobs = 20'000}};
    std::vector<job_id> taken;
    int under_way = 0;
    auto how = brisk_list(1);
    how.timeout = 100ms;
    const auto [error, outcome] = list_into(at, slow_sink{400ms, &taken, &under_way}, how);

    BOOST_TEST(!error);
    BOOST_TEST(outcome.kind == outcome_kind::ok);
    BOOST_TEST(taken.size() == 20'000U);
    BOOST_TEST(outcome.attempts == 1U);
    BOOST_TEST((taken == at.jobs()));
}

BOOST_AUTO_TEST_CASE(is_read_no_further_while_its_sink_takes_its_time)
{
    list_watcher watcher;
    live_client at{{.jobs = 20'000}, {.observer = &watcher}};
    std::vector<job_id> taken;
    int under_way = 0;
    operation_probe<list_outcome> started;
    at.client->async_list_jobs(slow_sink{1h, &taken, &under_way}, started.token());
    at.loop.run_until([&] { return under_way == 1; });
    for (std::uint64_t i = 0; i < 100; ++i)
        (void)at.fetch(at.job(i));
    BOOST_TEST(watcher.ended == 0);

    started.cancel();
    at.finish(started);
    BOOST_TEST(watcher.ended == 1);
}

BOOST_AUTO_TEST_CASE(ends_when_its_sink_fails)
{
    live_client at{{.jobs = 10}};
    const auto plain = [](job_information&&) { throw std::runtime_error{"no room"}; };
    const auto awaitable = [](job_information) -> asio::awaitable<void> {
        co_await asio::steady_timer{co_await asio::this_coro::executor, 1ms}.async_wait(asio::use_awaitable);
        throw std::runtime_error{"no room"};
    };
    for (const auto& [error, outcome] : {list_into(at, plain, brisk_list()), list_into(at, awaitable, brisk_list())}) {
        BOOST_TEST(error == errc::sink_failed);
        BOOST_TEST(outcome.message == "the sink failed: no room");
        BOOST_TEST(outcome.kind == outcome_kind::canceled);
    }
    BOOST_TEST(at.server.stats().requests == 2U);
}

BOOST_AUTO_TEST_CASE(can_be_canceled_before_it_asks)
{
    live_client at{{.jobs = 1}};
    operation_probe<list_outcome> started;
    at.client->async_list_jobs([](job_information&&) {}, started.token());
    started.cancel();
    at.finish(started);

    BOOST_TEST(started.error() == errc::canceled);
    BOOST_TEST(started.result().kind == outcome_kind::canceled);
    BOOST_TEST(at.server.stats().requests == 0U);
}

BOOST_AUTO_TEST_CASE(can_be_canceled_in_its_middle)
{
    auto silent = cut_after('[' + element(first_id) + ',');
    silent.keep_open = true;
    live_client at{listing({silent})};
    std::uint64_t given = 0;
    operation_probe<list_outcome> started;
    at.client->async_list_jobs([&given](job_information&&) { ++given; }, started.token());
    at.loop.run_until([&] { return given == 1; });
    started.cancel();
    at.finish(started);

    BOOST_TEST(started.error() == errc::canceled);
    BOOST_TEST(started.result().jobs == 1U);
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(can_be_canceled_while_its_sink_waits)
{
    live_client at{{.jobs = 10}};
    std::vector<job_id> taken;
    int under_way = 0;
    operation_probe<list_outcome> started;
    at.client->async_list_jobs(slow_sink{1h, &taken, &under_way}, started.token());
    at.loop.run_until([&] { return under_way == 1; });
    started.cancel();
    at.finish(started);

    BOOST_TEST(started.error() == errc::canceled);
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_CASE(ends_with_its_client)
{
    live_client at{listing({{.fault = fault::stall}})};
    operation_probe<list_outcome> started;
    at.client->async_list_jobs([](job_information&&) {}, started.token());
    at.await_requests(1);
    at.close();

    at.finish(started);
    BOOST_TEST(started.error() == errc::client_closed);
}

BOOST_AUTO_TEST_CASE(refuses_options_that_cannot_be_used)
{
    live_client at{{.jobs = 1}};
    const auto field_of = [&at](const list_options& how) {
        try {
            at.client->async_list_jobs([](job_information&&) {}, how, [](error_code, list_outcome) {});
        } catch (const option_error& refused) {
            return refused.field();
        }
        return std::string{};
    };
    BOOST_TEST(field_of({.status = {"a\nb"}}) == "status");
    BOOST_TEST(field_of({.status = {""}}) == "status");
    BOOST_TEST(field_of({.workflow_id = "nightly"}) == "workflow_id");
    BOOST_TEST(field_of({.attempts = 0}) == "attempts");
    BOOST_TEST(field_of({.timeout = 0s}) == "timeout");
}

BOOST_AUTO_TEST_SUITE_END()
