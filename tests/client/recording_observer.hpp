#pragma once

#include <jobaudit/observer.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace jobaudit::test {

/// Counts what a client tells, and notes whatever comes in an order that cannot be.
class recording_observer final : public observer {
public:
    struct counts {
        unsigned started = 0;
        unsigned finished = 0;
        unsigned succeeded = 0;
        unsigned retries = 0;
        unsigned opened = 0;
        unsigned resumed = 0;
        unsigned failed = 0;
        unsigned closed = 0;
        std::array<unsigned, 3> waits_began{};  // by wait_reason
        std::array<unsigned, 3> waits_ended{};
        std::chrono::nanoseconds longest_delay{};  // of a retry
        std::chrono::nanoseconds longest_wait{};
        server_limit limit{};  // the last one
        bool limit_was_found = false;
    };

    void attempt_started(const request_info& request, unsigned attempt) noexcept override
    {
        const std::lock_guard lock{mutex_};
        ++seen_.started;
        expect(in_flight_.emplace(request.job, attempt).second, "a second attempt at a job that is in flight");
        expect(attempt >= 1, "attempt 0");
        const auto due = waiting_.find(request.job);
        if (due != waiting_.end())
            // An outage forgives the attempts that were part of it: the number may fall.
            expect(attempt <= due->second, "another attempt than the one that was scheduled");
        else
            expect(attempt == 1, "a retry that was not scheduled");
        waiting_.erase(request.job);
    }

    void attempt_finished(const request_info& request, unsigned attempt, int, boost::system::error_code error,
                          std::chrono::nanoseconds took) noexcept override
    {
        const std::lock_guard lock{mutex_};
        ++seen_.finished;
        seen_.succeeded += error ? 0 : 1;
        const auto found = in_flight_.find(request.job);
        expect(found != in_flight_.end() && found->second == attempt, "an end without a beginning");
        expect(took.count() > 0, "an attempt that took no time");
        in_flight_.erase(request.job);
    }

    void retry_scheduled(const request_info& request, unsigned next_attempt, std::chrono::nanoseconds delay,
                         std::string_view cause) noexcept override
    {
        const std::lock_guard lock{mutex_};
        ++seen_.retries;
        seen_.longest_delay = std::max(seen_.longest_delay, delay);
        expect(!cause.empty(), "a retry without a cause");
        expect(!in_flight_.contains(request.job), "a retry of a job in flight");
        expect(waiting_.emplace(request.job, next_attempt).second, "a retry that was scheduled twice");
    }

    void wait_began(wait_reason reason, std::chrono::nanoseconds delay, std::string_view cause) noexcept override
    {
        const std::lock_guard lock{mutex_};
        ++seen_.waits_began[index(reason)];
        seen_.longest_wait = std::max(seen_.longest_wait, delay);
        waits_.insert(reason);
        expect(!cause.empty(), "a wait without a cause");
    }

    void limit_found(const server_limit& found) noexcept override
    {
        const std::lock_guard lock{mutex_};
        expect(found != seen_.limit, "a limit that was known");
        expect(found.refusals >= seen_.limit.refusals, "fewer refusals than before");
        seen_.limit = found;
        seen_.limit_was_found = seen_.limit_was_found || found.a_second > 0 || found.at_a_time > 0;
    }

    void wait_ended(wait_reason reason) noexcept override
    {
        const std::lock_guard lock{mutex_};
        ++seen_.waits_ended[index(reason)];
        expect(waits_.erase(reason) == 1, "the end of a wait that did not begin");
    }

    void connection_opened(std::uint64_t connection, bool resumed) noexcept override
    {
        const std::lock_guard lock{mutex_};
        ++seen_.opened;
        seen_.resumed += resumed ? 1 : 0;
        expect(known_.insert(connection).second, "a connection's number was used twice");
        open_.insert(connection);
    }

    void connection_failed(std::uint64_t connection, boost::system::error_code error,
                           std::string_view) noexcept override
    {
        const std::lock_guard lock{mutex_};
        ++seen_.failed;
        expect(static_cast<bool>(error), "a failure without an error");
        expect(known_.insert(connection).second, "a connection's number was used twice");
    }

    void connection_closed(std::uint64_t connection) noexcept override
    {
        const std::lock_guard lock{mutex_};
        ++seen_.closed;
        expect(open_.erase(connection) == 1, "a connection that was not open was closed");
    }

    [[nodiscard]] counts seen() const
    {
        const std::lock_guard lock{mutex_};
        return seen_;
    }

    /// What came out of order, and what has begun and not ended.
    [[nodiscard]] std::string complaints() const
    {
        const std::lock_guard lock{mutex_};
        auto all = complaints_;
        if (!in_flight_.empty())
            all += "attempts are left in flight; ";
        if (!open_.empty())
            all += "connections are left open; ";
        if (!waits_.empty())
            all += "a wait is left; ";
        return all;
    }

private:
    static std::size_t index(wait_reason reason) { return static_cast<std::size_t>(reason); }

    void expect(bool holds, const char* what)
    {
        if (!holds)
            complaints_.append(what).append("; ");
    }

    mutable std::mutex mutex_;
    counts seen_;
    std::map<job_id, unsigned> in_flight_;
    std::map<job_id, unsigned> waiting_;
    std::set<wait_reason> waits_;
    std::set<std::uint64_t> known_;
    std::set<std::uint64_t> open_;
    std::string complaints_;
};

}  // namespace jobaudit::test
