#pragma once

#include "protocol/redaction.hpp"
#include "protocol/request_head.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::net {

/// A proxy that is asked with CONNECT (RFC 9110 §9.3.6).
struct proxy_endpoint {
    std::string host;  ///< in lower case
    std::string port;
    std::string authorization;  ///< value of Proxy-Authorization; empty: none
    std::string password{};     ///< that is in it

    [[nodiscard]] std::string authority() const;
    [[nodiscard]] bool is_loopback() const noexcept { return protocol::is_loopback_host(host); }
    /// What of it the proxy or whoever stands behind it may repeat.
    [[nodiscard]] std::vector<protocol::secret> secrets() const;
};

/// Reads `http://[user:password@]host[:port]`; port 3128 where none is given, as proxies have it. Throws
/// option_error{"proxy"}; the message never holds the password.
[[nodiscard]] proxy_endpoint parse_proxy(std::string_view url);

/// Where connections go, and what they may take.
struct endpoint {
    std::string host;
    std::string port;
    bool tls = true;
    std::optional<proxy_endpoint> proxy;
    std::chrono::nanoseconds connect_timeout{};
    std::size_t read_buffer = 64 * 1024;

    [[nodiscard]] std::string authority() const;
};

}  // namespace jobaudit::net
