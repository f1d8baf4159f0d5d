#pragma once

#include "policy/answer_order.hpp"
#include "policy/time.hpp"

#include <cstdint>
#include <memory>

namespace jobaudit::policy {

class connection_share;

/// A connection as connection_pool sees it: what is known of it, and where it stands. Whoever does its I/O derives from
/// it, and keeps what is known. Not thread-safe.
class pooled_connection : public std::enable_shared_from_this<pooled_connection> {
public:
    explicit pooled_connection(std::uint64_t number) noexcept : number_{number} {}
    pooled_connection(const pooled_connection&) = delete;
    pooled_connection& operator=(const pooled_connection&) = delete;
    virtual ~pooled_connection() = default;

    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    /// Exchanges that were completed on it.
    [[nodiscard]] std::uint64_t answered() const noexcept { return answered_; }
    /// Whether an exchange was completed on it before.
    [[nodiscard]] bool used() const noexcept { return answered_ != 0; }
    /// Whether it was kept without an exchange for some time before: its peer may have closed it meanwhile.
    [[nodiscard]] bool was_idle() const noexcept { return used() || idle_since != time_point{}; }
    /// Whether it may carry another exchange, in line behind those that it has.
    [[nodiscard]] bool reusable() const noexcept { return reusable_; }
    /// How long it may be idle, as its peer said last.
    [[nodiscard]] duration idle_timeout() const noexcept { return idle_timeout_; }
    /// Whether it ended while exchanges stood in line, whose requests may have left already.
    [[nodiscard]] bool broke_a_line() const noexcept { return broke_a_line_; }
    /// Whether a response came that nobody had asked for. A 408, with which servers take leave of an idle connection
    /// (RFC 9110 §15.5.9), is none.
    [[nodiscard]] bool has_left_over() const noexcept { return has_left_over_; }
    /// Whether it ended with requests that got no response, although that had not been announced.
    [[nodiscard]] bool lacks_response() const noexcept { return lacks_response_; }

    [[nodiscard]] answer_order& order() noexcept { return order_; }
    /// Out of use, when silence will prove its answers.
    [[nodiscard]] time_point look_at() const noexcept { return idle_since + order_.settling_time(); }

    /// Looks whether it is fit to be used again: open, and silent (what TLS has to say for itself is heard and
    /// dropped). To be asked when no response is awaited.
    [[nodiscard]] virtual bool still_fresh() = 0;
    /// It is used no more: those in its queue will get no response here.
    virtual void give_up() = 0;
    virtual void close() noexcept = 0;

    // The pool's own.
    time_point idle_since{};            ///< also while it rests or leaves
    duration idle_before{};             ///< its lease, from the idle list
    std::uint64_t answered_before = 0;  ///< its lease: where nothing was answered in that, it is as idle as before
    time_point retire_at{};             ///< not used for another exchange from then on
    connection_share* user = nullptr;   ///< in whose name it is leased; null while it is idle
    unsigned holders = 0;               ///< leases of it
    bool offered = false;               ///< stands among those with room for more exchanges
    unsigned depth = 1;                 ///< with more, requests leave together

protected:
    std::uint64_t answered_ = 0;
    duration idle_timeout_ = duration::max();
    bool reusable_ = true;
    bool broke_a_line_ = false;
    bool has_left_over_ = false;
    bool lacks_response_ = false;
    answer_order order_;

private:
    const std::uint64_t number_;
};

}  // namespace jobaudit::policy
