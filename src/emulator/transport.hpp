#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

struct ssl_st;
struct ssl_ctx_st;

namespace jobaudit::emulator {

/// One accepted connection, with or without TLS, that can also end in every wrong way. For one thread at a time.
class transport {
public:
    /// Without TLS where `context` is null.
    transport(boost::asio::ip::tcp::socket socket, ssl_ctx_st* context);
    transport(const transport&) = delete;
    transport& operator=(const transport&) = delete;
    ~transport();

    /// False: it failed. True at once without TLS.
    [[nodiscard]] boost::asio::awaitable<bool> handshake();
    [[nodiscard]] bool is_encrypted() const noexcept { return tls_ != nullptr; }
    /// Whether the handshake resumed an earlier session.
    [[nodiscard]] bool resumed() const noexcept;

    [[nodiscard]] boost::asio::any_io_executor get_executor() noexcept { return socket_.get_executor(); }

    /// Waits for some bytes; 0: there will be no more.
    [[nodiscard]] boost::asio::awaitable<std::size_t> read_some(std::span<char> into);

    /// From now on takes note of when the next bytes come, while nobody reads.
    void watch_arrival();
    /// When the bytes came that read_some gave last: never later than it gave them.
    [[nodiscard]] std::chrono::steady_clock::time_point arrived_at() const noexcept { return arrived_at_; }
    /// Sends all of it; false: the other side is gone.
    [[nodiscard]] boost::asio::awaitable<bool> write(std::string_view bytes);

    /// Sends close_notify, then FIN. Does not wait for the other side.
    [[nodiscard]] boost::asio::awaitable<void> close();
    /// FIN without close_notify.
    void abandon();
    /// RST.
    void reset();
    /// Ends what waits; what is called later fails.
    void stop();

private:
    struct arrival {
        std::optional<std::chrono::steady_clock::time_point> at;
        bool watched = false;
    };

    struct free_tls {
        void operator()(ssl_st* tls) const noexcept;
    };

    void note_arrival();
    // Feeds what the other side sent to OpenSSL; false: there will be no more.
    [[nodiscard]] boost::asio::awaitable<bool> fill();
    // Sends what OpenSSL has made.
    [[nodiscard]] boost::asio::awaitable<bool> flush();

    boost::asio::ip::tcp::socket socket_;
    std::unique_ptr<ssl_st, free_tls> tls_;
    std::vector<char> incoming_;
    std::shared_ptr<arrival> arrival_;
    std::chrono::steady_clock::time_point arrived_at_{};
};

}  // namespace jobaudit::emulator
