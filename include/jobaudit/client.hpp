#pragma once

#include <jobaudit/detail/completion.hpp>
#include <jobaudit/detail/other_than.hpp>
#include <jobaudit/error.hpp>
#include <jobaudit/job_id.hpp>
#include <jobaudit/job_source.hpp>
#include <jobaudit/options.hpp>
#include <jobaudit/outcome.hpp>
#include <jobaudit/sink.hpp>
#include <jobaudit/summary.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <concepts>
#include <memory>
#include <utility>

namespace jobaudit {

/// Asks one origin of the Platform API for the failed files of jobs: one, or a batch of any size.
///
/// Thread safety: the members may be called from any thread, and the executor may be that of a thread_pool or of an
/// io_context which several threads run. The client works on a strand of its own around it; completion handlers run on
/// their own associated executor, by default on that strand: one at a time, and nothing else of the client meanwhile.
///
/// Lifetime: async_close ends a client in order, and says when nothing of it is left. Without it, nothing hangs and
/// nothing breaks. A client without operations keeps no context from ending its run(), within 50 ms of its last one.
/// The destructor ends what is in flight with errc::client_closed and leaves the closing to the context; it may run
/// before or after that is destroyed, but not meanwhile on another thread. A context that is destroyed first ends the
/// library's threads, waiting for them, and takes connections and operations with it: these never complete, their
/// handlers are destroyed. After that a client can only be destroyed. What options refer to (observer, sinks and
/// sources given by reference) must live until async_close has completed or the context is destroyed.
///
/// Memory: where there is none for what a single fetch answers or a sink keeps, that fetch or batch ends with an error.
/// Where there is none for the work itself, std::bad_alloc leaves the context's run(), and the operations that it hit
/// don't complete; on a thread of the library's own the process ends.
class client {
public:
    using executor_type = boost::asio::any_io_executor;

    /// Checks the options and loads the trust store (about 50 ms with the system's); opens no connection.
    /// Throws option_error naming the field.
    client(const executor_type& executor, client_options options);

    template <std::derived_from<boost::asio::execution_context> ExecutionContext>
    client(ExecutionContext& context, client_options options) : client{context.get_executor(), std::move(options)}
    {}

    client(client&&) noexcept;
    client& operator=(client&&) noexcept;
    ~client();

    /// The strand on which the client works; the executor that it was given, where that is a strand or is said to be
    /// serial.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Asks for one job, with retries. Completes with `void(error_code, outcome)`: whatever the server or the network
    /// did is a value of the outcome; the code is set only for errc::canceled, errc::client_closed, and the generic
    /// not_enough_memory.
    ///
    /// Cancellation: every type ends the operation at once; its connection is closed.
    template <class CompletionToken = boost::asio::default_completion_token_t<executor_type>>
    auto async_fetch(job_id job, fetch_options options, CompletionToken&& token = {})
    {
        return boost::asio::async_initiate<CompletionToken, void(error_code, outcome)>(
            [](auto handler, client* self, job_id id, fetch_options how) {
                auto slot = boost::asio::get_associated_cancellation_slot(handler);
                self->start_fetch(id, how, slot,
                                  detail::make_completion<outcome>(std::move(handler), self->get_executor()));
            },
            token, this, job, options);
    }

    template <detail::other_than<fetch_options> CompletionToken>
    auto async_fetch(job_id job, CompletionToken&& token)
    {
        return async_fetch(job, fetch_options{}, std::forward<CompletionToken>(token));
    }

    /// Asks for all jobs of `jobs`, each of which reaches `sink` in exactly one outcome, in order of completion.
    /// Completes with `void(error_code, summary)`: the code is set only for errc::canceled, errc::client_closed,
    /// errc::sink_failed and errc::source_failed; a batch that the server or the network ended says so in
    /// summary::stopped. Throws option_error at initiation.
    ///
    /// Jobs that the end of a batch overtook reach the sink as `not_tried` or, after a cancellation, `canceled`, except
    /// when it was the sink that failed: then the summary alone counts them.
    ///
    /// When it completes, `jobs` and `sink` are no longer used, and what was made of them is destroyed.
    ///
    /// Cancellation: `partial` takes no further job and lets those in flight end within audit_options::drain_limit;
    /// `terminal` (and `total`) ends them at once, also after `partial`. One that comes when the source is at its end
    /// and each job has its outcome is no error.
    template <class CompletionToken = boost::asio::default_completion_token_t<executor_type>>
    auto async_audit(any_job_source jobs, any_sink sink, audit_options options, CompletionToken&& token = {})
    {
        return boost::asio::async_initiate<CompletionToken, void(error_code, summary)>(
            [](auto handler, client* self, any_job_source from, any_sink to, audit_options how) {
                auto slot = boost::asio::get_associated_cancellation_slot(handler);
                self->start_audit(std::move(from), std::move(to), how, slot,
                                  detail::make_completion<summary>(std::move(handler), self->get_executor()));
            },
            token, this, std::move(jobs), std::move(sink), options);
    }

    template <detail::other_than<audit_options> CompletionToken>
    auto async_audit(any_job_source jobs, any_sink sink, CompletionToken&& token)
    {
        return async_audit(std::move(jobs), std::move(sink), audit_options{}, std::forward<CompletionToken>(token));
    }

    /// Changes the rate of the audits that are running, in requests a second for all threads; 0: no limit. Takes effect
    /// with the next request.
    void set_rate(double per_second);

    /// Ends every operation with errc::client_closed, closes all connections in order, and completes with
    /// `void(error_code)` when the last task has ended and the library's threads are joined. Operations started later
    /// fail with errc::client_closed.
    template <class CompletionToken = boost::asio::default_completion_token_t<executor_type>>
    auto async_close(CompletionToken&& token = {})
    {
        return boost::asio::async_initiate<CompletionToken, void(error_code)>(
            [](auto handler, client* self) {
                self->start_close(detail::make_completion<>(std::move(handler), self->get_executor()));
            },
            token, this);
    }

private:
    void start_fetch(job_id job, const fetch_options& options, boost::asio::cancellation_slot slot,
                     detail::completion<outcome> done);
    void start_audit(any_job_source jobs, any_sink sink, const audit_options& options,
                     boost::asio::cancellation_slot slot, detail::completion<summary> done);
    void start_close(detail::completion<> done);

    class implementation;
    std::shared_ptr<implementation> implementation_;
};

}  // namespace jobaudit
