#pragma once

#include <jobaudit/options.hpp>

#include <ctime>
#include <memory>
#include <openssl/ssl.h>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::net {

/// Releases OpenSSL's objects.
struct openssl_delete {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* session) const noexcept { SSL_free(session); }
    void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
};

/// What all TLS connections of a client share: trust, identity, protocol versions. Loading the trust store is slow: one
/// a client, for all threads.
///
/// TLS 1.2 or later, at OpenSSL's security level 2 or what the system's configuration has above it; the peer is always
/// verified; compression and renegotiation are off. Thread-safe once made.
class tls_context {
public:
    /// Throws option_error{"tls.ca_file" …} naming the file and what is wrong with it.
    explicit tls_context(const tls_options& options);

    [[nodiscard]] SSL_CTX* get() const noexcept { return context_.get(); }

private:
    std::unique_ptr<SSL_CTX, openssl_delete> context_;
};

/// The sessions of one origin that may be resumed, the newest first: each as long as it and all certificates are valid
/// by which its peer was verified. A TLS 1.3 ticket is used once (RFC 8446 §C.4). Not thread-safe: one a thread.
class session_cache {
public:
    using session = std::unique_ptr<SSL_SESSION, openssl_delete>;

    session_cache() { sessions_.reserve(capacity); }

    /// Never throws: it is called by way of OpenSSL.
    void put(session fresh) noexcept;
    /// Null when there is none that can still be used at `now`, in seconds since the epoch.
    [[nodiscard]] session take(std::time_t now = std::time(nullptr));

private:
    static constexpr std::size_t capacity = 128;
    std::vector<session> sessions_;
};

/// Whether OpenSSL's error queue of this thread tells of a lack of memory, which hides behind other errors.
[[nodiscard]] bool openssl_ran_out_of_memory() noexcept;

/// Takes what is left in OpenSSL's error queue of this thread, in words.
[[nodiscard]] std::string take_openssl_error();

/// Where the context's callback finds the cache that belongs to an SSL.
void bind_session_cache(SSL* session, session_cache* cache) noexcept;

}  // namespace jobaudit::net
