#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::store {

/// The memory of lines that are being put together. The string that was given back last is taken first: one that is
/// still in the cache serves one job after the other. A few lines at a time may grow long in memory.
///
/// Thread safety: every member may be called concurrently.
class line_pool {
public:
    /// The memory that a line gets at first, and the most that it keeps for the next.
    static constexpr std::size_t line_capacity = 32 * 1024;
    /// A longer line is added to only with a permit: so a batch of records seldom makes one outgrow its capacity.
    static constexpr std::size_t line_limit = line_capacity / 2;
    /// A line with a permit may grow so far.
    static constexpr std::size_t long_line_limit = 2 * 1024 * 1024;
    static constexpr std::size_t most_long_lines = 2;

    line_pool() { spare_.reserve(most_spare); }

    /// An empty string.
    [[nodiscard]] std::string take()
    {
        std::string line;
        {
            const std::lock_guard lock{mutex_};
            if (!spare_.empty()) {
                line = std::move(spare_.back());
                spare_.pop_back();
            }
        }
        line.reserve(line_capacity);
        return line;
    }

    /// Keeps its memory for the next, within bounds.
    void give_back(std::string line) noexcept
    {
        line.clear();
        const std::lock_guard lock{mutex_};
        const auto kept = line.capacity() > line_capacity ? most_long_lines : most_spare;
        if (spare_.size() < kept && line.capacity() <= 2 * long_line_limit)
            spare_.push_back(std::move(line));
    }

    /// Whether one more line may be a long one; give_permit_back follows when it has been written.
    [[nodiscard]] bool take_permit()
    {
        const std::lock_guard lock{mutex_};
        const bool granted = long_lines_ < most_long_lines;
        long_lines_ += granted ? 1 : 0;
        return granted;
    }

    void give_permit_back() noexcept
    {
        const std::lock_guard lock{mutex_};
        --long_lines_;
    }

private:
    static constexpr std::size_t most_spare = 64;

    std::mutex mutex_;
    std::vector<std::string> spare_;
    std::size_t long_lines_ = 0;
};

}  // namespace jobaudit::store
