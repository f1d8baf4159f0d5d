#include "net/byte_channel.hpp"

#include <boost/asio/ip/address.hpp>

#include <cerrno>
#include <new>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

namespace jobaudit::net {

namespace {

// A certificate chain may have 100 KiB (SSL_CTX_set_max_cert_list), of which a server sends one.
constexpr std::size_t most_handshake_bytes = 256 * 1024;
// Servers send one ticket or a few, and change their keys after gigabytes.
constexpr unsigned most_messages_between = 64;

/// Where an SSL's channel is found: beside the app data, in which its session cache is.
int channel_index()
{
    static const int made = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return made;
}

/// Of the states that OpenSSL goes through for a message: the one behind it.
bool has_read_own_words(OSSL_HANDSHAKE_STATE state) noexcept
{
    return state == TLS_ST_CR_SESSION_TICKET || state == TLS_ST_CR_KEY_UPDATE || state == TLS_ST_CR_HELLO_REQ;
}

}  // namespace

/// OpenSSL's view of the channel's socket.
struct socket_bio {
    static byte_channel& channel(BIO* bio) { return *static_cast<byte_channel*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, int size)
    {
        BIO_clear_retry_flags(bio);
        if (channel(bio).handshake_bytes_ > most_handshake_bytes)
            return -1;
        const auto got = channel(bio).receive(into, static_cast<std::size_t>(size));
        if (got < 0 && channel(bio).socket_error_ == 0)
            BIO_set_retry_read(bio);
        return static_cast<int>(got);
    }

    static int write(BIO* bio, const char* from, int size)
    {
        BIO_clear_retry_flags(bio);
        const auto sent = channel(bio).send(from, static_cast<std::size_t>(size));
        if (sent < 0 && channel(bio).socket_error_ == 0)
            BIO_set_retry_write(bio);
        return static_cast<int>(sent);
    }

    static long control(BIO* bio, int command, long, void*)
    {
        switch (command) {
        case BIO_CTRL_FLUSH:
            return 1;
        case BIO_CTRL_EOF:
            return channel(bio).peer_ended_ ? 1 : 0;
        default:
            return 0;
        }
    }

    static const BIO_METHOD* method()
    {
        static const auto* made = [] {
            auto* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "jobaudit socket");
            if (fresh == nullptr)
                throw std::bad_alloc{};
            BIO_meth_set_read(fresh, &socket_bio::read);
            BIO_meth_set_write(fresh, &socket_bio::write);
            BIO_meth_set_ctrl(fresh, &socket_bio::control);
            return fresh;
        }();
        return made;
    }
};

namespace {

/// Which of the ways in which a certificate does not verify it is: each needs something else to be done.
errc kind_of(long verification) noexcept
{
    switch (verification) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return errc::certificate_for_another_host;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return errc::certificate_out_of_date;
    default:
        return errc::certificate_rejected;
    }
}

/// `beginning`, and what OpenSSL says; `code`, unless it ran out of memory.
failure openssl_failure(errc code, const std::string& beginning)
{
    if (!openssl_ran_out_of_memory())
        return {code, beginning + take_openssl_error()};
    ERR_clear_error();
    return {errc::local_shortage, beginning + "out of memory; raise the limit (ulimit -v, or that of the container) or "
                                              "lower the concurrency"};
}

// What others on this thread left behind would be taken for the next call's. Mostly there is nothing, and to look costs
// less than to clear.
void forget_older_errors()
{
    if (ERR_peek_error() != 0)
        ERR_clear_error();
}

}  // namespace

byte_channel::~byte_channel() { close(); }

bool byte_channel::open(reactor& events, unique_socket socket)
{
    if (!events.add(watch_, socket.get()))
        return false;
    socket_ = std::move(socket);
    watch_.readable = watch_.writable = true;
    return true;
}

