#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace jobaudit::net {

/// How many exchanges a connection to an origin may carry at a time. An origin that breaks two lines, each early in the
/// life of its connection, is from then on spoken to with one exchange at a time.
///
/// Thread safety: every member may be called concurrently.
class pipelining {
public:
    /// A connection that ends with exchanges in line after so many responses speaks for its age, not against lines.
    static constexpr std::uint64_t early = 100;

    explicit pipelining(unsigned depth) noexcept : depth_{std::max(depth, 1u)} {}

    [[nodiscard]] unsigned depth() const noexcept
    {
        return breaks_.load(std::memory_order_relaxed) < most_breaks ? depth_ : 1;
    }

    /// A connection broke a line after `answered` responses.
    void note_break(std::uint64_t answered) noexcept
    {
        if (answered < early)
            breaks_.fetch_add(1, std::memory_order_relaxed);
    }

private:
    static constexpr unsigned most_breaks = 2;

    const unsigned depth_;
    std::atomic<unsigned> breaks_{0};
};

}  // namespace jobaudit::net
