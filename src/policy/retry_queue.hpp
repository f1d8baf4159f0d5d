#pragma once

#include "policy/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace jobaudit::policy {

/// Jobs that wait for their time, the earliest first; of those due at the same time, the one that was put in
/// first.
class retry_queue {
public:
    [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

    void push(time_point due, std::uint32_t entry)
    {
        heap_.push_back({due, pushed_++, entry});
        std::push_heap(heap_.begin(), heap_.end(), later{});
    }

    /// When the first is due; the clock's greatest time when there is none.
    [[nodiscard]] time_point due() const noexcept { return heap_.empty() ? time_point::max() : heap_.front().due; }

    /// Not for an empty queue.
    [[nodiscard]] std::uint32_t front() const noexcept { return heap_.front().entry; }

    void pop()
    {
        std::pop_heap(heap_.begin(), heap_.end(), later{});
        heap_.pop_back();
    }

    void clear() noexcept { heap_.clear(); }

private:
    struct item {
        time_point due;
        std::uint64_t order;
        std::uint32_t entry;
    };

    struct later {
        bool operator()(const item& left, const item& right) const noexcept
        {
            return left.due != right.due ? left.due > right.due : left.order > right.order;
        }
    };

    std::vector<item> heap_;
    std::uint64_t pushed_ = 0;
};

}  // namespace jobaudit::policy
