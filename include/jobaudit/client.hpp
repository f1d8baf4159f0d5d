#pragma once

#include <jobaudit/detail/completion.hpp>
#include <jobaudit/detail/other_than.hpp>
#include <jobaudit/detail/usable_options.hpp>
#include <jobaudit/error.hpp>
#include <jobaudit/job_id.hpp>
#include <jobaudit/job_source.hpp>
#include <jobaudit/list_outcome.hpp>
#include <jobaudit/list_sink.hpp>
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

#ifdef BOOST_ASIO_NO_TYPEID
// The compiled library has Asio's executors tell their types with it: both must mean the same.
#error "jobaudit needs run-time type information: compile without -fno-rtti and BOOST_ASIO_NO_TYPEID"
#endif

/// Asks the Platform API which files failed in jobs.
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
    /// Any executor of Asio's.
    using executor_type = boost::asio::any_io_executor;

    /// Checks the options and loads the trust store (about 50 ms with the system's); opens no connection.
    /// Throws option_error naming the field.
    client(const executor_type& executor, client_options options);

    /// The same with the executor of `context`.
    template <std::derived_from<boost::asio::execution_context> ExecutionContext>
    client(ExecutionContext& context, client_options options) : client{context.get_executor(), std::move(options)}
    {}

    /// Operations that are under way go on. The client that is moved from can only be destroyed or assigned to.
    client(client&&) noexcept;
    /// Exchanges the two; the operations of both go on.
    client& operator=(client&&) noexcept;
    /// See Lifetime above.
    ~client();

    /// The strand on which the client works; the executor that it was given, where that is a strand or is said to be
    /// serial.
    [[nodiscard]] executor_type get_executor() const noexcept;

    /// Asks for the failed files of one job, with retries.
    ///
    /// Completion: `void(error_code, outcome)`, never within this call. Whatever the server or the network did is a
    /// value of the outcome.
    ///
    /// Errors: what is local alone, errc::canceled, errc::client_closed, and the generic not_enough_memory. This call
    /// itself throws option_error, whatever the token, where `options` cannot be used.
    ///
    /// Cancellation: every type ends the operation at once; its connection is closed.
    ///
    /// Executor and thread safety: from any thread. The handler runs on its associated executor, by default on
    /// get_executor().
    ///
    /// Lifetime: `options`, and what they refer to, are copied, but for fetch_options::context, which is only passed
    /// on. The client may be destroyed meanwhile: the operation then ends with errc::client_closed.
    template <class CompletionToken = boost::asio::default_completion_token_t<executor_type>>
    auto async_fetch(job_id job, fetch_options options, CompletionToken&& token = {})
    {
        return boost::asio::async_initiate<CompletionToken, void(error_code, outcome)>(initiate_fetch{implementation_},
                                                                                       token, job, checked(options));
    }

    /// The same with the default options.
    template <detail::other_than<fetch_options> CompletionToken>
    auto async_fetch(job_id job, CompletionToken&& token)
    {
        return async_fetch(job, fetch_options{}, std::forward<CompletionToken>(token));
    }

    /// Asks for all jobs of `jobs`, each of which reaches `sink` in exactly one outcome, in order of completion. Jobs
    /// that the end of a batch overtook reach it as `not_tried` or, after a cancellation, `canceled`, except when it
    /// was the sink that failed: then the summary alone counts them.
    ///
    /// Completion: `void(error_code, summary)`, never within this call. A batch that the server or the network ended
    /// says so in summary::stopped.
    ///
    /// Errors: what is local alone, errc::canceled, errc::client_closed, errc::sink_failed and errc::source_failed.
    /// This call itself throws option_error, whatever the token, where `options` cannot be used.
    ///
    /// Cancellation: `partial` takes no further job and lets those in flight end within audit_options::drain_limit;
    /// `terminal` (and `total`) ends them at once, also after `partial`. One that comes when the source is at its end
    /// and each job has its outcome is no error.
    ///
    /// Executor and thread safety: from any thread. The handler runs on its associated executor, by default on
    /// get_executor(); for `jobs` and `sink` see any_job_source and any_sink.
    ///
    /// Lifetime: `options`, and what they refer to, are copied, but for audit_options::context and
    /// audit_options::totals. When the operation completes, `jobs` and `sink` are no longer used, and what was made of
    /// them is destroyed. The client may be destroyed meanwhile: the operation then ends with errc::client_closed.
    template <class CompletionToken = boost::asio::default_completion_token_t<executor_type>>
    auto async_audit(any_job_source jobs, any_sink sink, audit_options options, CompletionToken&& token = {})
    {
        return boost::asio::async_initiate<CompletionToken, void(error_code, summary)>(
            initiate_audit{implementation_}, token, std::move(jobs), std::move(sink), checked(options));
    }

    /// The same with the default options.
    template <detail::other_than<audit_options> CompletionToken>
    auto async_audit(any_job_source jobs, any_sink sink, CompletionToken&& token)
    {
        return async_audit(std::move(jobs), std::move(sink), audit_options{}, std::forward<CompletionToken>(token));
    }

    /// Asks for the list of jobs, with retries, and hands each job of it to `sink` while the list comes: also one of a
    /// million jobs takes no more memory than 17 bytes for each that was handed out. After a list that broke off it is
    /// asked for anew, and `sink` is not given again what it has been given.
    ///
    /// Completion: `void(error_code, list_outcome)`, never within this call, and when `sink` is done. Whatever the
    /// server or the network did is a value of the outcome: only where that is `ok` was the list whole. The jobs that
    /// were handed out before stand in any case.
    ///
    /// Errors: what is local alone, errc::canceled, errc::client_closed, errc::sink_failed, and the generic
    /// not_enough_memory. This call itself throws option_error, whatever the token, where `options` cannot be used.
    ///
    /// Cancellation: every type ends the operation, and the sink's coroutine, at once; its connection is closed.
    ///
    /// Executor and thread safety: from any thread. The handler runs on its associated executor, by default on
    /// get_executor(); for `sink` see any_list_sink.
    ///
    /// Lifetime: `options`, and what they refer to, are copied, but for list_options::context. When the operation
    /// completes, `sink` is no longer used, and what was made of it is destroyed. The client may be destroyed
    /// meanwhile: the operation then ends with errc::client_closed.
    template <class CompletionToken = boost::asio::default_completion_token_t<executor_type>>
    auto async_list_jobs(any_list_sink sink, list_options options, CompletionToken&& token = {})
    {
        return boost::asio::async_initiate<CompletionToken, void(error_code, list_outcome)>(
            initiate_list{implementation_}, token, std::move(sink), checked(options));
    }

    /// The same with the default options.
    template <detail::other_than<list_options> CompletionToken>
    auto async_list_jobs(any_list_sink sink, CompletionToken&& token)
    {
        return async_list_jobs(std::move(sink), list_options{}, std::forward<CompletionToken>(token));
    }

    /// Changes the rate of the audits that are running, in requests a second for all threads; 0: no limit. Takes effect
    /// with the next request. Throws option_error, also where the rate is that of client_options::limits.
    void set_rate(double per_second);

    /// Ends every operation with errc::client_closed, and closes all connections in order. Operations that are begun
    /// later end likewise.
    ///
    /// Completion: `void(error_code)`, never within this call: when the last task has ended and the library's threads
    /// are joined.
    ///
    /// Errors: none. Closing twice is no error; both complete.
    ///
    /// Cancellation: of no effect.
    ///
    /// Executor and thread safety: from any thread. The handler runs on its associated executor, by default on
    /// get_executor().
    ///
    /// Lifetime: after its completion, nothing that options, sinks or sources refer to is used. The client may be
    /// destroyed meanwhile.
    template <class CompletionToken = boost::asio::default_completion_token_t<executor_type>>
    auto async_close(CompletionToken&& token = {})
    {
        return boost::asio::async_initiate<CompletionToken, void(error_code)>(initiate_close{implementation_}, token);
    }

