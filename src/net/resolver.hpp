#pragma once

#include "net/failure.hpp"
#include "net/operation.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <vector>

namespace jobaudit::net {

/// Finds the addresses of one host, and remembers them for 30 s. However many ask at once, the system is asked once at
/// a time; a name that does not exist is asked for twice before that is believed. Addresses and localhost need no
/// asking.
///
/// A look-up that runs cannot be stopped (getaddrinfo): an interrupted asker leaves, and the answer is kept for the
/// next one.
class resolver {
public:
    using endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

    resolver(boost::asio::any_io_executor executor, std::string host, std::string port);
    ~resolver();

    struct answer {
        endpoints addresses;  ///< in the order of RFC 8305 §4: families alternate, beginning with the system's choice
        net::failure failure;
    };

    [[nodiscard]] boost::asio::awaitable<answer> async_resolve(operation& op);

    /// Nobody answers at one of the addresses: the name may lead elsewhere by now.
    void forget() noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace jobaudit::net
