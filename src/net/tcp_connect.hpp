#pragma once

#include "net/failure.hpp"
#include "net/operation.hpp"
#include "net/reactor.hpp"
#include "net/resolver.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <string>

namespace jobaudit::net {

struct tcp_result {
    unique_socket socket;  ///< connected and non-blocking
    net::failure failure;
    bool met_refusal = false;  ///< at one of the addresses at least, whatever became of the others
};

/// Connects to one of `addresses` with Happy Eyeballs (RFC 8305 §5): the next address is tried 250 ms after the last,
/// or as soon as one failed; the first that answers wins, the others are closed. `authority` stands in messages.
[[nodiscard]] boost::asio::awaitable<tcp_result> async_tcp_connect(reactor& events,
                                                                   boost::asio::any_io_executor executor,
                                                                   resolver::endpoints addresses, std::string authority,
                                                                   operation& op);

/// Why no connection to `authority` could be made, for a person, with what can be done where this machine is at fault.
[[nodiscard]] failure connect_failure(int error, const std::string& authority);

}  // namespace jobaudit::net
