#pragma once

#include <jobaudit/job_id.hpp>

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>

namespace jobaudit {

/// Gives the jobs of a batch piece by piece, so that a batch may be larger than memory.
///
/// A batch that is stopped early reads it to its end all the same, since each job has its outcome: a source without end
/// is given as a coroutine. Calls are serialised, and come from any thread of the audit. Members may throw: the batch
/// then ends with errc::source_failed.
class job_source {
public:
    job_source() = default;
    job_source(const job_source&) = delete;
    job_source& operator=(const job_source&) = delete;
    virtual ~job_source() = default;

    /// Fills `out` from its front and says how many; 0 is the end, after which it isn't called again. May block
    /// shortly, as a file does.
    [[nodiscard]] virtual std::size_t read(std::span<job_id> out) = 0;
};

/// A range whose elements are IDs of jobs. A job_source that happens to be one too is taken as the source that it is.
template <class Range>
concept job_range = std::ranges::input_range<std::decay_t<Range>> &&
    std::convertible_to<std::ranges::range_reference_t<std::decay_t<Range>>, job_id> &&
    !std::derived_from<std::decay_t<Range>, job_source>;

/// A coroutine that gives the next job, or nothing at the end; it runs on the client's executor.
template <class Function>
concept asynchronous_job_source = std::invocable<Function&> &&
    std::same_as<std::invoke_result_t<Function&>, boost::asio::awaitable<std::optional<job_id>>>;

/// Any source that async_audit takes: a range of job_id (moved or copied in; pass std::views::all or a span to refer),
/// a job_source (by reference; it must outlive the audit), or a coroutine.
class any_job_source {
public:
    /// Gives the next job, or nothing at the end.
    using asynchronous_function = std::function<boost::asio::awaitable<std::optional<job_id>>()>;

    /// Refers to `source`.
    any_job_source(job_source& source) : source_{&source, [](job_source*) {}} {}

    /// Holds `range`.
    template <job_range Range>
    any_job_source(Range&& range)
        : source_{std::make_shared<range_source<std::decay_t<Range>>>(std::forward<Range>(range))}
    {}

    /// Holds `function`; a move-only one will do.
    template <asynchronous_job_source Function>
    any_job_source(Function&& function)
    {
        auto held = std::make_shared<std::decay_t<Function>>(std::forward<Function>(function));
        asynchronous_ = [held] { return (*held)(); };
    }

    /// Null where the source is asynchronous.
    [[nodiscard]] const std::shared_ptr<job_source>& synchronous() const noexcept { return source_; }
    /// Empty where it is not.
    [[nodiscard]] const asynchronous_function& asynchronous() const noexcept { return asynchronous_; }

private:
    template <class Range>
    class range_source final : public job_source {
    public:
        template <class Source>
        explicit range_source(Source&& range) : range_(std::forward<Source>(range)), next_{std::ranges::begin(range_)}
        {}

        std::size_t read(std::span<job_id> out) override
        {
            if (failed_)
                std::rethrow_exception(failed_);
            std::size_t count = 0;
            try {
                for (; count < out.size() && next_ != std::ranges::end(range_); ++next_)
                    out[count++] = *next_;
            } catch (...) {
                // What was read before counts: it is thrown with the next call.
                failed_ = std::current_exception();
                if (count == 0)
                    throw;
            }
            return count;
        }

    private:
        Range range_;
        std::ranges::iterator_t<Range> next_;
        std::exception_ptr failed_;
    };

    std::shared_ptr<job_source> source_;
    asynchronous_function asynchronous_;
};

}  // namespace jobaudit
