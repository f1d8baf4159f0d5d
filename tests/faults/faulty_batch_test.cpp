#include "faults/fault_proxy.hpp"
#include "faults/platform_client.hpp"
#include "net/one_origin.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

using namespace jobaudit::test;
using jobaudit::outcome_kind;

namespace {

constexpr std::size_t many = 1'500;

std::vector<jobaudit::job_id> jobs()
{
    std::vector<jobaudit::job_id> all;
    for (std::uint64_t i = 0; i < many; ++i)
        all.push_back(numbered_job(i));
    return all;
}

/// Answers a few requests, then does something in place of the answer to the next.
script at_last(int answers, std::function<void(visit&)> act)
{
    return [answers, act = std::move(act)](visit& at) {
        for (int i = 0; i < answers && at.receive(); ++i)
            at.answer();
        if (at.receive())
            act(at);
    };
}

/// Answers a few requests, then does something to the idle, or no longer idle, connection.
script behind(int answers, std::function<void(visit&)> act)
{
    return [answers, act = std::move(act)](visit& at) {
        for (int i = 0; i < answers && at.receive(); ++i)
            at.answer();
        act(at);
        at.answer_all();
    };
}

std::string half(const visit& at) { return at.reply().substr(0, at.reply().size() / 2); }

/// Many connections that each come to another end, behind one another.
std::vector<script> all_kinds_of_ends()
{
    const std::vector<script> kinds{
        at_last(4, [](visit& at) { at.connection.close(); }),
        at_last(7, [](visit& at) { at.connection.cut(); }),
        at_last(3, [](visit& at) { at.connection.reset(); }),
        at_last(5, [](visit& at) { at.connection.send_alert(); }),
        at_last(2, [](visit& at) { at.send(half(at)); }),
        at_last(6,
                [](visit& at) {
                    at.send(half(at));
                    at.connection.reset();
                }),
        at_last(4, [](visit& at) { at.send("\x01garbage\r\n\r\n"); }),
        at_last(3, [](visit& at) { at.send(ok_reply("{")); }),
        at_last(5, [](visit& at) { at.send(at.reply("Connection: close\r\n")); }),
        behind(4, [](visit& at) { at.connection.close(); }),
        behind(5, [](visit& at) { at.connection.reset(); }),
        behind(9,
               [](visit& at) {
                   SSL_key_update(at.connection.tls(), SSL_KEY_UPDATE_REQUESTED);
                   SSL_do_handshake(at.connection.tls());
               }),
    };
    std::vector<script> scripts;
    for (std::size_t i = 0; i < 6; ++i)
        scripts.insert(scripts.end(), kinds.begin(), kinds.end());
    // Behind the others: from then on each connection is used once.
    scripts.push_back(at_last(8, [](visit& at) { at.send(at.reply() + at.reply()); }));
    return scripts;
}

/// Many ways on which something else happens, one behind the other.
std::vector<wire> all_kinds_of_wires()
{
    const std::vector<wire> kinds{
        {.down = {.latency = 2ms, .slice = 100}},
        {.up = {.slice = 1}, .down = {.slice = 3}},
        {.down = {.breaks = break_kind::reset, .at = 5'000}},
        {.down = {.breaks = break_kind::close, .at = 7'001}},
        {.down = {.breaks = break_kind::half_close, .at = 6'002}},
        {.up = {.breaks = break_kind::half_close, .at = 3'000}},
        {.down = {.breaks = break_kind::corrupt, .at = 9'003}},
        {.up = {.breaks = break_kind::corrupt, .at = 4'000}},
        {.down = {.breaks = break_kind::reset, .at = 100}},
    };
    std::vector<wire> wires;
    for (std::size_t i = 0; i < 12; ++i)
        wires.insert(wires.end(), kinds.begin(), kinds.end());
    return wires;
}

void check_that_each_is_ok(const jobaudit::summary& totals, const std::vector<jobaudit::outcome>& outcomes)
{
    std::set<jobaudit::job_id> seen;
    for (const auto& one : outcomes) {
        seen.insert(one.job);
        BOOST_REQUIRE_MESSAGE(is_own(one), one.kind << ": " << one.message);
    }
    BOOST_TEST(seen.size() == many);
    BOOST_TEST(outcomes.size() == many + totals.delivered_again);
    BOOST_TEST(totals.count(outcome_kind::ok) == many);
}

jobaudit::audit_options patient(unsigned threads) { return {.concurrency = 12, .threads = threads, .attempts = 15}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(a_faulty_batch)

BOOST_DATA_TEST_CASE(is_ok_although_every_connection_comes_to_another_end, boost::unit_test::data::make({1U, 4U}),
                     threads)
{
    const server_identity identity;
    scripted_platform platform{identity.get(), all_kinds_of_ends(), false};
    platform_client client{towards(platform.port(), identity.trust())};

    const auto [totals, outcomes] = client.audit(jobs(), patient(threads));

    check_that_each_is_ok(totals, outcomes);
    BOOST_TEST(totals.retries > 0U);
    BOOST_TEST(platform.requests() <= totals.requests);
    BOOST_TEST(client.fates.opened() == totals.connections);
    client.close(platform);
}

BOOST_DATA_TEST_CASE(is_ok_although_the_way_breaks_in_every_place, boost::unit_test::data::make({1U, 4U}), threads)
{
    const server_identity identity;
    scripted_platform platform{identity.get(), {}, false};
    fault_proxy proxy{{.server = platform.port(), .wires = all_kinds_of_wires(), .requests = [] { return 0U; }}};
    platform_client client{towards(proxy.port(), identity.trust())};

    const auto [totals, outcomes] = client.audit(jobs(), patient(threads));

    check_that_each_is_ok(totals, outcomes);
    BOOST_TEST(totals.connections > 12U);
    client.close(platform);
}

BOOST_AUTO_TEST_SUITE_END()
