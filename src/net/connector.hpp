#pragma once

#include "net/connection.hpp"
#include "net/endpoint.hpp"
#include "net/reactor.hpp"
#include "net/resolver.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace jobaudit::net {

/// Makes connections to one origin, on one thread: name, TCP, proxy, TLS.
class connector {
public:
    /// `context` may be null when the origin is spoken to in clear; it must outlive the connector, and the connector
    /// its connections.
    connector(boost::asio::any_io_executor executor, reactor& events, const tls_context* context, endpoint where);

    struct result {
        std::shared_ptr<net::connection> connection;
        net::failure failure;
    };

    /// Opens a connection within endpoint::connect_timeout, and the operation's own deadline.
    [[nodiscard]] boost::asio::awaitable<result> async_connect(std::uint64_t number, operation& op);

    [[nodiscard]] const endpoint& where() const noexcept { return where_; }
    [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

private:
    [[nodiscard]] boost::asio::awaitable<failure> async_ask_proxy(connection& made, operation& op);
    [[nodiscard]] boost::asio::awaitable<failure> async_start_tls(connection& made, operation& op);
    /// What went wrong before the TCP connection stood, with the one whom it was to go to.
    [[nodiscard]] failure on_the_way(failure cause) const;
    [[nodiscard]] failure explain(failure cause) const;

    boost::asio::any_io_executor executor_;
    reactor& events_;
    const tls_context* context_;
    const endpoint where_;
    const std::string peer_;  // whom the TCP connection goes to
    resolver resolver_;
    session_cache sessions_;
};

}  // namespace jobaudit::net
