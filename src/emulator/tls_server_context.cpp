#include "emulator/tls_server_context.hpp"

#include "emulator/openssl_pointers.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdexcept>

namespace jobaudit::emulator {

namespace {

bio_pointer open(const std::string& text)
{
    return bio_pointer{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

void require(bool condition, const char* what)
{
    if (!condition)
        throw std::runtime_error{what};
}

void use_identity(SSL_CTX* context, const certificate& own)
{
    const certificate_pointer shown{PEM_read_bio_X509(open(own.certificate_pem).get(), nullptr, nullptr, nullptr)};
    const key_pointer key{PEM_read_bio_PrivateKey(open(own.key_pem).get(), nullptr, nullptr, nullptr)};
    require(shown && key && SSL_CTX_use_certificate(context, shown.get()) == 1 &&
                SSL_CTX_use_PrivateKey(context, key.get()) == 1,
            "the server's certificate or key can't be used");
}

void require_clients_of(SSL_CTX* context, const std::string& pem)
{
    const auto text = open(pem);
    int count = 0;
    while (certificate_pointer trusted{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)}) {
        require(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), trusted.get()) == 1 &&
                    SSL_CTX_add_client_CA(context, trusted.get()) == 1,
                "require_client_ca: a certificate can't be used");
        ++count;
    }
    require(count > 0, "require_client_ca: there is no certificate in it; give PEM text");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*)
{
    static constexpr unsigned char http_1_1[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    const auto result = SSL_select_next_proto(&found, size, http_1_1, sizeof http_1_1 - 1, offered, offered_size);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

void free_tls_context::operator()(ssl_ctx_st* context) const noexcept { SSL_CTX_free(context); }

tls_server_context make_tls_server_context(const certificate& own, const std::string& client_ca)
{
    tls_server_context made{SSL_CTX_new(TLS_server_method())};
    require(made != nullptr, "OpenSSL could not make a context");
    auto* context = made.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
    use_identity(context, own);
    if (!client_ca.empty())
        require_clients_of(context, client_ca);
    // Without one, a session with a client's certificate is never resumed.
    static constexpr unsigned char session_context[] = "jobaudit";
    SSL_CTX_set_session_id_context(context, session_context, sizeof session_context - 1);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return made;
}

}  // namespace jobaudit::emulator
