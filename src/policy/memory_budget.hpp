#pragma once

#include <atomic>
#include <cstddef>

namespace jobaudit::policy {

/// Bytes that the responses of a client hold together while they are under way: strings of records that are not whole
/// yet, and records that their job's outcome waits for.
///
/// A quarter of it is for all of them. Once that is used up, only one response goes on being read, whatever it takes,
/// so that there always is one that comes to its end; the others wait, unless they hold next to nothing.
///
/// Thread safety: every member may be called concurrently; a share belongs to one thread at a time.
class memory_budget {
public:
    /// What each may hold beside the budget.
    static constexpr std::size_t free_of_charge = 64 * 1024;

    /// `limit` in bytes.
    explicit memory_budget(std::size_t limit) noexcept : limit_{limit} {}

    /// What one response holds. Gives it back when it is destroyed.
    class share {
    public:
        explicit share(memory_budget& of) noexcept : budget_{of} {}
        share(const share&) = delete;
        share& operator=(const share&) = delete;
        ~share() { release(); }

        /// The response holds `bytes`. Whether more of it may be read; otherwise to be asked again when others have
        /// given something back.
        [[nodiscard]] bool hold(std::size_t bytes) noexcept
        {
            if (bytes > free_of_charge)
                return budget_.hold(*this, bytes);
            release();
            return true;
        }

        /// The same as when it was asked last.
        [[nodiscard]] bool may_go_on() noexcept { return hold(held_); }

        /// The response holds nothing any more.
        void release() noexcept
        {
            if (held_ != 0)
                budget_.release(*this);
        }

        [[nodiscard]] std::size_t held() const noexcept { return held_; }

    private:
        friend memory_budget;

        memory_budget& budget_;
        std::size_t held_ = 0;
    };

    /// What all hold.
    [[nodiscard]] std::size_t held() const noexcept { return held_.load(std::memory_order_relaxed); }

private:
    [[nodiscard]] bool hold(share& one, std::size_t bytes) noexcept;
    void release(share& one) noexcept;

    const std::size_t limit_;
    std::atomic<std::size_t> held_{0};
    std::atomic<const share*> first_{nullptr};  // that goes on when there is no room
};

}  // namespace jobaudit::policy
