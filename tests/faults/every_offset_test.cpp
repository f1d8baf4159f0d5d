#include "faults/fault_proxy.hpp"
#include "faults/platform_client.hpp"
#include "net/one_origin.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>

using namespace jobaudit::test;
namespace data = boost::unit_test::data;

namespace {

/// How the server ends a connection.
struct ending {
    const char* name;
    void (*end)(peer_connection&);
};

constexpr ending endings[]{{"close_notify and FIN", [](peer_connection& at) { at.close(); }},
                           {"FIN without close_notify", [](peer_connection& at) { at.cut(); }},
                           {"RST", [](peer_connection& at) { at.reset(); }}};

std::ostream& operator<<(std::ostream& out, const ending& value) { return out << value.name; }

/// How it says where a body ends, and whether the connection stays behind it.
struct framing {
    const char* name;
    bool chunked;
    bool stays;
};

constexpr framing framings[]{{"Content-Length on fresh connections", false, false},
                             {"Content-Length on reused connections", false, true},
                             {"chunks on fresh connections", true, false},
                             {"chunks on reused connections", true, true}};

std::ostream& operator<<(std::ostream& out, const framing& value) { return out << value.name; }

std::string reply_of(const visit& at, const framing& how)
{
    const std::string end = how.stays ? "" : "Connection: close\r\n";
    if (!how.chunked)
        return at.reply(end);
    const auto body = at.body();
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + end + "\r\n" + chunk_of(body.substr(0, 9)) +
           chunk_of(body.substr(9)) + "0\r\n\r\n";
}

// The number of a job says how many bytes of its first answer are sent; all of them for this one.
constexpr std::uint64_t whole = 999'999;

struct way {
    const char* name;
    course wire::*direction;
    break_kind breaks;
    std::size_t length;  ///< a little less than that of the stream: handshake, then request or answer
};

constexpr way ways[]{{"reset to the client", &wire::down, break_kind::reset, 950},
                     {"end to the client", &wire::down, break_kind::close, 950},
                     {"half close to the client", &wire::down, break_kind::half_close, 950},
                     {"reset to the server", &wire::up, break_kind::reset, 580},
                     {"end to the server", &wire::up, break_kind::close, 580},
                     {"half close to the server", &wire::up, break_kind::half_close, 580}};

std::ostream& operator<<(std::ostream& out, const way& value) { return out << value.name; }

std::uint64_t number_of(const std::string& job) { return std::stoull(job.substr(24)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(every_offset)

BOOST_DATA_TEST_CASE(of_an_answer_may_be_its_end_at_the_cost_of_one_attempt, data::make(endings) * data::make(framings),
                     how_it_ends, answer)
{
    std::atomic<std::size_t> size{0};
    const auto cut_short_once = [&](visit& at) {
        while (at.receive()) {
            const auto reply = reply_of(at, answer);
            size = reply.size();
            if (const auto offset = number_of(at.job()); offset < reply.size() && at.times_asked() == 1) {
                at.send(reply.substr(0, offset));
                return how_it_ends.end(at.connection);
            }
            at.send(reply);
            if (!answer.stays)
                return;
        }
    };
    const server_identity identity;
    scripted_platform platform{identity.get(), {cut_short_once}, true};
    platform_client client{towards(platform.port(), identity.trust())};
    BOOST_TEST(is_own(client.fetch(numbered_job(whole))));

    for (std::uint64_t offset = 0; offset < size; ++offset) {
        BOOST_TEST_CONTEXT("offset " << offset)
        {
            const auto opened = client.fates.opened();
            const auto result = client.fetch(numbered_job(offset));

            BOOST_TEST(is_own(result), result.message);
            // A reused connection that ends before the first byte may have been ending already: that is no attempt.
            const bool replayed = answer.stays && offset == 0;
            BOOST_TEST(result.attempts == (replayed ? 1U : 2U));
            BOOST_TEST(platform.requests_of(result.job) == 2U);
            BOOST_TEST(client.fates.opened() - opened == (answer.stays ? 1U : 2U));
        }
    }
    client.close(platform);
}

BOOST_DATA_TEST_CASE(of_the_wire_may_be_its_end_at_the_cost_of_one_attempt, data::make(ways), how)
{
    constexpr std::size_t step = 23;
    std::vector<wire> wires;
    for (std::size_t offset = 0; offset < how.length; offset += step) {
        wires.emplace_back().*how.direction = {.breaks = how.breaks, .at = offset};
        wires.emplace_back();
    }
    // Without session tickets every handshake is a whole one.
    const server_identity identity;
    SSL_CTX_set_num_tickets(identity.get(), 0);
    const auto answer_and_close = [](visit& at) {
        if (at.receive())
            at.send(at.reply("Connection: close\r\n"));
    };
    scripted_platform platform{identity.get(), {answer_and_close}, true};
    fault_proxy proxy{{.server = platform.port(), .wires = wires, .requests = [] { return 0U; }}};
    platform_client client{towards(proxy.port(), identity.trust())};

    for (std::uint64_t offset = 0; offset < how.length; offset += step) {
        BOOST_TEST_CONTEXT("offset " << offset)
        {
            const auto result = client.fetch(numbered_job(offset));

            BOOST_TEST(is_own(result), result.message);
            BOOST_TEST(result.attempts == 2U);
            BOOST_TEST(platform.requests_of(result.job) <= 2U);
        }
    }
    client.close(platform);
}

BOOST_AUTO_TEST_SUITE_END()
