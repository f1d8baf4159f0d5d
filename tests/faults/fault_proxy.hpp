#pragma once

#include "net/reactor.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace jobaudit::test {

/// What happens at a certain byte of a stream.
enum class break_kind : std::uint8_t {
    none,
    reset,       ///< both sides are reset
    close,       ///< both sides end, in TCP's orderly way
    half_close,  ///< this direction alone ends
    stall,       ///< nothing more comes, in this direction
    corrupt,     ///< one bit of this byte is turned
    replace,     ///< `replacement` comes in its place, then both sides end
};

/// One direction of a connection.
struct course {
    std::chrono::milliseconds latency{};
    std::size_t bytes_per_second = 0;  ///< 0: as fast as they come
    std::size_t slice = 0;             ///< bytes that are sent on at once; 0: as they come
    break_kind breaks = break_kind::none;
    std::size_t at = 0;              ///< so many bytes get through before the break
    std::size_t after_requests = 0;  ///< counted from when the platform has read so many requests
    std::string replacement{};
};

/// What happens on the way between client and server, below TLS.
struct wire {
    course up{};    ///< from the client
    course down{};  ///< to the client
};

/// Stands between a client and a server on loopback, and passes on bytes as its wires say.
class fault_proxy {
public:
    /// How it meets who connects, until it is opened.
    enum class door : std::uint8_t {
        open,
        refusing,  ///< nobody listens
        silent,    ///< the queue is full: neither yes nor no
    };

    struct options {
        std::uint16_t server = 0;   ///< its port
        std::vector<wire> wires{};  ///< for the k-th connection; further ones get through unharmed
        door at_first = door::open;
        std::function<std::size_t()> requests{};  ///< that the server has read so far
    };

    explicit fault_proxy(options how);
    fault_proxy(const fault_proxy&) = delete;
    fault_proxy& operator=(const fault_proxy&) = delete;
    ~fault_proxy();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    /// From now on all get in, and all gets through on connections that come.
    void recover();

private:
    class passage;

    void start_accepting();
    void accept_all();
    [[nodiscard]] wire next_wire();

    const options how_;
    net::unique_socket listener_;
    net::unique_socket queued_;  // fills the queue of a silent door
    net::unique_socket stop_;    // readable when all is to end
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::size_t accepted_ = 0;
    std::vector<std::thread> passages_;
    std::thread acceptor_;
};

}  // namespace jobaudit::test
