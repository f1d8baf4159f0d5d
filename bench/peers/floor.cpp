// The least that this work costs: bare epoll and OpenSSL, one request head in which only the job ID changes,
// Boost.JSON's event parser or simdjson's On-Demand parser. No timeouts, no retries, no handling of errors: whatever is
// unexpected ends the program.

#include "failed_files_parser.hpp"
#include "peer_job.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using clock = bench::peer_result::clock;

constexpr std::size_t buffer_size = 64 * 1024;

void require(bool holds, const char* what)
{
    if (!holds)
        throw std::runtime_error{what};
}

struct context {
    explicit context(const std::string& ca_file)
    {
        require(SSL_CTX_set_min_proto_version(handle.get(), TLS1_3_VERSION) == 1, "no TLS 1.3");
        require(SSL_CTX_set_ciphersuites(handle.get(), "TLS_AES_128_GCM_SHA256") == 1, "no such cipher");
        require(SSL_CTX_load_verify_locations(handle.get(), ca_file.c_str(), nullptr) == 1, "no CA file");
        SSL_CTX_set_verify(handle.get(), SSL_VERIFY_PEER, nullptr);
        // One recv for as many records as are there, in place of two a record.
        SSL_CTX_set_read_ahead(handle.get(), 1);
        SSL_CTX_set_default_read_buffer_len(handle.get(), buffer_size);
    }

    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> handle{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
};

/// The request, in which only the job ID changes.
class request_head {
public:
    explicit request_head(const bench::peer_job& job)
        : text_{"GET " + job.path(0) + " HTTP/1.1\r\nHost: " + job.host + ":" + job.port + "\r\n" + bench::key_header +
                ": " + bench::key + "\r\nAccept: application/json\r\nUser-Agent: floor\r\n\r\n"}
        , id_{text_.find(job.ids.front())}
    {}

    std::string_view of(const std::string& id)
    {
        std::memcpy(text_.data() + id_, id.data(), id.size());
        return text_;
    }

private:
    std::string text_;
    std::size_t id_;
};

struct response_head {
    int status = 0;
    std::size_t body = 0;
    std::size_t size = 0;
};

/// What a response starts with; its size is 0 as long as it is not complete.
response_head read_head(std::string_view bytes)
{
    response_head head;
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos)
        return head;
    constexpr std::string_view field = "\r\nContent-Length: ";
    const auto length = bytes.substr(0, end).find(field);
    require(length != std::string_view::npos, "no Content-Length");
    std::from_chars(bytes.data() + 9, bytes.data() + 12, head.status);
    std::from_chars(bytes.data() + length + field.size(), bytes.data() + end, head.body);
    head.size = end + 4;
    return head;
}

class connection {
public:
    connection(const bench::peer_job& job, SSL_CTX* tls)
        : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}, ssl_{SSL_new(tls), &SSL_free}
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(job.port)));
        require(::inet_pton(AF_INET, job.host.c_str(), &address.sin_addr) == 1, "the host is no address");
        require(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "cannot connect");
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        require(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), job.host.c_str()) == 1, "no address");
        SSL_set_fd(ssl_.get(), socket_);
        require(SSL_connect(ssl_.get()) == 1, "the TLS handshake failed");
        ::fcntl(socket_, F_SETFL, ::fcntl(socket_, F_GETFL) | O_NONBLOCK);
    }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() { ::close(socket_); }

    [[nodiscard]] int socket() const noexcept { return socket_; }

    void send(std::string_view request)
    {
        started_ = clock::now();
        head_ = {};
        parsed_ = 0;
        records_.begin();
        require(SSL_write(ssl_.get(), request.data(), static_cast<int>(request.size())) ==
                    static_cast<int>(request.size()),
                "the request was not written whole");
    }

    /// Reads what is there; true when the response is complete.
    bool receive(std::array<char, buffer_size>& buffer, bench::peer_result& result)
    {
        do {
            const std::span<char> into = head_.size ? records_.place(buffer, head_.body - parsed_) : buffer;
            const int size = SSL_read(ssl_.get(), into.data(), static_cast<int>(into.size()));
            if (size <= 0) {
                require(SSL_get_error(ssl_.get(), size) == SSL_ERROR_WANT_READ, "the connection broke");
                return false;
            }
            take({into.data(), static_cast<std::size_t>(size)});
            if (head_.size && parsed_ == head_.body) {
                result.add(head_.status, records_.end(), head_.body, clock::now() - started_);
                return true;
            }
        } while (SSL_has_pending(ssl_.get()));
        return false;
    }

private:
    void take(std::string_view bytes)
    {
        if (!head_.size) {
            head_ = read_head(bytes);
            require(head_.size != 0, "the response's head came in pieces");
            bytes.remove_prefix(head_.size);
        }
        require(parsed_ + bytes.size() <= head_.body, "more came than was announced");
        records_.feed(bytes.data(), bytes.size());
        parsed_ += bytes.size();
    }

    int socket_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
    bench::failed_files_parser records_;
    response_head head_;
    std::size_t parsed_ = 0;
    clock::time_point started_;
};

void run(const bench::peer_job& job, bench::peer_result& result)
{
    const context tls{job.ca_file};
    const int ready = ::epoll_create1(EPOLL_CLOEXEC);
    request_head request{job};
    std::size_t next = 0;
    std::vector<std::unique_ptr<connection>> connections;
    for (std::size_t i = 0; i < job.connections && next < job.ids.size(); ++i) {
        connections.push_back(std::make_unique<connection>(job, tls.handle.get()));
        epoll_event wanted{.events = EPOLLIN, .data = {.ptr = connections.back().get()}};
        ::epoll_ctl(ready, EPOLL_CTL_ADD, connections.back()->socket(), &wanted);
        connections.back()->send(request.of(job.ids[next++]));
    }

    std::array<char, buffer_size> buffer;
    std::array<epoll_event, 256> events;
    std::size_t in_flight = connections.size();
    while (in_flight) {
        const int count = ::epoll_wait(ready, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            auto& one = *static_cast<connection*>(events[static_cast<std::size_t>(i)].data.ptr);
            if (!one.receive(buffer, result))
                continue;
            if (next < job.ids.size())
                one.send(request.of(job.ids[next++]));
            else
                --in_flight;
        }
    }
    ::close(ready);
}

}  // namespace

int main(int argc, char** argv)
try {
    const auto job = bench::read_command_line(argc, argv);
    bench::peer_result result{job};
    run(job, result);
    result.print();
} catch (const std::exception& failure) {
    std::fprintf(stderr, "floor: %s\n", failure.what());
    return 1;
}
