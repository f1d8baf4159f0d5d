#include "program/audited_platform.hpp"
#include "program/plain_server.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>

using namespace jobaudit::test;
using std::chrono::milliseconds;

namespace {

/// Stands before a server, and lets only so many connections at a time, or in all, through to it.
class narrow_gate {
public:
    enum class beyond : std::uint8_t { closed, left_alone };

    narrow_gate(std::uint16_t port, std::size_t at_a_time, std::size_t in_all, beyond what)
        : port_{port}, at_a_time_{at_a_time}, in_all_{in_all}, beyond_{what}
    {}

    asio::awaitable<void> serve(tcp::socket from_client)
    {
        auto client = std::make_shared<tcp::socket>(std::move(from_client));
        if (open_ >= at_a_time_ || let_through_ >= in_all_) {
            ++turned_away_;
            std::array<char, 4096> nothing{};
            while (beyond_ == beyond::left_alone) {
                const auto [failed, size] = co_await client->async_read_some(asio::buffer(nothing), as_values);
                if (failed || size == 0)
                    break;
            }
            co_return;
        }
        ++let_through_;
        ++open_;
        auto server = std::make_shared<tcp::socket>(client->get_executor());
        (void)co_await server->async_connect({asio::ip::address_v4::loopback(), port_}, as_values);
        asio::co_spawn(client->get_executor(), pass_on(server, client), [](const std::exception_ptr&) {});
        co_await pass_on(client, server);
        --open_;
    }

    [[nodiscard]] std::size_t turned_away() const { return turned_away_; }

private:
    static asio::awaitable<void> pass_on(std::shared_ptr<tcp::socket> from, std::shared_ptr<tcp::socket> to)
    {
        std::array<char, 16384> bytes{};
        for (;;) {
            const auto [failed, size] = co_await from->async_read_some(asio::buffer(bytes), as_values);
            if (failed)
                break;
            const auto [broken, sent] = co_await asio::async_write(*to, asio::buffer(bytes.data(), size), as_values);
            if (broken)
                break;
        }
        boost::system::error_code ignored;
        (void)to->shutdown(tcp::socket::shutdown_send, ignored);
    }

    const std::uint16_t port_;
    const std::size_t at_a_time_;
    const std::size_t in_all_;
    const beyond beyond_;
    std::atomic<std::size_t> open_{0};
    std::atomic<std::size_t> let_through_{0};
    std::atomic<std::size_t> turned_away_{0};
};

/// An audit with default options, by way of such a gate.
struct audit_through_a_gate {
    audit_through_a_gate(std::size_t at_a_time, std::size_t in_all, narrow_gate::beyond what)
        : platform{{.jobs = 400, .latency = {.base = milliseconds{5}}}}
        , gate{platform.server.port(), at_a_time, in_all, what}
    {
        const plain_server door{[this](tcp::socket socket) { return gate.serve(std::move(socket)); }};
        const auto url = "https" + door.url().substr(door.url().find(':'));
        process_run audit{jobaudit::test::jobaudit({"audit", "--url", url, "--ca-file", platform.folder.path("ca.pem"),
                                                    "--jobs", platform.jobs_file(), "-o", platform.output()})};
        exit_code = audit.wait();
        said = audit.error_out();
    }

    void check_that_nothing_was_lost() const
    {
        BOOST_TEST(exit_code == 0, said);
        BOOST_TEST(platform.is_right());
        for (const auto& line : lines_of(platform.folder.read("results.ndjson")))
            BOOST_TEST(line.at("attempts").to_number<int>() == 1);
    }

    audited_platform platform;
    narrow_gate gate;
    int exit_code = -1;
    std::string said;
};

constexpr std::size_t any_number = 1'000'000;
// All that the program opens at once before it knows, and those that it tries later.
constexpr std::size_t few = 64 + 20;

}  // namespace

BOOST_AUTO_TEST_SUITE(connection_limits)

BOOST_AUTO_TEST_CASE(of_a_gate_that_closes_what_is_beyond_them_cost_no_attempt)
{
    const audit_through_a_gate with{8, any_number, narrow_gate::beyond::closed};
    with.check_that_nothing_was_lost();
    BOOST_TEST(with.gate.turned_away() > 0U);
    BOOST_TEST(with.gate.turned_away() <= few);
}

BOOST_AUTO_TEST_CASE(of_a_server_that_takes_no_new_ones_any_more_cost_no_attempt)
{
    const audit_through_a_gate with{any_number, 5, narrow_gate::beyond::closed};
    with.check_that_nothing_was_lost();
    BOOST_TEST(with.gate.turned_away() <= few);
}

BOOST_AUTO_TEST_CASE(of_a_server_that_leaves_the_others_waiting_cost_no_attempt)
{
    const audit_through_a_gate with{8, any_number, narrow_gate::beyond::left_alone};
    with.check_that_nothing_was_lost();
    BOOST_TEST(with.gate.turned_away() <= few);
}

BOOST_AUTO_TEST_SUITE_END()
