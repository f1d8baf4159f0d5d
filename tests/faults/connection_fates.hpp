#pragma once

#include <jobaudit/observer.hpp>

#include <cstdint>
#include <functional>
#include <mutex>
#include <ostream>
#include <set>
#include <utility>

namespace jobaudit::test {

/// What became of the first connection that a client tried to make.
enum class fate : std::uint8_t {
    reused,      ///< the job behind the fault went over it
    replaced,    ///< it was closed, and the job behind the fault went over another one
    never_made,  ///< it could not be made
    forgotten,   ///< left open while another one was opened
};

inline std::ostream& operator<<(std::ostream& out, fate value)
{
    switch (value) {
    case fate::reused:
        return out << "reused";
    case fate::replaced:
        return out << "replaced";
    case fate::never_made:
        return out << "never made";
    default:
        return out << "forgotten";
    }
}

/// Follows the connections of a client.
class connection_fates final : public observer {
public:
    /// `before_retry` is called when the first retry is scheduled.
    explicit connection_fates(std::function<void()> before_retry) : before_retry_{std::move(before_retry)} {}

    void retry_scheduled(const request_info&, unsigned, std::chrono::nanoseconds, std::string_view) noexcept override
    {
        std::function<void()> act;
        {
            const std::lock_guard lock{mutex_};
            act = std::exchange(before_retry_, nullptr);
        }
        if (act)
            act();
    }

    void connection_opened(std::uint64_t connection, bool) noexcept override
    {
        const std::lock_guard lock{mutex_};
        opened_.insert(connection);
    }
    void connection_failed(std::uint64_t connection, boost::system::error_code, std::string_view) noexcept override
    {
        const std::lock_guard lock{mutex_};
        failed_.insert(connection);
    }
    void connection_closed(std::uint64_t connection) noexcept override
    {
        const std::lock_guard lock{mutex_};
        closed_.insert(connection);
    }

    [[nodiscard]] std::size_t opened() const
    {
        const std::lock_guard lock{mutex_};
        return opened_.size();
    }

    /// Whether every connection that was opened, and no other, was closed.
    [[nodiscard]] bool all_closed() const
    {
        const std::lock_guard lock{mutex_};
        return opened_ == closed_;
    }

    [[nodiscard]] fate of_the_first() const
    {
        const std::lock_guard lock{mutex_};
        if (failed_.contains(1))
            return fate::never_made;
        if (closed_.contains(1))
            return fate::replaced;
        return opened_.size() == 1 ? fate::reused : fate::forgotten;
    }

private:
    mutable std::mutex mutex_;
    std::function<void()> before_retry_;
    std::set<std::uint64_t> opened_;
    std::set<std::uint64_t> failed_;
    std::set<std::uint64_t> closed_;
};

}  // namespace jobaudit::test