failure byte_channel::start_tls(const tls_context& context, const std::string& host, session_cache& sessions,
                                std::size_t read_buffer)
{
    ERR_clear_error();
    host_ = host;
    ssl_.reset(SSL_new(context.get()));
    BIO* bio = BIO_new(socket_bio::method());
    if (!ssl_ || bio == nullptr) {
        BIO_free(bio);
        return openssl_failure(errc::tls_handshake_failed, "TLS with " + host + " cannot be started: ");
    }
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_connect_state(ssl_.get());
    SSL_set_ex_data(ssl_.get(), channel_index(), this);
    SSL_set_info_callback(ssl_.get(), &byte_channel::note_message);
    is_handshaking_ = true;
    SSL_set_read_ahead(ssl_.get(), 1);
    SSL_set_default_read_buffer_len(ssl_.get(), read_buffer);

    error_code not_an_address;
    (void)boost::asio::ip::make_address(host, not_an_address);
    auto* parameters = SSL_get0_param(ssl_.get());
    X509_VERIFY_PARAM_set_hostflags(parameters,
                                    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool named = not_an_address ? SSL_set1_host(ssl_.get(), host.c_str()) == 1 &&
                                            SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) == 1
                                      : X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1;
    if (!named)
        return openssl_failure(errc::tls_handshake_failed, "'" + host + "' cannot be used as a name in TLS: ");

    bind_session_cache(ssl_.get(), &sessions);
    if (const auto session = sessions.take())
        SSL_set_session(ssl_.get(), session.get());
    return {};
}

step byte_channel::handshake()
{
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result != 1)
        return tls_step(result, true);
    is_handshaking_ = false;
    handshake_bytes_ = 0;
    const unsigned char* protocol = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(ssl_.get(), &protocol, &length);
    if (length != 0 && std::string_view{reinterpret_cast<const char*>(protocol), length} != "http/1.1")
        return fail(errc::tls_handshake_failed, host_ + " chose a protocol that was not offered (ALPN)");
    return step::done;
}

step byte_channel::write(std::string_view bytes, std::size_t& taken)
{
    taken = 0;
    if (ssl_) {
        forget_older_errors();
        const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &taken);
        return result == 1 ? step::done : tls_step(result, false);
    }
    const auto sent = send(bytes.data(), bytes.size());
    if (sent >= 0) {
        taken = static_cast<std::size_t>(sent);
        return step::done;
    }
    return socket_error_ == 0 ? step::want_write : fail(errc::connection_lost, describe_errno(socket_error_));
}

step byte_channel::read(std::span<char> into, std::size_t& got)
{
    got = 0;
    if (ssl_) {
        forget_older_errors();
        if (SSL_read_ex(ssl_.get(), into.data(), into.size(), &got) != 1)
            return tls_step(0, false);
        messages_between_ = 0;
        return step::done;
    }
    const auto received = receive(into.data(), into.size());
    if (received > 0) {
        got = static_cast<std::size_t>(received);
        return step::done;
    }
    if (received == 0)
        return step::ended;
    return socket_error_ == 0 ? step::want_read : fail(errc::connection_lost, describe_errno(socket_error_));
}

void byte_channel::note_message(const SSL* ssl, int where, int)
{
    if ((where & SSL_CB_LOOP) == 0 || !has_read_own_words(SSL_get_state(ssl)))
        return;
    auto& self = *static_cast<byte_channel*>(SSL_get_ex_data(ssl, channel_index()));
    // What OpenSSL takes for the peer's last word, it reads nothing behind.
    if (!self.is_handshaking_ && ++self.messages_between_ > most_messages_between)
        SSL_set_shutdown(self.ssl_.get(), SSL_RECEIVED_SHUTDOWN);
}

