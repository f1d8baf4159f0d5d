#include "net/tls_context.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <fstream>
#include <limits>
#include <new>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <system_error>

namespace jobaudit::net {

namespace {

// At least 112 bits (NIST SP 800-131A): no RSA or DH below 2048 bits, no elliptic curve below 224, no signature with
// SHA-1 or MD5. It is what Debian builds OpenSSL with; upstream's 1 lets SHA-1 and 1024 bits pass, and openssl.cnf all.
constexpr int least_security_level = 2;

// When it was made, in seconds since the epoch. OpenSSL 3.4 deprecates the form that every version before 3.3 needs.
std::time_t made_at(const SSL_SESSION* session) noexcept
{
#if OPENSSL_VERSION_NUMBER >= 0x30300000L
    return SSL_SESSION_get_time_ex(session);
#else
    return SSL_SESSION_get_time(session);
#endif
}

std::time_t time_of(const ASN1_TIME* when) noexcept
{
    std::tm broken_down{};
    return ASN1_TIME_to_tm(when, &broken_down) == 1 ? ::timegm(&broken_down) : 0;
}

/// When the first certificate of the chain that was verified expires; 0 where a resumed session brought none.
std::time_t end_of_chain(const SSL* ssl) noexcept
{
    auto* chain = SSL_get0_verified_chain(ssl);
    const int size = chain != nullptr ? sk_X509_num(chain) : 0;
    auto ends = size != 0 ? std::numeric_limits<std::time_t>::max() : 0;
    for (int i = 0; i < size; ++i)
        ends = std::min(ends, time_of(X509_get0_notAfter(sk_X509_value(chain, i))));
    return ends;
}

/// Where a session keeps end_of_chain(). OpenSSL copies it into those that come of a resumed one.
int chain_end_index()
{
    static const int made = SSL_SESSION_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return made;
}

/// Lets the session be resumed only as long as its certificates are valid: they are not verified again.
bool limit_to_its_chain(const SSL* ssl, SSL_SESSION* session) noexcept
{
    if (const auto ends = end_of_chain(ssl); ends != 0)
        SSL_SESSION_set_ex_data(session, chain_end_index(), reinterpret_cast<void*>(ends));
    const auto ends = reinterpret_cast<std::intptr_t>(SSL_SESSION_get_ex_data(session, chain_end_index()));
    const auto left = std::min<std::int64_t>(ends - made_at(session), SSL_SESSION_get_timeout(session));
    SSL_SESSION_set_timeout(session, static_cast<long>(left));
    return left > 0;
}

int keep_session(SSL* ssl, SSL_SESSION* session)
{
    auto* cache = static_cast<session_cache*>(SSL_get_app_data(ssl));
    if (cache == nullptr || !limit_to_its_chain(ssl, session))
        return 0;
    // A copy: OpenSSL marks its own as not resumable when the server ends the connection without close_notify.
    if (auto* own = SSL_SESSION_dup(session))
        cache->put(session_cache::session{own});
    return 0;
}

int refuse_passphrase(char*, int, int, void*) { return 0; }

[[noreturn]] void refuse(const char* field, const std::string& beginning, const std::string& end)
{
    if (openssl_ran_out_of_memory())
        throw std::bad_alloc{};
    throw option_error{field, beginning + take_openssl_error() + end};
}

void require_readable(const char* field, const std::string& file)
{
    std::ifstream in{file};
    const bool directory = in && (in.peek(), in.bad());
    if (!in || directory)
        throw option_error{field, "cannot read '" + file + "': " + std::strerror(directory ? EISDIR : errno)};
}

void load_trust(SSL_CTX* context, const std::string& ca_file)
{
    if (ca_file.empty()) {
        if (SSL_CTX_set_default_verify_paths(context) != 1)
            refuse("tls.ca_file", "the system's trust store cannot be used (",
                   "): install ca-certificates or name a CA file");
        return;
    }
    require_readable("tls.ca_file", ca_file);
    if (SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1)
        refuse("tls.ca_file", "'" + ca_file + "' holds no certificate in PEM form (", ")");
    // Who names an intermediate or the server's own certificate trusts that one, whatever signed it.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
}

void load_identity(SSL_CTX* context, const tls_options& options)
{
    if (options.client_certificate_file.empty()) {
        if (!options.client_key_file.empty())
            throw option_error{"tls.client_key_file", "a client key without a client certificate: give both"};
        return;
    }
    require_readable("tls.client_certificate_file", options.client_certificate_file);
    if (SSL_CTX_use_certificate_chain_file(context, options.client_certificate_file.c_str()) != 1)
        refuse("tls.client_certificate_file",
               "'" + options.client_certificate_file + "' holds no certificate in PEM form (", ")");
    const bool apart = !options.client_key_file.empty();
    const char* field = apart ? "tls.client_key_file" : "tls.client_certificate_file";
    const auto& key_file = apart ? options.client_key_file : options.client_certificate_file;
    require_readable(field, key_file);
    if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        refuse(field, "'" + key_file + "' holds no unencrypted private key in PEM form that fits the certificate (",
               ")");
    if (SSL_CTX_check_private_key(context) != 1)
        throw option_error{field, "the key in '" + key_file + "' does not belong to the certificate in '" +
                                      options.client_certificate_file + "'"};
}

}  // namespace

bool openssl_ran_out_of_memory() noexcept
{
    const auto is_memory = [](unsigned long code) { return ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE; };
    return is_memory(ERR_peek_error()) || is_memory(ERR_peek_last_error());
}

std::string take_openssl_error()
{
    unsigned long first = 0;
    while (const auto code = ERR_get_error())
        if (first == 0)
            first = code;
    const char* reason = first != 0 ? ERR_reason_error_string(first) : nullptr;
    return reason != nullptr ? reason : "no further reason is known";
}

void bind_session_cache(SSL* session, session_cache* cache) noexcept { SSL_set_app_data(session, cache); }

tls_context::tls_context(const tls_options& options)
{
    ERR_clear_error();
    context_.reset(SSL_CTX_new(TLS_client_method()));
    // OpenSSL names a reason unless it has no memory for that either (seen with OpenSSL 3.0).
    if (!context_ && ERR_peek_error() == 0)
        throw std::bad_alloc{};
    if (!context_)
        refuse("tls", "TLS cannot be used: ", "");
    auto* context = context_.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_security_level(context, std::max(SSL_CTX_get_security_level(context), least_security_level));
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_default_passwd_cb(context, &refuse_passphrase);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, &keep_session);
    static constexpr unsigned char http_1_1[] = "\x08http/1.1";
    SSL_CTX_set_alpn_protos(context, http_1_1, sizeof http_1_1 - 1);
    load_trust(context, options.ca_file);
    load_identity(context, options);
    ERR_clear_error();
}

void session_cache::put(session fresh) noexcept
{
    if (sessions_.size() == capacity)
        sessions_.erase(sessions_.begin());
    sessions_.push_back(std::move(fresh));
}

session_cache::session session_cache::take(std::time_t now)
{
    while (!sessions_.empty()) {
        auto newest = std::move(sessions_.back());
        sessions_.pop_back();
        const auto ends = made_at(newest.get()) + SSL_SESSION_get_timeout(newest.get());
        if (SSL_SESSION_is_resumable(newest.get()) != 1 || ends <= now)
            continue;
        // Before TLS 1.3 a session may be resumed many times.
        if (SSL_SESSION_get_protocol_version(newest.get()) < TLS1_3_VERSION) {
            SSL_SESSION_up_ref(newest.get());
            sessions_.push_back(session{newest.get()});
        }
        return newest;
    }
    return nullptr;
}

}  // namespace jobaudit::net
