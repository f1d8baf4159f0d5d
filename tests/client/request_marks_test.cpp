#include "client/live_client.hpp"
#include "net/scripted_peer.hpp"

#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace {

using namespace jobaudit;
using namespace jobaudit::test;

// GCC 12 destroys twice what is built in braces within an expression that awaits: options must bear that.
static_assert(std::is_trivially_destructible_v<fetch_options>);
static_assert(std::is_trivially_destructible_v<audit_options>);

const job_id some_job = job_id::parse("01234567-89ab-cdef-0123-456789abcdef").value();

/// A platform in clear that keeps the heads of its requests, and refuses the first.
class recording_platform {
public:
    [[nodiscard]] client_options towards(client_options how = {}) const
    {
        how.url = "http://127.0.0.1:" + std::to_string(peer_.port());
        how.credentials.key = "the-key";
        return how;
    }

    [[nodiscard]] std::vector<std::string> heads() const
    {
        const std::lock_guard lock{mutex_};
        return heads_;
    }

private:
    void serve(peer_connection& at)
    {
        for (auto head = at.receive_head(); !head.empty(); head = at.receive_head()) {
            bool is_first = false;
            {
                const std::lock_guard lock{mutex_};
                is_first = heads_.empty();
                heads_.push_back(head);
            }
            at.send(is_first ? "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n" : ok_reply(R"({"failed_files":[]})"));
        }
    }

    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
    scripted_peer peer_{{[this](peer_connection& at) { serve(at); }}};
};

struct marks_observer final : observer {
    void attempt_started(const request_info& request, unsigned) noexcept override { note("started", request); }
    void attempt_finished(const request_info& request, unsigned, int, error_code,
                          std::chrono::nanoseconds) noexcept override
    {
        note("finished", request);
    }
    void retry_scheduled(const request_info& request, unsigned, std::chrono::nanoseconds,
                         std::string_view) noexcept override
    {
        note("retry", request);
    }

    void note(std::string_view what, const request_info& request)
    {
        const auto* span = static_cast<const std::string*>(request.context);
        seen +=
            std::string{what} + ' ' + std::string{request.request_id} + ' ' + (span != nullptr ? *span : "-") + '\n';
        right_job = right_job && request.job == some_job;
    }

    std::string seen;
    bool right_job = true;
};

constexpr std::string_view all_of_one_retry = "started id-1 span\nfinished id-1 span\nretry id-1 span\n"
                                              "started id-1 span\nfinished id-1 span\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(request_marks)

BOOST_AUTO_TEST_CASE(of_a_fetch_reach_the_server_the_observer_and_the_outcome)
{
    recording_platform platform;
    marks_observer seen;
    event_loop loop;
    client asking{loop.executor(), platform.towards({.observer = &seen, .headers = {{"X-Tenant", "blue"}}})};
    std::string span = "span";
    operation_probe<outcome> fetch;
    {
        // What the options refer to is copied.
        const std::string id = "id-1";
        const std::vector<header_field> headers{{"traceparent", "00-abc-def-01"}, {"X-Empty", ""}};
        auto how = brisk();
        how.request_id = id;
        how.headers = headers;
        how.context = &span;
        asking.async_fetch(some_job, how, fetch.token());
    }
    loop.run_until([&] { return fetch.done(); });

    BOOST_TEST(fetch.result().kind == outcome_kind::ok);
    BOOST_TEST(fetch.result().request_id == "id-1");
    BOOST_TEST(seen.seen == all_of_one_retry);
    BOOST_TEST(seen.right_job);
    BOOST_TEST_REQUIRE(platform.heads().size() == 2U);
    for (const auto& head : platform.heads())
        BOOST_TEST(contains(head, "\r\nX-Tenant: blue\r\nX-Request-ID: id-1\r\ntraceparent: 00-abc-def-01\r\n"
                                  "X-Empty: \r\n\r\n"));

    operation_probe<outcome> plain;
    asking.async_fetch(some_job, brisk(), plain.token());
    loop.run_until([&] { return plain.done(); });
    BOOST_TEST(plain.result().request_id.empty());
    BOOST_TEST(!contains(platform.heads().back(), "X-Request-ID"));
    BOOST_TEST(contains(platform.heads().back(), "\r\nX-Tenant: blue\r\n\r\n"));
    BOOST_TEST(contains(platform.heads().back(), "\r\nUser-Agent: jobaudit/" JOBAUDIT_VERSION_STRING "\r\n"));
}

BOOST_AUTO_TEST_CASE(of_an_audit_reach_the_server_the_observer_and_each_outcome)
{
    recording_platform platform;
    marks_observer seen;
    event_loop loop;
    client asking{loop.executor(), platform.towards({.observer = &seen, .request_id_header = "X-Correlation-ID"})};
    std::string span = "span";
    std::vector<outcome> outcomes;
    operation_probe<summary> audit;
    auto how = brisk_audit(1);
    how.request_id = "id-1";
    how.context = &span;
    asking.async_audit(
        std::vector{some_job}, [&](outcome&& one) { outcomes.push_back(std::move(one)); }, how, audit.token());
    loop.run_until([&] { return audit.done(); });

    BOOST_TEST_REQUIRE(outcomes.size() == 1U);
    BOOST_TEST(outcomes.front().request_id == "id-1");
    BOOST_TEST(seen.seen == all_of_one_retry);
    for (const auto& head : platform.heads())
        BOOST_TEST(contains(head, "\r\nX-Correlation-ID: id-1\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(are_those_of_outcomes_without_a_request_too)
{
    live_client at{{.jobs = 1}};
    at.close();
    at.client.emplace(at.loop.executor(), at.towards(at.server));
    std::vector<std::string> ids;
    auto how = brisk_audit(1);
    how.request_id = "id-1";
    how.deadline = 1ns;
    auto sink = [&](outcome&& one) { ids.push_back(one.request_id); };
    const auto [error, totals] = at.audit_into(sink, at.jobs(), how);
    BOOST_TEST(totals.jobs == 1U);
    BOOST_TEST_REQUIRE(ids.size() == 1U);
    BOOST_TEST(ids.front() == "id-1");
}

BOOST_AUTO_TEST_SUITE_END()
