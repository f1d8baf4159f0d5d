#pragma once

#include "policy/answer_order.hpp"
#include "policy/pooled_connection.hpp"
#include "policy/time.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace jobaudit::policy {

/// One who stands in a share's line. Not thread-safe.
class connection_waiter {
public:
    /// `wants_new`: only a new connection will do.
    explicit connection_waiter(bool wants_new) noexcept : wants_new_{wants_new} {}
    connection_waiter(const connection_waiter&) = delete;
    connection_waiter& operator=(const connection_waiter&) = delete;

    /// Whether it has got what it waited for, and stands in line no more.
    [[nodiscard]] bool served() const noexcept { return served_; }

protected:
    ~connection_waiter() = default;

private:
    friend class connection_pool;

    /// It was served: it may act within this call.
    virtual void wake() = 0;

    const bool wants_new_;
    std::shared_ptr<pooled_connection> given_;  // empty when a place was given
    bool served_ = false;
};

/// How much of a pool one of its users may have: a batch, or the single fetches together. Outlives what is lent in its
/// name; belongs to one pool. Not thread-safe.
class connection_share {
public:
    /// `most`: connections that may be in use at once.
    explicit connection_share(std::size_t most) noexcept : most_{most} {}
    connection_share(const connection_share&) = delete;
    connection_share& operator=(const connection_share&) = delete;
    ~connection_share() { assert(in_use_ == 0 && line_.empty()); }

    [[nodiscard]] std::size_t most() const noexcept { return most_; }

    /// What was answered on a connection whose responses may be those to other requests: one was left over, or one was
    /// missing behind a line of requests, as when it just broke.
    using doubt_handler = std::function<void(std::span<const unproven_answer> answers)>;
    void on_doubt(doubt_handler handler) { doubt_handler_ = std::move(handler); }

    /// An answer that is proven, to a request that was alone, took so long.
    void note_quick_answer(duration took) noexcept { quickest_answer_ = std::min(quickest_answer_, took); }
    /// Whether it took less than half of the time that any other took. One that was under way already, as the answer to
    /// another request, does; of others fewer and fewer do.
    [[nodiscard]] bool is_early(duration took) const noexcept
    {
        return quickest_answer_ != duration::max() && took < quickest_answer_ / 2;
    }

private:
    friend class connection_pool;

    [[nodiscard]] bool has_place() const noexcept { return in_use_ < most_; }

    const std::size_t most_;
    std::size_t in_use_ = 0;                   // connections that are lent or being opened in its name
    std::size_t working_ = 0;                  // of these, those that are open
    std::vector<pooled_connection*> offered_;  // of these, with room for more exchanges
    std::deque<connection_waiter*> line_;
    doubt_handler doubt_handler_;
    duration quickest_answer_ = duration::max();
    bool serving_ = false;
};

}  // namespace jobaudit::policy
