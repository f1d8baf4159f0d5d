#include "faults/platform_client.hpp"
#include "net/one_origin.hpp"

#include "policy/answer_order.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <poll.h>

using namespace jobaudit::test;
using jobaudit::outcome_kind;

namespace {

/// How long a server thinks, or a response is under way.
void pass(std::chrono::milliseconds time) { ::poll(nullptr, 0, static_cast<int>(time.count())); }

// A response that is left over is waited for for two of these: a loaded machine must not delay it by another.
constexpr auto service_time = 20ms;

void answer_slowly(visit& at)
{
    pass(service_time);
    at.answer();
}

/// Answers so many requests, then does something else in place of the answer to the next, and answers all others.
script once_behind(int answers, std::function<void(visit&)> act)
{
    return [answers, act = std::move(act)](visit& at) {
        for (int i = 0; i < answers && at.receive(); ++i)
            answer_slowly(at);
        if (at.receive())
            act(at);
        while (at.receive())
            answer_slowly(at);
    };
}

std::vector<jobaudit::job_id> jobs(std::uint64_t count)
{
    std::vector<jobaudit::job_id> all;
    for (std::uint64_t i = 0; i < count; ++i)
        all.push_back(numbered_job(i));
    return all;
}

struct audited {
    jobaudit::summary totals;
    std::vector<jobaudit::outcome> outcomes;

