#include "client/live_client.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/use_future.hpp>

#include <functional>
#include <limits>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

// The field that option_error names; empty when nothing is thrown.
template <class Action>
std::string refused_field(Action&& action)
{
    try {
        action();
    } catch (const option_error& refused) {
        BOOST_TEST(std::string{refused.what()}.starts_with(refused.field() + ": "));
        return refused.field();
    }
    return {};
}

template <class Options>
struct wrong_value {
    const char* field;
    std::function<void(Options&)> set;
};

const std::vector<wrong_value<client_options>> wrong_client_options{
    {"url", [](auto& o) { o.url = ""; }},
    {"url", [](auto& o) { o.url = "ftp://127.0.0.1"; }},
    {"url", [](auto& o) { o.url = "https://"; }},
    {"url", [](auto& o) { o.url = "https://127.0.0.1:99999"; }},
    {"url", [](auto& o) { o.url = "https://127.0.0.1/?q=1"; }},
    {"url", [](auto& o) { o.url = "https://user:word@127.0.0.1"; }},
    {"url", [](auto& o) { o.url = "http://platform.example"; }},
    {"url", [](auto& o) { o.url = "http://192.0.2.1"; }},
    {"url", [](auto& o) { o.url = "http://127.0.0.1.example"; }},
    {"credentials.key", [](auto& o) { o.credentials.key = ""; }},
    {"credentials.key", [](auto& o) { o.credentials.key = "a\r\nb"; }},
    {"credentials.key", [](auto& o) { o.credentials.key = " a"; }},
    {"credentials.key", [](auto& o) { o.credentials.key = std::string(5000, 'k'); }},
    {"tls.ca_file", [](auto& o) { o.tls.ca_file = "/no/such/file.pem"; }},
    {"proxy", [](auto& o) { o.proxy = "socks5://127.0.0.1:1"; }},
    {"connect_timeout", [](auto& o) { o.connect_timeout = 0s; }},
    {"idle_timeout", [](auto& o) { o.idle_timeout = -1s; }},
    {"max_connection_age", [](auto& o) { o.max_connection_age = 0s; }},
    {"connections", [](auto& o) { o.connections = 0; }},
    {"max_head", [](auto& o) { o.max_head = 100; }},
    {"max_body", [](auto& o) { o.max_body = 0; }},
    {"user_agent", [](auto& o) { o.user_agent = "a\nb"; }},
    {"headers",
     [](auto& o) {
         o.headers = {{"", "a"}};
     }},
    {"headers",
     [](auto& o) {
         o.headers = {{"a b", "a"}};
     }},
    {"headers",
     [](auto& o) {
         o.headers = {{"X-Ok", "a"}, {"X-Bad", "a\r\nHost: b"}};
     }},
    {"headers",
     [](auto& o) {
         o.headers = {{"Content-LENGTH", "1"}};
     }},
    {"headers",
     [](auto& o) {
         o.headers = {{"Unstructured-API-Key", "other"}};
     }},
    {"request_id_header", [](auto& o) { o.request_id_header = ""; }},
    {"request_id_header", [](auto& o) { o.request_id_header = "Host"; }},
    {"rate", [](auto& o) { o.rate = -1; }},
    {"burst", [](auto& o) { o.burst = 0; }},
};

template <class Options>
std::vector<wrong_value<Options>> wrong_retry_options()
{
    return {
        {"attempts", [](auto& o) { o.attempts = 0; }},
        {"timeout", [](auto& o) { o.timeout = 0s; }},
        {"job_timeout", [](auto& o) { o.job_timeout = -1s; }},
        {"max_wait", [](auto& o) { o.max_wait = -1s; }},
        {"backoff_base", [](auto& o) { o.backoff_base = 0s; }},
        {"backoff_limit", [](auto& o) { o.backoff_limit = o.backoff_base - 1ns; }},
    };
}

