#pragma once

#include "emulator/tls_server_context.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace jobaudit::test {

/// One connection, seen from the peer: blocking, in clear or in TLS. What does not come within 20 s is given up.
class peer_connection {
public:
    peer_connection(int descriptor, SSL_CTX* tls);
    peer_connection(const peer_connection&) = delete;
    peer_connection& operator=(const peer_connection&) = delete;
    ~peer_connection();

    /// Up to and with the next empty line; shorter when the connection ended.
    std::string receive_head();
    /// Waits for the first bytes that come.
    void receive_something() { receive_some(); }
    /// Until the client has closed its side; what came until then.
    std::string receive_all();
    void send(std::string_view bytes) { (void)is_open_after_sending(bytes); }
    /// The same for who sends without end: false once the client has closed its side.
    [[nodiscard]] bool is_open_after_sending(std::string_view bytes);
    /// Without TLS, whatever the connection speaks.
    bool send_in_clear(std::string_view bytes) const;

    /// Sends `writes` in one packet, each a TLS record of its own.
    void send_together(const std::vector<std::string_view>& writes);

    /// In an orderly way: close_notify where there is TLS, then FIN.
    void close();
    /// FIN alone.
    void cut();
    void reset();
    /// A fatal alert, as OpenSSL sends it for a record that it can't read.
    void send_alert();

    /// Turns to TLS, after bytes in clear. False when the handshake failed.
    bool start_tls(SSL_CTX* context);

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
    [[nodiscard]] SSL* tls() const noexcept { return tls_.get(); }
    [[nodiscard]] bool handshake_done() const noexcept { return handshake_done_; }

    /// From any thread: ends whatever the connection waits for.
    void interrupt();

private:
    bool receive_some();

    struct free_tls {
        void operator()(SSL* tls) const noexcept { SSL_free(tls); }
    };

    std::mutex mutex_;
    int descriptor_;
    std::unique_ptr<SSL, free_tls> tls_;
    bool handshake_done_ = true;
    std::string received_;
};

/// A server on loopback that does with each connection what a test says, each in a thread of its own.
class scripted_peer {
public:
    using behaviour = std::function<void(peer_connection&)>;

    struct options {
        std::string address = "127.0.0.1";
        SSL_CTX* tls = nullptr;  ///< null: in clear
    };

    /// The k-th connection gets the k-th behaviour; the last one repeats. A connection is closed behind it.
    explicit scripted_peer(std::vector<behaviour> behaviours) : scripted_peer{std::move(behaviours), options{}} {}
    scripted_peer(std::vector<behaviour> behaviours, options how);
    scripted_peer(const scripted_peer&) = delete;
    scripted_peer& operator=(const scripted_peer&) = delete;
    ~scripted_peer();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::size_t accepted() const;

private:
    void accept_all();

    std::vector<behaviour> behaviours_;
    SSL_CTX* tls_;
    int listener_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    bool stopping_ = false;
    std::vector<std::shared_ptr<peer_connection>> connections_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

/// What most peers do: answers each request with `reply` until the client closes.
[[nodiscard]] scripted_peer::behaviour answering(std::string reply);

/// Takes what comes, and says nothing, until the client closes.
[[nodiscard]] scripted_peer::behaviour silent();

/// A 200 with Content-Length.
[[nodiscard]] std::string ok_reply(std::string_view body, std::string_view fields = "");

}  // namespace jobaudit::test