private:
    class implementation;
    using shared_implementation = std::shared_ptr<implementation>;
    template <class Options>
    using usable = detail::usable_options<Options>;

    /// What begins an operation when its token says so. Its executor is where a token does its own work, as the timers
    /// of asio::cancel_after.
    class initiation {
    public:
        using executor_type = client::executor_type;

        explicit initiation(shared_implementation of) noexcept : client_{std::move(of)} {}

        [[nodiscard]] executor_type get_executor() const noexcept { return executor_of(*client_); }

    protected:
        template <class... Results, class Handler>
        [[nodiscard]] detail::completion<Results...> completion_of(Handler&& handler) const
        {
            return detail::make_completion<Results...>(std::forward<Handler>(handler), get_executor());
        }

        shared_implementation client_;
    };

    struct initiate_fetch : initiation {
        using initiation::initiation;

        template <class Handler>
        void operator()(Handler&& handler, job_id job, usable<fetch_options> how) const
        {
            const auto slot = boost::asio::get_associated_cancellation_slot(handler);
            start_fetch(client_, job, std::move(how), slot, completion_of<outcome>(std::forward<Handler>(handler)));
        }
    };

    struct initiate_audit : initiation {
        using initiation::initiation;

        template <class Handler>
        void operator()(Handler&& handler, any_job_source jobs, any_sink sink, usable<audit_options> how) const
        {
            const auto slot = boost::asio::get_associated_cancellation_slot(handler);
            start_audit(client_, std::move(jobs), std::move(sink), std::move(how), slot,
                        completion_of<summary>(std::forward<Handler>(handler)));
        }
    };

    struct initiate_list : initiation {
        using initiation::initiation;

        template <class Handler>
        void operator()(Handler&& handler, any_list_sink sink, usable<list_options> how) const
        {
            const auto slot = boost::asio::get_associated_cancellation_slot(handler);
            start_list(client_, std::move(sink), std::move(how), slot,
                       completion_of<list_outcome>(std::forward<Handler>(handler)));
        }
    };

    struct initiate_close : initiation {
        using initiation::initiation;

        template <class Handler>
        void operator()(Handler&& handler) const
        {
            start_close(client_, completion_of<>(std::forward<Handler>(handler)));
        }
    };

    /// The options as they are to be used. Throws option_error. Asked before an operation is initiated: what its
    /// initiation throws would, with a coroutine, leave the context's run() instead of reaching the coroutine.
    [[nodiscard]] usable<fetch_options> checked(const fetch_options& options) const;
    [[nodiscard]] usable<audit_options> checked(const audit_options& options) const;
    [[nodiscard]] usable<list_options> checked(const list_options& options) const;

    [[nodiscard]] static executor_type executor_of(const implementation& of) noexcept;
    /// Lets the slot cancel the operation.
    template <class Run>
    static void connect(const shared_implementation& of, const std::shared_ptr<Run>& run,
                        boost::asio::cancellation_slot slot);
    static void start_fetch(const shared_implementation& of, job_id job, usable<fetch_options> how,
                            boost::asio::cancellation_slot slot, detail::completion<outcome> done);
    static void start_audit(const shared_implementation& of, any_job_source jobs, any_sink sink,
                            usable<audit_options> how, boost::asio::cancellation_slot slot,
                            detail::completion<summary> done);
    static void start_list(const shared_implementation& of, any_list_sink sink, usable<list_options> how,
                           boost::asio::cancellation_slot slot, detail::completion<list_outcome> done);
    static void start_close(const shared_implementation& of, detail::completion<> done);

    shared_implementation implementation_;
};

}  // namespace jobaudit