step byte_channel::tls_step(int result, bool handshaking)
{
    if (handshake_bytes_ > most_handshake_bytes || messages_between_ > most_messages_between)
        return fail_as_endless();
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
        return step::want_read;
    case SSL_ERROR_WANT_WRITE:
        return step::want_write;
    case SSL_ERROR_ZERO_RETURN:
        return step::ended;
    default:
        break;
    }
    fatal_ = true;
    // It makes other things fail, a certificate's verification among them.
    if (openssl_ran_out_of_memory()) {
        failure_ = openssl_failure(errc::local_shortage, "TLS with " + host_ + ": ");
        return step::failed;
    }
    // Whatever else went wrong behind it: the peer may be gone before it could be told.
    if (const auto verification = SSL_get_verify_result(ssl_.get()); handshaking && verification != X509_V_OK) {
        ERR_clear_error();
        return fail(kind_of(verification), X509_verify_cert_error_string(verification));
    }
    // With TLS 1.3 a server that wants a client certificate says so only after the client's handshake is done; the
    // connection may have broken over what was sent meanwhile.
    if (ERR_GET_REASON(ERR_peek_error()) > SSL_AD_REASON_OFFSET)
        return fail(errc::tls_handshake_failed, "the server refused: " + take_openssl_error());
    const auto code = handshaking ? errc::tls_handshake_failed : errc::connection_lost;
    if (socket_error_ != 0)
        return fail(code, describe_errno(socket_error_));
    if (peer_ended_)
        return fail(code, handshaking ? "the peer closed the connection in the middle of the TLS handshake"
                                      : "the connection ended without TLS's close_notify");
    return fail(code, take_openssl_error());
}

step byte_channel::fail_as_endless()
{
    fatal_ = true;
    if (handshake_bytes_ > most_handshake_bytes)
        return fail(errc::tls_handshake_failed,
                    "the handshake is longer than " + std::to_string(most_handshake_bytes / 1024) + " KiB");
    return fail(errc::bad_response, "the server sent more than " + std::to_string(most_messages_between) +
                                        " tickets or changes of keys, and nothing between them");
}

std::ptrdiff_t byte_channel::receive(char* into, std::size_t size) noexcept
{
    if (!watch_.readable)
        return -1;
    for (;;) {
        const auto got = ::recv(socket_.get(), into, size, 0);
        if (got >= 0) {
            // Edge-triggered: a short read has drained the socket, and news will come as an event; an end that was
            // announced already will not.
            if (static_cast<std::size_t>(got) < size && !watch_.hung_up)
                watch_.readable = false;
            peer_ended_ = peer_ended_ || got == 0;
            if (is_handshaking_)
                handshake_bytes_ += static_cast<std::size_t>(got);
            return got;
        }
        if (errno == EINTR)
            continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            watch_.readable = false;
        else
            socket_error_ = errno;
        return -1;
    }
}

std::ptrdiff_t byte_channel::send(const char* from, std::size_t size) noexcept
{
    for (;;) {
        const auto sent = ::send(socket_.get(), from, size, MSG_NOSIGNAL);
        if (sent >= 0)
            return sent;
        if (errno == EINTR)
            continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            watch_.writable = false;
        } else {
            socket_error_ = errno;
            // What the peer said before it went may lie there without its event having been seen.
            watch_.readable = true;
        }
        return -1;
    }
}

step byte_channel::fail(error_code error, std::string message)
{
    failure_ = {error, std::move(message)};
    return step::failed;
}

void byte_channel::close() noexcept
{
    if (!socket_)
        return;
    if (ssl_) {
        ERR_clear_error();
        if (!fatal_ && socket_error_ == 0 && SSL_is_init_finished(ssl_.get()) == 1)
            (void)SSL_shutdown(ssl_.get());
        // Without these OpenSSL marks the session as one that must not be resumed.
        SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        ssl_.reset();
        ERR_clear_error();
    }
    // The watch leaves the reactor while the descriptor still is the socket's.
    watch_.detach();
    socket_ = unique_socket{};
}

bool byte_channel::may_read() const noexcept
{
    return watch_.readable || watch_.hung_up || (ssl_ && SSL_has_pending(ssl_.get()) == 1);
}

bool byte_channel::resumed() const noexcept { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }

}  // namespace jobaudit::net
