#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace jobaudit::policy {

/// A queue of entries that grows when it must and then allocates no more; also takes back what left it last.
class pending_jobs {
public:
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Not for an empty queue.
    [[nodiscard]] std::uint32_t front() const noexcept { return ring_[head_]; }

    void push_back(std::uint32_t entry)
    {
        make_room();
        ring_[(head_ + size_) & (ring_.size() - 1)] = entry;
        ++size_;
    }

    void push_front(std::uint32_t entry)
    {
        make_room();
        head_ = (head_ - 1) & (ring_.size() - 1);
        ring_[head_] = entry;
        ++size_;
    }

    void pop_front() noexcept
    {
        head_ = (head_ + 1) & (ring_.size() - 1);
        --size_;
    }

    void clear() noexcept { size_ = 0; }

private:
    void make_room()
    {
        if (size_ < ring_.size())
            return;
        std::vector<std::uint32_t> larger(ring_.size() * 2);
        for (std::size_t i = 0; i < size_; ++i)
            larger[i] = ring_[(head_ + i) & (ring_.size() - 1)];
        ring_ = std::move(larger);
        head_ = 0;
    }

    // Its size is a power of two.
    std::vector<std::uint32_t> ring_ = std::vector<std::uint32_t>(64);
    std::size_t head_ = 0;
    std::size_t size_ = 0;
};

}  // namespace jobaudit::policy
