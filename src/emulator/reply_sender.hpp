#pragma once

#include "emulator/reply.hpp"
#include "emulator/reply_encoder.hpp"
#include "emulator/request.hpp"
#include "emulator/transport.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace jobaudit::emulator {

/// Sends replies over one connection, and does there what their faults say. For one thread at a time.
class reply_sender {
public:
    /// `sent` is told the status of each reply before it goes out, 0 where none does. `over` must outlive it.
    reply_sender(transport& over, std::function<void(int)> sent);

    /// False: the connection has ended, or is to end without further ado.
    [[nodiscard]] boost::asio::awaitable<bool> send(reply& what, const request& asked, bool on_fresh_connection);

    /// Ends what waits; the transport must be stopped first.
    void stop();

private:
    template <class T>
    using awaitable = boost::asio::awaitable<T>;

    [[nodiscard]] awaitable<bool> pause(std::chrono::nanoseconds time);
    [[nodiscard]] awaitable<bool> send_instead(const reply& what, bool on_fresh_connection);
    [[nodiscard]] awaitable<bool> send_raw(const reply& what);
    [[nodiscard]] awaitable<bool> send_whole(const reply& what, const request& asked);
    [[nodiscard]] awaitable<bool> send_pieces(reply& what, const request& asked);
    [[nodiscard]] awaitable<bool> send_slowly(std::string_view bytes, std::size_t pieces,
                                              std::chrono::nanoseconds time);
    [[nodiscard]] awaitable<bool> break_after(std::string_view bytes, fault how);
    [[nodiscard]] awaitable<bool> stay_silent();

    transport& over_;
    std::function<void(int)> sent_;
    boost::asio::steady_timer timer_;
    std::string out_;
    bool stopped_ = false;
};

}  // namespace jobaudit::emulator
