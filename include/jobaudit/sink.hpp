#pragma once

#include <jobaudit/outcome.hpp>

#include <boost/asio/awaitable.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace jobaudit {

/// Takes the failed files of one job at a time while they arrive: `begin append* (commit | discard)`.
///
/// A job that fails before its first record is delivered by `commit` alone. `discard` takes back everything since
/// `begin`: the connection broke or the body turned out malformed; the job's retry, or the commit of its error,
/// follows. Members may throw: the batch then ends with errc::sink_failed.
///
/// Thread safety: one writer is used by one thread at a time. `commit` is never called concurrently with another
/// writer's commit of the same sink; `begin`, `append` and `discard` of different writers may be, when the audit has
/// several threads.
class job_writer {
public:
    job_writer() = default;
    job_writer(const job_writer&) = delete;
    job_writer& operator=(const job_writer&) = delete;
    virtual ~job_writer() = default;

    /// What is appended from now on is of `job`.
    virtual void begin(const job_id& job) = 0;

    /// Takes the next records. The views are valid during the call.
    virtual void append(std::span<const failed_file_view> records) = 0;

    /// The job's only outcome. `failed_files` is empty, `failed_file_count` is not.
    virtual void commit(outcome&& result) = 0;

    /// Forgets what was appended since begin().
    virtual void discard() = 0;

    /// Bytes that it holds for the job that was begun, until commit() or discard(). They count against
    /// client_options::max_memory: no more of the job's answer is read while all of a client's hold too much.
    [[nodiscard]] virtual std::size_t held() const noexcept { return 0; }

    /// Whether append() looks at failed_file_view::document and failed_file_view::error also where there is JSON text of
    /// them (failed_file_view::document_json, failed_file_view::error_json). With false they may be empty there: who
    /// writes JSON again needs no escapes undone. Asked once for each answer.
    [[nodiscard]] virtual bool needs_texts() const noexcept { return true; }
};

/// A sink in whose hands memory stays flat however many failed files one job has.
class streaming_sink {
public:
    streaming_sink() = default;
    streaming_sink(const streaming_sink&) = delete;
    streaming_sink& operator=(const streaming_sink&) = delete;
    virtual ~streaming_sink() = default;

    /// One writer for each job in flight is asked for, and used again for job after job.
    [[nodiscard]] virtual std::unique_ptr<job_writer> make_writer() = 0;
};

/// A sink that takes an outcome at once: `void(outcome&&)`.
template <class Sink>
concept plain_sink = std::invocable<Sink&, outcome&&> && std::is_void_v<std::invoke_result_t<Sink&, outcome&&>>;

/// A sink that is a coroutine: `awaitable<void>(outcome&&)`.
template <class Sink>
concept awaitable_sink = std::invocable<Sink&, outcome&&> &&
    std::same_as<std::invoke_result_t<Sink&, outcome&&>, boost::asio::awaitable<void>>;

/// Any sink that async_audit takes: `void(outcome&&)`, `awaitable<void>(outcome&&)`, or a streaming_sink (by reference;
/// it must outlive the audit).
///
/// Calls are serialised. A plain sink runs on whichever thread finished the job; an awaitable one on the client's
/// executor. A slow sink slows the fetching; while it takes its time no connection is held. An exception from it ends
/// the batch with errc::sink_failed.
class any_sink {
public:
    /// As a plain sink is held.
    using plain_function = std::function<void(outcome&&)>;
    /// As an awaitable sink is held.
    using awaitable_function = std::function<boost::asio::awaitable<void>(outcome&&)>;

    /// Holds `sink`; a move-only one will do.
    template <plain_sink Sink>
    any_sink(Sink&& sink) : plain_{shared(std::forward<Sink>(sink))}
    {}

    /// Holds `sink`; a move-only one will do.
    template <awaitable_sink Sink>
    any_sink(Sink&& sink) : awaitable_{shared(std::forward<Sink>(sink))}
    {}

    /// Refers to `sink`.
    any_sink(streaming_sink& sink) : streaming_{&sink} {}

    /// Empty where it is another kind of sink.
    [[nodiscard]] const plain_function& plain() const noexcept { return plain_; }
    /// Empty where it is another kind of sink.
    [[nodiscard]] const awaitable_function& awaitable() const noexcept { return awaitable_; }
    /// Null where it is another kind of sink.
    [[nodiscard]] streaming_sink* streaming() const noexcept { return streaming_; }

private:
    // std::function asks for copies; a move-only sink is held once and shared.
    template <class Sink>
    static auto shared(Sink&& sink)
    {
        auto held = std::make_shared<std::decay_t<Sink>>(std::forward<Sink>(sink));
        return [held](outcome&& result) { return (*held)(std::move(result)); };
    }

    plain_function plain_;
    awaitable_function awaitable_;
    streaming_sink* streaming_ = nullptr;
};

}  // namespace jobaudit
