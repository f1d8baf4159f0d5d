#pragma once

#include "net/failure.hpp"
#include "net/reactor.hpp"
#include "net/tls_context.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::net {

/// What a step on a channel came to. After want_read or want_write: wait for the socket, then take the same step again.
enum class step : unsigned char {
    done,
    want_read,
    want_write,
    ended,  ///< the peer closed its side in an orderly way: close_notify, or FIN without TLS
    failed,
};

/// Bytes to and from a peer over a connected, non-blocking socket, in clear or in TLS. Never waits and never blocks:
/// the caller waits at its socket_watch.
///
/// The TLS side reads straight from the socket into OpenSSL's buffer, as much as is there (up to 64 KiB in one call),
/// and knows from the watch when a read would be in vain.
///
/// OpenSSL goes on by itself over what brings no bytes, session tickets and changes of keys for example, also when they
/// come without end: a peer that sends many of them in a row, or makes the handshake longer than any is, has failed.
/// Not thread-safe.
class byte_channel {
public:
    byte_channel() = default;
    byte_channel(const byte_channel&) = delete;
    byte_channel& operator=(const byte_channel&) = delete;
    ~byte_channel();

    /// Takes the socket. False when the system has no room to watch it.
    [[nodiscard]] bool open(reactor& events, unique_socket socket);

    /// Turns to TLS with `host` as the name that the certificate must bear (RFC 9525: a DNS name or an IP address,
    /// among the subject alternative names only). Sessions are taken from and given to `sessions`, which must outlive
    /// the channel.
    [[nodiscard]] failure start_tls(const tls_context& context, const std::string& host, session_cache& sessions,
                                    std::size_t read_buffer);
    [[nodiscard]] step handshake();

    /// Sends from the front of `bytes` and says how much was taken.
    [[nodiscard]] step write(std::string_view bytes, std::size_t& taken);
    [[nodiscard]] step read(std::span<char> into, std::size_t& got);

    /// Tells the peer that no more will be sent, as far as that is possible without waiting, and closes.
    void close() noexcept;

    [[nodiscard]] socket_watch& watch() noexcept { return watch_; }
    /// Whether read may find something: news of the socket, or bytes that TLS took from it and has not shown yet.
    [[nodiscard]] bool may_read() const noexcept;
    [[nodiscard]] bool resumed() const noexcept;
    /// After step::failed: why, in words; one of certificate_…, tls_handshake_failed, bad_response or connection_lost.
    [[nodiscard]] const failure& last_failure() const noexcept { return failure_; }

private:
    friend struct socket_bio;

    /// OpenSSL's notice that it goes over something that belongs to the handshake, or comes after it.
    static void note_message(const SSL* ssl, int where, int value);
    [[nodiscard]] step tls_step(int result, bool handshaking);
    step fail_as_endless();
    [[nodiscard]] std::ptrdiff_t receive(char* into, std::size_t size) noexcept;
    [[nodiscard]] std::ptrdiff_t send(const char* from, std::size_t size) noexcept;
    step fail(error_code error, std::string message);

    unique_socket socket_;
    socket_watch watch_;
    std::unique_ptr<SSL, openssl_delete> ssl_;
    std::string host_;
    failure failure_;
    std::size_t handshake_bytes_ = 0;
    unsigned messages_between_ = 0;  // of TLS itself, since the last bytes that were read
    int socket_error_ = 0;
    bool is_handshaking_ = false;
    bool peer_ended_ = false;
    bool fatal_ = false;  // OpenSSL allows nothing after a fatal error
};

}  // namespace jobaudit::net
