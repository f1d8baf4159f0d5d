#include "net/scripted_peer.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace jobaudit::test {

peer_connection::peer_connection(int descriptor, SSL_CTX* tls) : descriptor_{descriptor}
{
    const timeval limit{20, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (tls != nullptr)
        start_tls(tls);
}

peer_connection::~peer_connection() { close(); }

bool peer_connection::start_tls(SSL_CTX* context)
{
    tls_.reset(SSL_new(context));
    SSL_set_fd(tls_.get(), descriptor_);
    handshake_done_ = SSL_accept(tls_.get()) == 1;
    return handshake_done_;
}

bool peer_connection::receive_some()
{
    char some[16 * 1024];
    const auto size =
        tls_ ? SSL_read(tls_.get(), some, sizeof some) : static_cast<int>(::recv(descriptor_, some, sizeof some, 0));
    if (size <= 0)
        return false;
    received_.append(some, static_cast<std::size_t>(size));
    return true;
}

std::string peer_connection::receive_head()
{
    for (;;) {
        if (const auto end = received_.find("\r\n\r\n"); end != std::string::npos) {
            auto head = received_.substr(0, end + 4);
            received_.erase(0, end + 4);
            return head;
        }
        if (!receive_some())
            return std::exchange(received_, {});
    }
}

std::string peer_connection::receive_all()
{
    while (receive_some()) {
    }
    return std::exchange(received_, {});
}

bool peer_connection::is_open_after_sending(std::string_view bytes)
{
    if (!tls_)
        return send_in_clear(bytes);
    while (!bytes.empty()) {
        const auto sent = SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool peer_connection::send_in_clear(std::string_view bytes) const
{
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void peer_connection::send_together(const std::vector<std::string_view>& writes)
{
    int corked = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_CORK, &corked, sizeof corked);
    for (const auto bytes : writes)
        send(bytes);
    corked = 0;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_CORK, &corked, sizeof corked);
}

void peer_connection::close()
{
    if (tls_ && handshake_done_ && descriptor_ >= 0)
        SSL_shutdown(tls_.get());
    cut();
}

void peer_connection::cut()
{
    const std::lock_guard lock{mutex_};
    if (descriptor_ >= 0)
        ::close(std::exchange(descriptor_, -1));
}

void peer_connection::reset()
{
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    cut();
}

void peer_connection::send_alert()
{
    static constexpr char unreadable[] = "\x17\x03\x03\x00\x20................................";
    BIO* input = BIO_new(BIO_s_mem());
    BIO_write(input, unreadable, sizeof unreadable - 1);
    SSL_set0_rbio(tls_.get(), input);
    char none = 0;
    SSL_read(tls_.get(), &none, 1);
}

void peer_connection::interrupt()
{
    const std::lock_guard lock{mutex_};
    if (descriptor_ >= 0)
        ::shutdown(descriptor_, SHUT_RDWR);
}

scripted_peer::scripted_peer(std::vector<behaviour> behaviours, options how)
    : behaviours_{std::move(behaviours)}, tls_{how.tls}, listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, how.address.c_str(), &address.sin_addr);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 128) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
        throw std::runtime_error{"the test's server cannot listen on " + how.address};
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread{[this] {
        // OpenSSL writes without MSG_NOSIGNAL; the threads of the connections inherit the mask.
        sigset_t broken_pipe;
        sigemptyset(&broken_pipe);
        sigaddset(&broken_pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
        accept_all();
    }};
}

scripted_peer::~scripted_peer()
{
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        for (const auto& each : connections_)
            each->interrupt();
    }
    for (auto& each : threads_)
        each.join();
    ::close(listener_);
}

std::size_t scripted_peer::accepted() const
{
    const std::lock_guard lock{mutex_};
    return threads_.size();
}

void scripted_peer::accept_all()
{
    for (;;) {
        const int accepted = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (accepted < 0)
            return;
        const std::lock_guard lock{mutex_};
        const auto& act = behaviours_[std::min(threads_.size(), behaviours_.size() - 1)];
        threads_.emplace_back([this, accepted, &act] {
            const auto connection = std::make_shared<peer_connection>(accepted, nullptr);
            {
                const std::lock_guard registering{mutex_};
                connections_.push_back(connection);
                if (stopping_)
                    connection->interrupt();
            }
            if (tls_ != nullptr)
                connection->start_tls(tls_);
            act(*connection);
            connection->close();
        });
    }
}

scripted_peer::behaviour answering(std::string reply)
{
    return [reply = std::move(reply)](peer_connection& connection) {
        while (!connection.receive_head().empty())
            connection.send(reply);
    };
}

scripted_peer::behaviour silent()
{
    return [](peer_connection& connection) { connection.receive_all(); };
}

std::string ok_reply(std::string_view body, std::string_view fields)
{
    std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    reply += fields;
    reply += "\r\n";
    reply += body;
    return reply;
}

}  // namespace jobaudit::test