const std::vector<wrong_value<audit_options>> wrong_audit_options{
    {"concurrency", [](auto& o) { o.concurrency = 0; }},
    {"concurrency", [](auto& o) { o.concurrency = 100'001; }},
    {"threads", [](auto& o) { o.threads = 0; }},
    {"threads", [](auto& o) { o.threads = 1025; }},
    {"rate", [](auto& o) { o.rate = -1; }},
    {"rate", [](auto& o) { o.rate = std::numeric_limits<double>::infinity(); }},
    {"rate", [](auto& o) { o.rate = std::numeric_limits<double>::quiet_NaN(); }},
    {"burst", [](auto& o) { o.burst = 0; }},
    {"deadline", [](auto& o) { o.deadline = -1s; }},
    {"outage_limit", [](auto& o) { o.outage_limit = 0s; }},
    {"outage_limit_at_start", [](auto& o) { o.outage_limit_at_start = 0s; }},
    {"drain_limit", [](auto& o) { o.drain_limit = -1s; }},
};

client_options good_options() { return {.url = "http://127.0.0.1:1", .credentials = {.key = "the-key"}}; }

asio::awaitable<std::string> refusals_of(client& asked)
{
    std::string fields;
    try {
        const fetch_options wrong{.attempts = 0};
        (void)co_await asked.async_fetch(job_id{}, wrong, asio::use_awaitable);
    } catch (const option_error& refused) {
        fields += refused.field() + ' ';
    }
    try {
        const audit_options wrong{.concurrency = 0};
        const std::vector<job_id> jobs;
        const auto sink = [](outcome&&) {};
        (void)co_await asked.async_audit(jobs, sink, wrong, asio::use_awaitable);
    } catch (const option_error& refused) {
        fields += refused.field() + ' ';
    }
    co_return fields;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE(of_a_client_that_are_wrong_are_refused_by_name)
{
    event_loop loop;
    for (const auto& each : wrong_client_options) {
        auto options = good_options();
        options.url = "https://127.0.0.1:1";
        each.set(options);
        BOOST_TEST(refused_field([&] { jobaudit::client{loop.executor(), options}; }) == each.field);
    }
}

BOOST_AUTO_TEST_CASE(that_send_the_key_in_clear_are_allowed_to_loopback_or_explicitly)
{
    event_loop loop;
    for (const auto* url : {"http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"}) {
        auto options = good_options();
        options.url = url;
        BOOST_TEST(refused_field([&] { jobaudit::client{loop.executor(), options}; }) == "");
    }
    auto options = good_options();
    options.url = "http://platform.example";
    options.allow_plain_http = true;
    BOOST_TEST(refused_field([&] { jobaudit::client{loop.executor(), options}; }) == "");
}

BOOST_AUTO_TEST_CASE(never_show_the_key_when_they_are_refused)
{
    event_loop loop;
    auto options = good_options();
    options.credentials.key = "top-secret\r\n";
    const auto message = message_of<option_error>([&] { jobaudit::client{loop.executor(), options}; });
    BOOST_TEST(!message.empty());
    BOOST_TEST(!contains(message, "top-secret"));
}

BOOST_AUTO_TEST_CASE(of_a_fetch_that_are_wrong_are_refused_by_name_at_its_initiation)
{
    event_loop loop;
    jobaudit::client client{loop.executor(), good_options()};
    for (const auto& each : wrong_retry_options<fetch_options>()) {
        fetch_options options;
        each.set(options);
        const auto field = refused_field([&] { client.async_fetch(job_id{}, options, [](error_code, outcome) {}); });
        BOOST_TEST(field == each.field);
    }
}

BOOST_AUTO_TEST_CASE(of_an_audit_that_are_wrong_are_refused_by_name_at_its_initiation)
{
    event_loop loop;
    jobaudit::client client{loop.executor(), good_options()};
    auto all = wrong_audit_options;
    for (auto& each : wrong_retry_options<audit_options>())
        all.push_back(std::move(each));
    for (const auto& each : all) {
        audit_options options;
        each.set(options);
        const auto field = refused_field([&] {
            client.async_audit(
                std::vector<job_id>{}, [](outcome&&) {}, options, [](error_code, summary) {});
        });
        BOOST_TEST(field == each.field);
    }
}

BOOST_AUTO_TEST_CASE(that_a_request_cannot_bear_are_refused_by_name)
{
    event_loop loop;
    jobaudit::client client{loop.executor(), good_options()};
    const std::vector<header_field> forged{{"X-Ok", "a"}, {"X-Bad", "a\nb"}};
    fetch_options one;
    one.headers = forged;
    BOOST_TEST(refused_field([&] { client.async_fetch(job_id{}, one, [](error_code, outcome) {}); }) == "headers");
    one.headers = {};
    one.request_id = "a\r\nb";
    BOOST_TEST(refused_field([&] { client.async_fetch(job_id{}, one, [](error_code, outcome) {}); }) == "request_id");
    audit_options all;
    all.request_id = one.request_id;
    const std::vector<job_id> none;
    const auto sink = [](outcome&&) {};
    BOOST_TEST(refused_field([&] { client.async_audit(none, sink, all, [](error_code, summary) {}); }) == "request_id");
}

BOOST_AUTO_TEST_CASE(that_are_the_longest_durations_set_no_limit)
{
    constexpr auto endless = std::chrono::nanoseconds::max();
    live_client at{{.jobs = 20}, {.connect_timeout = endless, .idle_timeout = endless, .max_connection_age = endless}};
    fetch_options one{.timeout = endless, .job_timeout = endless, .max_wait = endless};
    one.backoff_base = one.backoff_limit = endless;
    for (std::uint64_t i = 0; i < 20; ++i) {
        const auto result = at.fetch(at.job(i), one);
        BOOST_TEST(result.kind == outcome_kind::ok);
        BOOST_TEST(result.attempts == 1U);
    }
    BOOST_TEST(at.server.stats().connections == 1U);

    audit_options all{.concurrency = 4, .timeout = endless, .job_timeout = endless, .max_wait = endless};
    all.backoff_base = all.backoff_limit = endless;
    all.deadline = all.outage_limit = all.outage_limit_at_start = all.drain_limit = endless;
    BOOST_TEST(at.audit(at.jobs(), all).totals.count(outcome_kind::ok) == 20U);
}

BOOST_AUTO_TEST_CASE(that_change_the_rate_are_checked_too)
{
    event_loop loop;
    jobaudit::client client{loop.executor(), good_options()};
    BOOST_TEST(refused_field([&] { client.set_rate(-1); }) == "rate");
    BOOST_TEST(refused_field([&] { client.set_rate(0); }) == "");
}

BOOST_AUTO_TEST_CASE(that_are_wrong_are_refused_before_any_token_is_asked)
{
    event_loop loop;
    jobaudit::client client{loop.executor(), good_options()};
    const fetch_options one{.attempts = 0};
    const audit_options all{.concurrency = 0};
    const std::vector<job_id> jobs;
    const auto sink = [](outcome&&) {};
    BOOST_TEST(refused_field([&] { (void)client.async_fetch(job_id{}, one, asio::use_awaitable); }) == "attempts");
    BOOST_TEST(refused_field([&] { (void)client.async_fetch(job_id{}, one, asio::use_future); }) == "attempts");
    BOOST_TEST(refused_field([&] { (void)client.async_fetch(job_id{}, one, asio::deferred); }) == "attempts");
    BOOST_TEST(refused_field([&] { (void)client.async_fetch(job_id{}, one, as_values); }) == "attempts");
    BOOST_TEST(refused_field([&] { (void)client.async_audit(jobs, sink, all, asio::use_awaitable); }) == "concurrency");
    BOOST_TEST(refused_field([&] { (void)client.async_audit(jobs, sink, all, asio::use_future); }) == "concurrency");
    BOOST_TEST(refused_field([&] { (void)client.async_audit(jobs, sink, all, asio::deferred); }) == "concurrency");
}

BOOST_AUTO_TEST_CASE(that_are_wrong_are_caught_by_the_coroutine_that_gave_them)
{
    event_loop loop;
    jobaudit::client client{loop.executor(), good_options()};
    BOOST_TEST(loop.run(refusals_of(client)) == "attempts concurrency ");
}

BOOST_AUTO_TEST_CASE(that_were_refused_leave_no_operation_behind)
{
    live_client at{{.jobs = 1}};
    const auto refuse = [&] { at.client->async_fetch(at.job(), {.attempts = 0}, [](error_code, outcome) {}); };
    BOOST_TEST(refused_field(refuse) == "attempts");
    BOOST_TEST(at.fetch(at.job()).kind == outcome_kind::ok);
    BOOST_TEST(at.leaves_nothing());
}

BOOST_AUTO_TEST_SUITE_END()
