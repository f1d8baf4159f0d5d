#include "program/audited_platform.hpp"
#include "program/plain_server.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <chrono>

using namespace jobaudit::test;

namespace {

/// Serves one request, and tells the next one that it came too late.
asio::awaitable<void> serve_once(tcp::socket socket)
{
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"failed_files\":[]}";
    const std::string too_late = "HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    std::string received;
    if (!(co_await next_head(socket, received)).empty())
        (void)co_await asio::async_write(socket, asio::buffer(answer), as_values);
    if (!(co_await next_head(socket, received)).empty())
        (void)co_await asio::async_write(socket, asio::buffer(too_late), as_values);
}

/// The same, where a connection on which nothing came in time is served no more.
asio::awaitable<void> serve_once_and_promptly(tcp::socket socket)
{
    const auto accepted = std::chrono::steady_clock::now();
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"failed_files\":[]}";
    const std::string too_late = "HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    std::string received;
    if ((co_await next_head(socket, received)).empty() ||
        std::chrono::steady_clock::now() - accepted > std::chrono::milliseconds{400})
        co_return;
    (void)co_await asio::async_write(socket, asio::buffer(answer), as_values);
    if (!(co_await next_head(socket, received)).empty())
        (void)co_await asio::async_write(socket, asio::buffer(too_late), as_values);
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
            const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"failed_files\":[]}";
            (void)co_await asio::async_write(socket, asio::buffer(answer), as_values);
        }
    }

private:
    static constexpr int last_answer = 9;
    std::atomic<int> answered_{0};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(idle_limits)

BOOST_AUTO_TEST_CASE(that_are_told_with_a_408_on_a_used_connection_cost_no_attempt)
{
    const plain_server server{serve_once};
    const scratch_folder folder;
    folder.write("jobs.txt", job_lines(50));
    process_run audit{jobaudit::test::jobaudit({"audit", "--url", server.url(), "--jobs", folder.path("jobs.txt"), "-o",
                                                folder.path("out"), "--concurrency", "2", "--attempts", "1"})};

    BOOST_TEST(audit.wait() == 0, audit.error_out());
    const auto lines = lines_of(folder.read("out"));
    BOOST_TEST(lines.size() == 50U);
    for (const auto& line : lines)
        BOOST_TEST(line.at("attempts").to_number<int>() == 1);
    BOOST_TEST(server.connections() >= 50U);
}

BOOST_AUTO_TEST_CASE(leave_a_replacement_no_time_to_grow_old_while_it_waits_for_its_slot)
{
    const plain_server server{serve_once_and_promptly};
    const scratch_folder folder;
    folder.write("jobs.txt", job_lines(6));
    process_run audit{jobaudit::test::jobaudit({"audit", "--url", server.url(), "--jobs", folder.path("jobs.txt"), "-o",
                                                folder.path("out"), "--rate", "2", "--attempts", "1"})};

    BOOST_TEST(audit.wait() == 0, audit.error_out());
    const auto lines = lines_of(folder.read("out"));
    BOOST_TEST(lines.size() == 6U);
    for (const auto& line : lines)
        BOOST_TEST(line.at("attempts").to_number<int>() == 1);
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
