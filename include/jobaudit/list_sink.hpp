#pragma once

#include <jobaudit/job_information.hpp>

#include <boost/asio/awaitable.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace jobaudit {

/// A sink that takes a job of the list at once: `void(job_information&&)`.
template <class Sink>
concept plain_list_sink =
    std::invocable<Sink&, job_information&&> && std::is_void_v<std::invoke_result_t<Sink&, job_information&&>>;

/// A sink that is a coroutine: `awaitable<void>(job_information&&)`.
template <class Sink>
concept awaitable_list_sink = std::invocable<Sink&, job_information&&> &&
    std::same_as<std::invoke_result_t<Sink&, job_information&&>, boost::asio::awaitable<void>>;

/// Any sink that async_list_jobs takes: `void(job_information&&)` or `awaitable<void>(job_information&&)`.
///
/// Calls are serialised, and run on the client's executor. While an awaitable sink takes its time no more of the list
/// is read, and that counts against no limit of time here; the server may lose patience, and the list is then asked
/// for anew. An exception from a sink ends the operation with errc::sink_failed.
class any_list_sink {
public:
    /// As a plain sink is held.
    using plain_function = std::function<void(job_information&&)>;
    /// As an awaitable sink is held.
    using awaitable_function = std::function<boost::asio::awaitable<void>(job_information&&)>;

    /// Holds `sink`; a move-only one will do.
    template <plain_list_sink Sink>
    any_list_sink(Sink&& sink) : plain_{shared(std::forward<Sink>(sink))}
    {}

    /// Holds `sink`; a move-only one will do.
    template <awaitable_list_sink Sink>
    any_list_sink(Sink&& sink) : awaitable_{shared(std::forward<Sink>(sink))}
    {}

    /// Empty where it is another kind of sink.
    [[nodiscard]] const plain_function& plain() const noexcept { return plain_; }
    /// Empty where it is another kind of sink.
    [[nodiscard]] const awaitable_function& awaitable() const noexcept { return awaitable_; }

private:
    // std::function asks for copies; a move-only sink is held once and shared.
    template <class Sink>
    static auto shared(Sink&& sink)
    {
        auto held = std::make_shared<std::decay_t<Sink>>(std::forward<Sink>(sink));
        return [held](job_information&& job) { return (*held)(std::move(job)); };
    }

    plain_function plain_;
    awaitable_function awaitable_;
};

}  // namespace jobaudit
