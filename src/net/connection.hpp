#pragma once

#include "net/byte_channel.hpp"
#include "net/exchange.hpp"
#include "net/failure.hpp"
#include "net/operation.hpp"
#include "policy/pooled_connection.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::net {

/// One connection to the origin, ready for exchanges. Destroying it closes it; only pool::lease::release keeps it.
///
/// It carries a queue of exchanges: requests leave in the order in which they were begun, and responses are read in the
/// same order (RFC 9112 §9.3.2). With a depth above 1, requests that were begun in one turn of the event loop leave
/// together. What it can do without waiting it does when its socket has news; no exchange is needed to drive it. Not
/// thread-safe.
class connection final : public policy::pooled_connection {
public:
    connection(boost::asio::any_io_executor executor, std::uint64_t number, clock::time_point opened)
        : pooled_connection{number}, executor_{std::move(executor)}, opened_{opened}
    {
        channel_.watch().waiter = &readiness_;
    }

    [[nodiscard]] clock::time_point opened() const noexcept { return opened_; }

    /// Sends `request` and reads the response to its end with the reader that `source` gives. `buffer`
    /// is memory for the bytes in passing, the same for all exchanges of a thread.
    ///
    /// An interruption of the first in line, or any failure, leaves the connection not reusable; those that stand in
    /// line are then lost. `request` is taken before the first wait. Exceptions of the consumer pass through.
    [[nodiscard]] boost::asio::awaitable<exchange_result>
    async_exchange(std::string_view request, response_reader_source& source, operation& op, std::span<char> buffer);

    /// The same for a coroutine that does its waiting itself, and so without a frame of its own: begin(), then wait at
    /// exchange::done as long as it goes_on(), then exchange::take_result().
    void begin(exchange& added, std::string_view request, std::span<char> buffer, clock::time_point now);
    [[nodiscard]] bool goes_on(exchange& begun);

    /// What the source of the first response would not read on before, it will now.
    void go_on_reading();

    void give_up() override;
    void close() noexcept override;
    [[nodiscard]] bool still_fresh() override;

    /// Before the first exchange: waits until the channel can go on from `blocked`. False when the operation was
    /// interrupted.
    [[nodiscard]] boost::asio::awaitable<bool> async_ready(step blocked, operation& op);

    [[nodiscard]] byte_channel& channel() noexcept { return channel_; }

private:
    void withdraw(exchange& leaving);

    /// Does what can be done without waiting.
    void turn();
    void turn_later();
    /// It has kept the event loop for long.
    void turn_after_others();
    /// Where it kept the event loop for long, the deadlines of others may have passed meanwhile.
    void look_around();
    void send_and_wait();
    void await_news();
    void send();
    void receive();
    [[nodiscard]] bool read_is_blocked() noexcept;
    [[nodiscard]] clock::time_point end_of_stretch() const noexcept;
    [[nodiscard]] bool may_read_on(exchange& first);

    /// Shows `bytes` to the exchanges in their order, or at most to the end of one response; says how many were taken.
    [[nodiscard]] std::size_t take(std::string_view bytes, bool one_response);
    [[nodiscard]] failure put(exchange& first, std::string_view bytes, std::size_t& consumed);
    /// Of the peer's side, or of the connection.
    void take_end(bool bytes_are_left);
    /// What follows the last response that was awaited.
    void take_rest(std::string_view bytes);
    void end_response(exchange& first);
    void end_at_end_of_stream();
    void note_unanswered() noexcept;
    [[nodiscard]] failure lost(const exchange& first) const;

    /// The response to the first is complete.
    void end_first();
    void end_all(failure of_first);
    /// Those from `from` on will get no response here.
    void lose_line(exchange_queue::iterator from, bool by_peer);
    void tell_ended();

    const boost::asio::any_io_executor executor_;
    const clock::time_point opened_;
    wait_point readiness_;
    byte_channel channel_;
    exchange_queue queue_;
    exchange_queue ended_;  // whose coroutines are still to be told
    std::span<char> buffer_;
    clock::time_point heard_at_{};
    clock::time_point stretch_ends_{};  // in which it may keep the event loop
    std::string unsent_;
    std::string carried_;  // the beginning of what cannot be taken without its rest
    step read_came_to_ = step::want_read;
    bool gave_up_ = false;  // responses may come that were asked for, and are not awaited any more
    bool turn_is_due_ = false;
    bool is_long_ = false;  // the response that is read: it has had its time once
    bool is_telling_ = false;
    bool send_is_blocked_ = false;
    bool send_failed_ = false;
};

}  // namespace jobaudit::net
