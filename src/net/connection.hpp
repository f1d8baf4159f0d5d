#pragma once

#include "net/byte_channel.hpp"
#include "net/failure.hpp"
#include "net/operation.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::protocol {
class response_reader;
}

namespace jobaudit::net {

/// One connection to the origin, ready for exchanges. Destroying it closes it; only pool::release keeps it.
///
/// Not thread-safe. One exchange at a time.
class connection {
public:
    connection(std::uint64_t number, clock::time_point opened) noexcept : number_{number}, opened_{opened}
    {
        channel_.watch().waiter = &readiness_;
    }

    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] clock::time_point opened() const noexcept { return opened_; }
    /// Whether an exchange was completed on it before.
    [[nodiscard]] bool used() const noexcept { return used_; }
    /// Whether it may carry another exchange.
    [[nodiscard]] bool reusable() const noexcept { return reusable_; }

    /// Sends `request` and reads the response to its end through `reader`, which was begun with its consumer. `buffer`
    /// is memory for the bytes in passing.
    ///
    /// An interruption closes nothing by itself, but leaves the connection not reusable. `request` must stay as it is
    /// until the end.
    [[nodiscard]] boost::asio::awaitable<failure>
    async_exchange(std::string_view request, protocol::response_reader& reader, operation& op, std::span<char> buffer);

    /// Whether it is fit to be used again after a time in the pool: open, and silent (what TLS has to say for itself is
    /// heard and dropped).
    [[nodiscard]] bool still_fresh();

    /// Waits until the channel can go on from `blocked`. False when the operation was interrupted.
    [[nodiscard]] boost::asio::awaitable<bool> async_ready(step blocked, operation& op);

    [[nodiscard]] byte_channel& channel() noexcept { return channel_; }

    clock::time_point idle_since{};
    clock::time_point retire_at{};  ///< not used for another exchange from then on

private:
    [[nodiscard]] failure take(protocol::response_reader& reader, std::string_view bytes, std::size_t& consumed);
    [[nodiscard]] failure lost(const protocol::response_reader& reader) const;

    const std::uint64_t number_;
    const clock::time_point opened_;
    wait_point readiness_;
    byte_channel channel_;
    bool used_ = false;
    bool reusable_ = true;
};

}  // namespace jobaudit::net
