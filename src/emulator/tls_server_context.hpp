#pragma once

#include <jobaudit/emulator/certificate.hpp>

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace jobaudit::emulator {

struct free_tls_context {
    void operator()(ssl_ctx_st* context) const noexcept;
};

/// An SSL_CTX; safe to share between threads.
using tls_server_context = std::unique_ptr<ssl_ctx_st, free_tls_context>;

/// For TLS 1.2 and 1.3, with session tickets and ALPN http/1.1. With `client_ca` (PEM) not empty, clients must show a
/// certificate that it signed. Throws std::runtime_error that says what could not be used.
[[nodiscard]] tls_server_context make_tls_server_context(const certificate& own, const std::string& client_ca);

}  // namespace jobaudit::emulator
