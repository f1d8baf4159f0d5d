#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace jobaudit::policy {

/// How many exchanges a connection to an origin may carry at a time: as many as were asked for while its responses are
/// small, fewer when they are large, as nothing is gained by asking for what cannot come yet. An origin that breaks two
/// lines, each early in the life of its connection, is from then on spoken to with one exchange at a time; one that
/// sent a response too many, with one exchange a connection.
///
/// Thread safety: every member may be called concurrently.
class pipelining {
public:
    /// A connection that ends with exchanges in line after so many responses speaks for its age, not against lines.
    static constexpr std::uint64_t early = 100;
    /// Bytes of responses that may be on their way on a connection, as long as that is more than one response: enough
    /// for 80 Mbit/s of it over 50 ms. More wait in the system's buffers, which grow with them, and are read when no
    /// cache has them any more: eight bodies of 751 KB cost half as much system time again and more.
    static constexpr std::uint64_t most_awaited = 512 * 1024;

    explicit pipelining(unsigned depth) noexcept : most_{std::max(depth, 1u)}, depth_{most_} {}

    [[nodiscard]] unsigned depth() const noexcept
    {
        return breaks_.load(std::memory_order_relaxed) < most_breaks ? depth_.load(std::memory_order_relaxed) : 1;
    }

    /// A response came that nobody had asked for.
    void note_left_over() noexcept
    {
        left_over_.fetch_add(1, std::memory_order_relaxed);
        distrust_order();
    }
    [[nodiscard]] std::uint64_t left_over() const noexcept { return left_over_.load(std::memory_order_relaxed); }

    /// The order of the origin's responses does not tell what they answer: one exchange a connection from now on.
    void distrust_order() noexcept
    {
        breaks_.store(most_breaks, std::memory_order_relaxed);
        one_exchange_.store(true, std::memory_order_relaxed);
    }
    [[nodiscard]] bool one_exchange_a_connection() const noexcept
    {
        return one_exchange_.load(std::memory_order_relaxed);
    }

    /// A response with a body of `size` bytes, as sent, has come. What they are like is an average in which one counts
    /// an eighth, as in RFC 6298 §2, and never for more than most_awaited: a large one among small ones changes little.
    void note_response(std::uint64_t size) noexcept
    {
        if (most_ == 1)
            return;
        // Of two threads that note theirs at the same time, one may be forgotten.
        const auto average = average_.load(std::memory_order_relaxed);
        const auto next = average - average / 8 + std::min(size, most_awaited) / 8;
        average_.store(next, std::memory_order_relaxed);
        const auto fitting = most_awaited / std::max<std::uint64_t>(next, 1);
        depth_.store(static_cast<unsigned>(std::clamp<std::uint64_t>(fitting, 1, most_)), std::memory_order_relaxed);
    }

    /// A connection broke a line after `answered` responses.
    void note_break(std::uint64_t answered) noexcept
    {
        if (answered < early)
            breaks_.fetch_add(1, std::memory_order_relaxed);
    }

private:
    static constexpr unsigned most_breaks = 2;

    const unsigned most_;
    std::atomic<unsigned> depth_;
    std::atomic<unsigned> breaks_{0};
    std::atomic<std::uint64_t> left_over_{0};
    std::atomic<bool> one_exchange_{false};
    std::atomic<std::uint64_t> average_{0};
};

}  // namespace jobaudit::policy