    [[nodiscard]] std::size_t right_in_the_end() const
    {
        std::map<jobaudit::job_id, bool> last;
        for (const auto& each : outcomes)
            last[each.job] = each.kind == outcome_kind::ok && is_own(each);
        return static_cast<std::size_t>(std::ranges::count_if(last, [](const auto& each) { return each.second; }));
    }
};

audited audit(std::vector<script> scripts, std::uint64_t count, jobaudit::audit_options how, unsigned pipeline = 1)
{
    const server_identity identity;
    scripted_platform platform{identity.get(), std::move(scripts), false};
    auto options = towards(platform.port(), identity.trust());
    options.pipeline = pipeline;
    platform_client client{options};
    audited result;
    std::tie(result.totals, result.outcomes) = client.audit(jobs(count), how);
    client.close(platform);
    return result;
}

void check_that_all_are_right_in_the_end(const audited& batch, std::uint64_t count)
{
    BOOST_TEST(batch.right_in_the_end() == count);
    BOOST_TEST(batch.totals.jobs == count);
    BOOST_TEST(batch.totals.count(outcome_kind::ok) == count);
    BOOST_TEST(batch.totals.failed_files == count);
    BOOST_TEST(batch.outcomes.size() == count + batch.totals.delivered_again);
}

script doubled_behind(int answers)
{
    return once_behind(answers, [](visit& at) {
        answer_slowly(at);
        pass(1ms);
        at.answer();
    });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answer_order)

BOOST_AUTO_TEST_CASE(a_response_sent_twice_leaves_no_job_with_the_list_of_another)
{
    for (const unsigned connections : {1U, 4U}) {
        const auto batch = audit(std::vector<script>(connections, doubled_behind(5)), 60, {.concurrency = connections});
        check_that_all_are_right_in_the_end(batch, 60);
        BOOST_TEST(batch.totals.responses_left_over > 0U);
        BOOST_TEST(batch.totals.delivered_again > 0U);
    }
}

/// How a server takes leave behind its last answer.
struct farewell {
    std::string_view name;
    std::string_view fields;
    std::string_view words;
};

BOOST_AUTO_TEST_CASE(a_response_too_many_is_noticed_however_the_connection_ends)
{
    for (const auto& each : {farewell{"announced", "Connection: close\r\n", {}}, farewell{"without a word", {}, {}},
                             farewell{"a 408", {}, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"}})
        for (const int last : {7, 9, 20}) {
            const script ending = [&each, last](visit& at) {
                for (int i = 1; i <= last && at.receive(); ++i) {
                    // So long that the one too many is early, and the next one is not late, on a loaded machine too.
                    pass(i <= 5 ? 150ms : 20ms);
                    at.send(at.reply(i == last ? each.fields : ""));
                    if (i == 5) {
                        pass(1ms);
                        at.answer();
                    }
                }
                at.send(each.words);
            };
            const auto batch = audit({ending, ending}, 60, {.concurrency = 2});
            BOOST_TEST_CONTEXT(each.name << " after " << last)
            {
                check_that_all_are_right_in_the_end(batch, 60);
                BOOST_TEST(batch.totals.responses_left_over > 0U);
            }
        }
}

BOOST_AUTO_TEST_CASE(a_server_that_sends_each_response_twice_is_asked_once_a_connection)
{
    const script doubling = [](visit& at) {
        while (at.receive()) {
            answer_slowly(at);
            pass(1ms);
            at.answer();
        }
    };
    const auto batch = audit(std::vector<script>(200, doubling), 40, {.concurrency = 2});
    check_that_all_are_right_in_the_end(batch, 40);
    BOOST_TEST(batch.totals.responses_left_over > 0U);
    BOOST_TEST(batch.totals.requests <= 40U + batch.totals.delivered_again);
}

BOOST_AUTO_TEST_CASE(what_a_gateway_says_before_the_true_answer_shifts_nothing)
{
    for (const std::string_view gateway :
         {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n"}) {
        const auto batch = audit({once_behind(5,
                                              [gateway](visit& at) {
                                                  at.send(gateway);
                                                  pass(1ms);
                                                  at.answer();
                                              })},
                                 60, {.concurrency = 1});
        check_that_all_are_right_in_the_end(batch, 60);
        BOOST_TEST(batch.totals.responses_left_over == 1U, gateway);
    }
}

BOOST_AUTO_TEST_CASE(a_response_that_is_missing_in_a_line_shifts_nothing)
{
    const auto missing = once_behind(5, [](visit&) {});
    const auto batch = audit({missing, missing}, 60, {.concurrency = 2, .timeout = 400ms}, 4);
    check_that_all_are_right_in_the_end(batch, 60);
    BOOST_TEST(batch.totals.delivered_again > 0U);
}

BOOST_AUTO_TEST_CASE(a_line_that_just_breaks_is_delivered_once)
{
    const auto breaking = [](visit& at) {
        for (int i = 0; i < 9 && at.receive(); ++i)
            answer_slowly(at);
        at.receive();
        at.connection.cut();
    };
    const auto batch = audit({breaking, breaking}, 60, {.concurrency = 2}, 4);
    check_that_all_are_right_in_the_end(batch, 60);
    BOOST_TEST(batch.totals.delivered_again == 0U);
    BOOST_TEST(batch.totals.responses_left_over == 0U);
}

BOOST_AUTO_TEST_CASE(a_response_that_swallows_the_next_one_shifts_nothing)
{
    const auto swallowing = once_behind(5, [](visit& at) {
        const auto cut = at.body().substr(0, at.body().size() / 2);
        at.receive();
        const auto next = at.reply();
        at.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(cut.size() + next.size()) + "\r\n\r\n" + cut + next);
    });
    const auto batch = audit({swallowing}, 60, {.concurrency = 1}, 8);
    check_that_all_are_right_in_the_end(batch, 60);
    BOOST_TEST(batch.totals.delivered_again == 0U);
    const auto charged = std::ranges::count_if(batch.outcomes, [](const auto& each) { return each.attempts > 1; });
    BOOST_TEST(charged == 1);
}

BOOST_AUTO_TEST_CASE(a_connection_in_order_serves_on_however_many_jobs_there_are)
{
    for (const unsigned pipeline : {1U, 4U}) {
        const auto batch = audit({}, 700, {.concurrency = 1}, pipeline);
        check_that_all_are_right_in_the_end(batch, 700);
        BOOST_TEST(batch.totals.connections == 1U);
        BOOST_TEST(batch.totals.requests == 700U);
    }
}

BOOST_AUTO_TEST_CASE(not_more_is_asked_again_than_was_answered_since_the_order_was_last_proven)
{
    const auto batch = audit({doubled_behind(600)}, 700, {.concurrency = 1});
    check_that_all_are_right_in_the_end(batch, 700);
    BOOST_TEST(batch.totals.delivered_again > 0U);
    BOOST_TEST(batch.totals.delivered_again <= jobaudit::policy::answer_order::longest_run);
}

BOOST_AUTO_TEST_CASE(a_farewell_to_an_idle_connection_is_no_answer)
{
    const auto parting = [](visit& at) {
        for (int i = 0; i < 5 && at.receive(); ++i)
            at.answer();
        at.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    const auto batch = audit({parting}, 5, {.concurrency = 1});
    check_that_all_are_right_in_the_end(batch, 5);
    BOOST_TEST(batch.totals.responses_left_over == 0U);
    BOOST_TEST(batch.totals.delivered_again == 0U);
}

BOOST_AUTO_TEST_CASE(a_batch_that_ends_before_it_can_ask_again_takes_back_what_it_said)
{
    const script silent = [](visit& at) { at.connection.receive_all(); };
    std::vector<script> scripts(20, silent);
    scripts.front() = doubled_behind(5);
    const auto batch = audit(std::move(scripts), 12, {.concurrency = 1, .deadline = 500ms});
    BOOST_CHECK(batch.totals.stopped == jobaudit::stop_reason::deadline);
    BOOST_TEST(batch.totals.delivered_again > 0U);
    BOOST_TEST(batch.totals.count(outcome_kind::protocol) == batch.totals.delivered_again);
    // What came first cannot be another's.
    BOOST_TEST(batch.right_in_the_end() >= 1U);
    BOOST_TEST(batch.right_in_the_end() == batch.totals.count(outcome_kind::ok));
}

BOOST_AUTO_TEST_SUITE_END()
