#include "program/audited_platform.hpp"
#include "program/plain_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <chrono>

using namespace jobaudit::test;

namespace {

const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"failed_files\":[]}";

/// Serves one request, unless that came too late on a connection that is new, and tells the next one that it did.
asio::awaitable<void> serve_once(tcp::socket socket, std::chrono::steady_clock::duration patience)
{
    const auto accepted = std::chrono::steady_clock::now();
    const std::string too_late = "HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    std::string received;
    if ((co_await next_head(socket, received)).empty() || std::chrono::steady_clock::now() - accepted > patience)
        co_return;
    (void)co_await asio::async_write(socket, asio::buffer(answer), as_values);
    if (!(co_await next_head(socket, received)).empty())
        (void)co_await asio::async_write(socket, asio::buffer(too_late), as_values);
}

plain_server server_of_one_request(std::chrono::steady_clock::duration patience)
{
    return plain_server{[patience](tcp::socket socket) { return serve_once(std::move(socket), patience); }};
}

/// Forgets all its connections after the ninth answer, without a word: what comes on those leads nowhere. The first
/// eight answers take some time, so that there are eight connections.
class forgetful {
public:
    asio::awaitable<void> serve(tcp::socket socket)
    {
        const bool is_old = answered_ < last_answer;
        std::string received;
        for (;;) {
            if ((co_await next_head(socket, received)).empty())
                co_return;
            asio::steady_timer timer{socket.get_executor(), std::chrono::milliseconds{answered_ < 8 ? 200 : 0}};
            if (is_old && answered_ >= last_answer)
                timer.expires_after(std::chrono::hours{1});
            (void)co_await timer.async_wait(as_values);
            ++answered_;
            (void)co_await asio::async_write(socket, asio::buffer(answer), as_values);
        }
    }

private:
    static constexpr int last_answer = 9;
    std::atomic<int> answered_{0};
};

/// Audits so many jobs with one attempt each, all of which are done by that.
void audit_at_one_attempt(const plain_server& server, std::size_t jobs, std::vector<std::string> options)
{
    const scratch_folder folder;
    folder.write("jobs.txt", job_lines(jobs));
    options.insert(options.begin(), {"audit", "--url", server.url(), "--jobs", folder.path("jobs.txt"), "-o",
                                     folder.path("out"), "--attempts", "1"});
    process_run audit{jobaudit::test::jobaudit(std::move(options))};

    BOOST_TEST(audit.wait() == 0, audit.error_out());
    const auto lines = lines_of(folder.read("out"));
    BOOST_TEST(lines.size() == jobs);
    for (const auto& line : lines)
        BOOST_TEST(line.at("attempts").to_number<int>() == 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(idle_limits)

BOOST_AUTO_TEST_CASE(that_are_told_with_a_408_on_a_used_connection_cost_no_attempt)
{
    const auto server = server_of_one_request(std::chrono::hours{1});
    audit_at_one_attempt(server, 50, {"--concurrency", "2"});
    BOOST_TEST(server.connections() >= 50U);
}

BOOST_AUTO_TEST_CASE(leave_a_replacement_no_time_to_grow_old_while_it_waits_for_its_slot)
{
    const auto server = server_of_one_request(std::chrono::milliseconds{400});
    audit_at_one_attempt(server, 6, {"--rate", "2"});
}

BOOST_AUTO_TEST_CASE(that_are_not_told_cost_one_attempt_and_not_one_a_connection)
{
    forgetful way;
    const plain_server server{[&way](tcp::socket socket) { return way.serve(std::move(socket)); }};
    const scratch_folder folder;
    folder.write("jobs.txt", job_lines(14));
    process_run audit{jobaudit::test::jobaudit({"audit", "--url", server.url(), "--jobs", folder.path("jobs.txt"), "-o",
                                                folder.path("out"), "--concurrency", "8", "--rate", "1", "--burst", "8",
                                                "--attempts", "2", "--timeout", "1s"})};

    BOOST_TEST(audit.wait() == 0, audit.error_out());
    std::size_t twice = 0;
    for (const auto& line : lines_of(folder.read("out")))
        twice += line.at("attempts").to_number<int>() == 2 ? 1 : 0;
    BOOST_TEST(twice >= 1U);
    BOOST_TEST(twice <= 3U);
}

BOOST_AUTO_TEST_SUITE_END()
