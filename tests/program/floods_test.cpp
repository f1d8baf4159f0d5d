#include "program/plain_server.hpp"
#include "program/program_run.hpp"

#include <boost/asio/write.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>

using namespace jobaudit::test;

namespace {

/// An answer that never ends, in bytes that come as fast as they are taken.
struct flood {
    const char* name;
    std::string piece;
};

std::ostream& operator<<(std::ostream& out, const flood& one) { return out << one.name; }

std::string repeated(const std::string& text, std::size_t times)
{
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

const std::vector<flood> endless_answers{
    {"chunks of one byte", repeated("1\r\n \r\n", 10'000)},
    {"chunks with long extensions", repeated("1;" + std::string(4000, 'x') + "\r\n \r\n", 16)},
    {"blanks in large chunks", "10000\r\n" + std::string(0x10000, ' ') + "\r\n"},
};

asio::awaitable<void> pour(tcp::socket socket, const std::string& piece)
{
    std::string received;
    if ((co_await next_head(socket, received)).empty())
        co_return;
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    auto [failed, size] = co_await asio::async_write(socket, asio::buffer(head), as_values);
    while (!failed)
        std::tie(failed, size) = co_await asio::async_write(socket, asio::buffer(piece), as_values);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(floods)

BOOST_DATA_TEST_CASE(end_with_the_time_of_an_attempt, boost::unit_test::data::make(endless_answers), each)
{
    const plain_server server{[&each = each](tcp::socket socket) { return pour(std::move(socket), each.piece); }};
    process_run fetch{jobaudit::test::jobaudit({"fetch", "--url", server.url(), "--timeout", "1s", "--attempts", "1",
                                                "--max-body", "1000GiB", "5e0c0000-0000-4000-8000-000000000000"})};

    // Ten times as long as it is to take.
    BOOST_TEST(fetch.wait(std::chrono::seconds{10}) == 6);
    BOOST_TEST(fetch.out().find("timeout") != std::string::npos, fetch.out());
}

BOOST_AUTO_TEST_SUITE_END()
