#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::net {

/// A proxy that is asked with CONNECT (RFC 9110 §9.3.6).
struct proxy_endpoint {
    std::string host;
    std::string port;
    std::string authorization;  ///< value of Proxy-Authorization; empty: none

    [[nodiscard]] std::string authority() const;
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
