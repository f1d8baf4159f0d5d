#pragma once

#include "net/reactor.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace jobaudit::test {

/// A TCP socket with an address of its own, on which nobody listens: connections to it are refused.
class refusing_socket {
public:
    explicit refusing_socket(const char* address = "127.0.0.1")
        : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
    {
        const boost::asio::ip::tcp::endpoint wanted{boost::asio::ip::make_address(address), 0};
        BOOST_REQUIRE(::bind(descriptor(), wanted.data(), static_cast<socklen_t>(wanted.size())) == 0);
    }

    [[nodiscard]] boost::asio::ip::tcp::endpoint address() const
    {
        boost::asio::ip::tcp::endpoint own;
        auto size = static_cast<socklen_t>(own.capacity());
        BOOST_REQUIRE(::getsockname(descriptor(), own.data(), &size) == 0);
        return own;
    }

protected:
    [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

private:
    net::unique_socket socket_;
};

/// The system answers for it; nobody accepts.
class listening_socket : public refusing_socket {
public:
    listening_socket() { BOOST_REQUIRE(::listen(descriptor(), 16) == 0); }

    /// Whether a connection has come.
    [[nodiscard]] bool was_asked() const
    {
        pollfd look{descriptor(), POLLIN, 0};
        return ::poll(&look, 1, 0) == 1;
    }
};

/// Listens, but its queue is full: who connects gets no answer, neither yes nor no.
class overloaded_socket : public refusing_socket {
public:
    overloaded_socket() : refusing_socket{"127.0.0.2"}
    {
        BOOST_REQUIRE(::listen(descriptor(), 0) == 0);
        const auto own = address();
        BOOST_REQUIRE(::connect(queued_.get(), own.data(), static_cast<socklen_t>(own.size())) == 0);
    }

private:
    net::unique_socket queued_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

}  // namespace jobaudit::test
