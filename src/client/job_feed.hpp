#pragma once

#include <jobaudit/job_source.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>

namespace jobaudit::client_detail {

/// Hands a batch's jobs to its threads, whichever asks; counts them. Thread-safe.
class job_feed {
public:
    explicit job_feed(any_job_source source)
        : is_asynchronous_{static_cast<bool>(source.asynchronous())}, source_{std::move(source)}
    {}

    struct portion {
        std::size_t count = 0;
        bool ended = false;  ///< there will be no more
    };

    /// Fills from the front of `out`; an asynchronous source may have nothing now. Exceptions of the source pass
    /// through, and are its end.
    [[nodiscard]] portion take(std::span<job_id> out);

    /// No more is taken from an asynchronous source; what it has given already stays. A synchronous one can still be
    /// read to its end.
    void stop();

    [[nodiscard]] std::uint64_t given() const;

    /// Whether the source has come to its end, rather than been stopped or failed.
    [[nodiscard]] bool exhausted() const;

    /// Lets go of the source; once nobody takes any more.
    void release();

    /// Whether pump() is to be run.
    [[nodiscard]] bool is_asynchronous() const noexcept { return is_asynchronous_; }

    /// Reads the asynchronous source into a buffer of bounded size; runs on the client's executor. `arrived` is called
    /// when there are new jobs, or the end.
    [[nodiscard]] boost::asio::awaitable<void> pump(std::function<void()> arrived);

private:
    static constexpr std::size_t buffered = 1024;

    const bool is_asynchronous_;
    std::optional<any_job_source> source_;
    mutable std::mutex mutex_;
    std::deque<job_id> ready_;
    std::uint64_t given_ = 0;
    bool ended_ = false;
    bool exhausted_ = false;
};

}  // namespace jobaudit::client_detail
