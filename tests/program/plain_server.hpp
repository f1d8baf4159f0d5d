#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace jobaudit::test {

namespace asio = boost::asio;
using asio::ip::tcp;

inline constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

/// A server in clear, on a thread of its own, that serves each connection as the test says.
class plain_server {
public:
    using behaviour = std::function<asio::awaitable<void>(tcp::socket)>;

    explicit plain_server(behaviour serve) : serve_{std::move(serve)}
    {
        asio::co_spawn(context_, accept(), [](const std::exception_ptr&) {});
        thread_ = std::thread{[this] { context_.run(); }};
    }
    plain_server(const plain_server&) = delete;
    plain_server& operator=(const plain_server&) = delete;
    ~plain_server()
    {
        context_.stop();
        thread_.join();
    }

    [[nodiscard]] std::string url() const
    {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }
    [[nodiscard]] std::size_t connections() const { return connections_; }

private:
    asio::awaitable<void> accept()
    {
        for (;;) {
            auto [failed, socket] = co_await acceptor_.async_accept(as_values);
            if (failed)
                co_return;
            ++connections_;
            asio::co_spawn(context_, serve_(std::move(socket)), [](const std::exception_ptr&) {});
        }
    }

    const behaviour serve_;
    asio::io_context context_{1};
    tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
    std::atomic<std::size_t> connections_{0};
    std::thread thread_;
};

/// The next request's head and what came behind it in `received`; empty at the end of the connection.
inline asio::awaitable<std::string> next_head(tcp::socket& from, std::string& received)
{
    const auto [failed, size] =
        co_await asio::async_read_until(from, asio::dynamic_buffer(received), "\r\n\r\n", as_values);
    if (failed)
        co_return std::string{};
    auto head = received.substr(0, size);
    received.erase(0, size);
    co_return head;
}

}  // namespace jobaudit::test
