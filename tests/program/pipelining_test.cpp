#include "program/audited_platform.hpp"
#include "program/plain_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

using namespace jobaudit::test;
using jobaudit::emulator::fault;
using jobaudit::emulator::fault_profile;
using jobaudit::emulator::sequence_entry;
using jobaudit::emulator::step;

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// A file named as the job that was asked for, with an error of `size` characters.
std::string reply_to(const std::string& head, std::size_t size)
{
    const auto job = head.substr(head.find("/jobs/") + 6, 36);
    const auto body = R"({"failed_files":[{"document":")" + job + R"(","error":")" + std::string(size, 'e') + R"("}]})";
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Answers three requests, the last without a word that it is the last, and closes.
asio::awaitable<void> answer_thrice(tcp::socket socket)
{
    std::string received;
    for (int answers = 0; answers < 3; ++answers) {
        const auto head = co_await next_head(socket, received);
        if (head.empty())
            co_return;
        const auto reply = reply_to(head, 1);
        (void)co_await asio::async_write(socket, asio::buffer(reply), as_values);
    }
    // An orderly end: what was sent must not be overtaken by a reset.
    boost::system::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    for (std::array<char, 4096> rest;;) {
        const auto [failed, size] = co_await socket.async_read_some(asio::buffer(rest), as_values);
        if (failed || size == 0)
            co_return;
    }
}

/// What stands in a connection's line behind the response that the server has just sent, by the number of the response.
class line_lengths {
public:
    asio::awaitable<void> answer_all(tcp::socket socket, std::size_t size)
    {
        std::string received;
        for (;;) {
            const auto head = co_await next_head(socket, received);
            if (head.empty())
                co_return;
            const auto reply = reply_to(head, size);
            (void)co_await asio::async_write(socket, asio::buffer(reply), as_values);
            boost::system::error_code ignored;
            const std::lock_guard lock{mutex_};
            behind_.push_back((received.size() + socket.available(ignored)) / head.size());
        }
    }

    [[nodiscard]] std::size_t most_in(std::size_t from, std::size_t to) const
    {
        const std::lock_guard lock{mutex_};
        BOOST_TEST_REQUIRE(to <= behind_.size());
        const auto begin = behind_.begin();
        return *std::max_element(begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to));
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::size_t> behind_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pipelining)

BOOST_AUTO_TEST_CASE(a_server_that_closes_after_every_third_response_costs_no_job_and_no_attempt)
{
    constexpr std::size_t jobs = 10'000;
    const plain_server server{answer_thrice};
    const scratch_folder folder;
    folder.write("jobs.txt", job_lines(jobs));
    process_run audit{jobaudit::test::jobaudit({"audit", "--url", server.url(), "--jobs", folder.path("jobs.txt"), "-o",
                                                folder.path("out"), "--pipeline", "8", "--concurrency", "8",
                                                "--attempts", "1", "--summary-json", folder.path("summary.json")})};

    BOOST_TEST(audit.wait() == 0, audit.error_out());
    std::set<std::string> seen;
    for (const auto& line : lines_of(folder.read("out"))) {
        const auto& file = line.at("failed_files").as_array().at(0).as_object();
        BOOST_TEST_REQUIRE(file.at("document").as_string() == line.at("job_id").as_string());
        seen.emplace(line.at("job_id").as_string());
    }
    BOOST_TEST(seen.size() == jobs);
    // Once it has broken two lines it is asked one by one: at most one request a connection is in vain.
    const auto summary = summary_of(folder.read("summary.json"));
    BOOST_TEST(summary.at("requests").to_number<std::uint64_t>() < jobs + jobs / 3 + 200);
    // A request that came too late is asked again on a connection in the place of the lost one, not of a healthy one.
    BOOST_TEST(server.connections() < jobs / 3 + 60);
}

BOOST_AUTO_TEST_CASE(asks_a_connection_one_by_one_once_it_knows_that_responses_are_large)
{
    constexpr std::size_t jobs = 150;
    constexpr std::size_t lanes =
        4 * 8;  // that many may have begun when it is known, and as many are on their way then
    line_lengths lines;
    const plain_server server{[&](tcp::socket socket) { return lines.answer_all(std::move(socket), 400'000); }};
    const scratch_folder folder;
    folder.write("jobs.txt", job_lines(jobs));
    process_run audit{jobaudit::test::jobaudit({"audit", "--url", server.url(), "--jobs", folder.path("jobs.txt"), "-o",
                                                folder.path("out"), "--pipeline", "8", "--concurrency", "4"})};

    BOOST_TEST(audit.wait() == 0, audit.error_out());
    BOOST_TEST(lines_of(folder.read("out")).size() == jobs);
    // The next one is asked for when the last byte was read, which may be before the server looks.
    BOOST_TEST(lines.most_in(2 * lanes, jobs) <= 1U);
}

BOOST_AUTO_TEST_CASE(gives_every_job_its_own_answer_over_few_connections)
{
    audited_platform platform{{.jobs = 5000}};
    process_run audit{platform.audit_all({"--pipeline", "16", "--concurrency", "4", "--threads", "2"})};

    BOOST_TEST(audit.wait() == 0, audit.error_out());
    BOOST_TEST(platform.is_right());
    BOOST_TEST(platform.server.stats().requests == 5000U);
    BOOST_TEST(platform.server.stats().connections <= 4U);
}

BOOST_AUTO_TEST_CASE(charges_no_job_for_the_wait_behind_others_that_hang)
{
    audited_platform platform{{.jobs = 20}};
    std::map<jobaudit::job_id, std::vector<step>> hanging;
    for (std::uint64_t i = 0; i < 20; i += 5)
        hanging[platform.server.job(i)] = {step{.fault = fault::stall}};
    audited_platform some_hang{{.jobs = 20, .script = {.jobs = hanging}}};
    process_run audit{
        some_hang.audit_all({"--pipeline", "16", "--concurrency", "1", "--timeout", "1s", "--attempts", "2"})};

    BOOST_TEST(audit.wait() == 6);
    const auto outcomes = outcomes_of(some_hang.folder.read("results.ndjson"));
    BOOST_TEST(outcomes.at("ok") == 16U);
    BOOST_TEST(outcomes.at("timeout") == 4U);
}

BOOST_AUTO_TEST_CASE(tells_nothing_wrong_of_a_hostile_server)
{
    audited_platform platform{{.jobs = 1500, .faults = fault_profile::hostile}};
    process_run audit{platform.audit_all({"--pipeline", "8", "--attempts", "10", "--timeout", "2s", "--threads", "2"})};

    (void)audit.wait();
    BOOST_TEST(platform.is_right(), audit.error_out());
}

BOOST_AUTO_TEST_CASE(keeps_the_gate_shut_after_a_429_whatever_is_in_line)
{
    std::vector<sequence_entry> once{{200, 200, step{.status = 429, .retry_after = "3"}}};
    audited_platform platform{{.jobs = 1000, .script = {.sequence = once}}};
    process_run audit{platform.audit_all({"--pipeline", "8", "--concurrency", "4"})};

    BOOST_TEST(audit.wait() == 0, audit.error_out());
    BOOST_TEST(platform.is_right());
    // The server may come to what stands in line only after the client has read the 429: a second is left for that.
    const auto silence = std::chrono::floor<std::chrono::milliseconds>(platform.server.stats().longest_silence);
    BOOST_TEST(silence.count() >= 2000);
}

BOOST_AUTO_TEST_SUITE_END()
