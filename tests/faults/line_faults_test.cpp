// Faults that meet several requests in line on one connection.
#include "faults/platform_client.hpp"
#include "faults/scripted_platform.hpp"
#include "net/one_origin.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

using namespace jobaudit::test;
using jobaudit::outcome_kind;

namespace {

/// The first job proves the connection; the other four then stand in line on it.
constexpr std::size_t in_line = 4;
constexpr std::size_t jobs = 1 + in_line;

/// By job, in the order in which they were asked for.
using counts = std::array<unsigned, jobs>;
constexpr counts once{1, 1, 1, 1, 1};

struct line_effect {
    counts attempts = once;
    counts requests = once;
    std::size_t connections = 1;

    friend bool operator==(const line_effect&, const line_effect&) = default;
};

std::ostream& operator<<(std::ostream& out, const line_effect& value)
{
    const auto list = [&out](const counts& each) {
        for (std::size_t i = 0; i < jobs; ++i)
            out << (i == 0 ? "" : ", ") << each[i];
    };
    list(value.attempts);
    out << " | ";
    list(value.requests);
    return out << " | " << value.connections;
}

using replies = std::vector<std::string>;

struct line_case {
    std::string name;
    std::function<void(visit&, const replies&)> act;  ///< with the true answers to those in line
    line_effect expected{};
};

std::ostream& operator<<(std::ostream& out, const line_case& row) { return out << row.name; }

/// Answers the first job, waits until all others stand in line, and does something.
script with_all_in_line(const line_case& row)
{
    return [&row](visit& at) {
        if (at.receive())
            at.answer();
        replies all;
        while (all.size() < in_line && at.receive())
            all.push_back(at.reply());
        row.act(at, all);
    };
}

std::string half(const std::string& reply) { return reply.substr(0, reply.size() / 2); }

/// The first `answered` of those in line came to their end; the others are asked again over another connection.
constexpr line_effect again_behind(unsigned answered)
{
    line_effect result{.connections = 2};
    for (std::size_t i = 1 + answered; i < jobs; ++i)
        ++result.requests[i];
    return result;
}

/// All that stood in line are asked again, the answered ones too, as one may have been passed over.
constexpr line_effect all_again() { return again_behind(0); }

/// … and the first behind the `answered` ones at the cost of an attempt.
constexpr line_effect all_again_behind(unsigned answered)
{
    auto result = all_again();
    ++result.attempts[1 + answered];
    return result;
}

/// The answer to the first behind `answered` ones is not the platform's: those behind it are asked elsewhere.
constexpr line_effect failed_behind(unsigned answered)
{
    auto result = again_behind(answered);
    ++result.attempts[1 + answered];
    return result;
}

std::vector<line_case> rows()
{
    const auto bad = [](std::string_view status) {
        return "HTTP/1.1 " + std::string{status} + "\r\nContent-Length: 2\r\n\r\n{}";
    };
    return {
        {"nothing happens",
         [](visit& at, const replies& all) {
             for (const auto& reply : all)
                 at.send(reply);
             at.answer_all();
         }},
        {"the answers come byte for byte",
         [](visit& at, const replies& all) {
             for (const auto& reply : all)
                 for (const char& each : reply)
                     at.send({&each, 1});
             at.answer_all();
         }},
        {"the answers come at once",
         [](visit& at, const replies& all) {
             at.send(all[0] + all[1] + all[2] + all[3]);
             at.answer_all();
         }},
        {"it ends before any answer", [](visit& at, const replies&) { at.connection.close(); }, all_again()},
        {"it is cut before any answer", [](visit& at, const replies&) { at.connection.cut(); }, all_again()},
        {"it is reset before any answer", [](visit& at, const replies&) { at.connection.reset(); }, all_again()},
        {"it ends between two answers",
         [](visit& at, const replies& all) {
             at.send(all[0] + all[1]);
             at.connection.close();
         },
         all_again()},
        {"an answer is the last one",
         [](visit& at, const replies& all) {
             auto last = all[1];
             last.insert(last.find("\r\n") + 2, "Connection: close\r\n");
             at.send(all[0] + last + all[2] + all[3]);
         },
         again_behind(2)},
        {"it breaks behind an answer's first byte",
         [](visit& at, const replies& all) {
             at.send(all[0] + "H");
             at.connection.cut();
         },
         all_again_behind(1)},
        {"it breaks in the middle of an answer",
         [](visit& at, const replies& all) {
             at.send(all[0] + all[1] + half(all[2]));
             at.connection.cut();
         },
         all_again_behind(2)},
        {"garbage comes in place of an answer",
         [](visit& at, const replies& all) {
             at.send(all[0] + "\x01garbage\r\n\r\n" + all[2] + all[3]);
             at.answer_all();
         },
         all_again_behind(1)},
        {"an answer is longer than it says",
         [](visit& at, const replies& all) {
             at.send(all[0] + all[1] + "xyz" + all[2] + all[3]);
             at.answer_all();
         },
         all_again_behind(2)},
        {"an answer is no JSON",
         [](visit& at, const replies& all) {
             at.send(all[0] + ok_reply("{") + all[2] + all[3]);
             at.answer_all();
         },
         failed_behind(1)},
        {"one is answered with 500",
         [bad](visit& at, const replies& all) {
             at.send(all[0] + bad("500 Internal Server Error") + all[2] + all[3]);
             at.answer_all();
         },
         failed_behind(1)},
        {"one in the middle is silent",
         [](visit& at, const replies& all) {
             at.send(all[0]);
             at.receive();
         },
         all_again_behind(1)},
    };
}

line_effect effect_of(const line_case& row)
{
    server_identity identity;
    scripted_platform platform{identity.get(), {with_all_in_line(row)}, false};
    auto how = towards(platform.port(), identity.trust());
    how.pipeline = in_line;
    platform_client client{how};
    std::vector<jobaudit::job_id> asked;
    for (std::size_t i = 0; i < jobs; ++i)
        asked.push_back(numbered_job(i));
    const auto [all, outcomes] = client.audit(asked, {.concurrency = 1, .timeout = 2s});

    line_effect seen{.connections = client.fates.opened()};
    BOOST_TEST(outcomes.size() == jobs);
    for (const auto& each : outcomes) {
        BOOST_TEST(each.kind == outcome_kind::ok, each.message);
        BOOST_TEST(is_own(each));
        const auto at = static_cast<std::size_t>(std::find(asked.begin(), asked.end(), each.job) - asked.begin());
        seen.attempts.at(at) = each.attempts;
        seen.requests.at(at) = static_cast<unsigned>(platform.requests_of(each.job));
    }
    client.close(platform);
    return seen;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_table)

BOOST_DATA_TEST_CASE(comes_to_what_is_expected_of_several_in_line, boost::unit_test::data::make(rows()), row)
{
    const auto seen = effect_of(row);

    BOOST_TEST(seen == row.expected);
    std::ostringstream line;
    line << "| four in line: " << row.name << " | ok | " << seen << " | "
         << (seen.connections == 1 ? "reused" : "replaced") << " |";
    BOOST_TEST_MESSAGE(line.str());
}

BOOST_AUTO_TEST_SUITE_END()
