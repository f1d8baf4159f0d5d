#pragma once

#include "emulator/control_api.hpp"
#include "emulator/platform_api.hpp"
#include "emulator/reply.hpp"
#include "emulator/reply_sender.hpp"
#include "emulator/request.hpp"
#include "emulator/statistics_recorder.hpp"
#include "emulator/transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace jobaudit::emulator {

/// The parts of the emulator that answer requests.
struct services {
    platform_api& platform;
    control_api& control;
    statistics_recorder& recorder;
    ssl_ctx_st* tls;  ///< null: plain http
};

/// Serves one connection, one request after the other. For one thread at a time; the services must outlive it.
class session {
public:
    session(boost::asio::ip::tcp::socket socket, const services& by);
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    ~session();

    /// Ends when the connection has.
    [[nodiscard]] boost::asio::awaitable<void> run();
    /// Makes run() end soon.
    void stop();

private:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    [[nodiscard]] awaitable<bool> shake_hands();
    [[nodiscard]] awaitable<bool> read_request();
    [[nodiscard]] awaitable<bool> refuse_malformed();
    [[nodiscard]] awaitable<bool> serve_request();
    void count_delay_from_arrival();
    void discount();

    services by_;
    transport transport_;
    reply_sender sender_;
    request request_;
    reply reply_;
    // Bytes received and not yet used: [begin_, end_) of the buffer.
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::chrono::steady_clock::time_point received_at_{};
    std::uint64_t served_ = 0;
    std::optional<bool> resumed_;
    bool raised_ = false;
    bool counted_ = true;
    bool is_control_ = false;
};

}  // namespace jobaudit::emulator
