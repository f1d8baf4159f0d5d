#include "cli/audit/audit_session.hpp"

#include "cli/exit_code.hpp"
#include "cli/failure.hpp"
#include "cli/options/quantities.hpp"
#include "cli/process/shortage.hpp"
#include "cli/process/standard_streams.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/post.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>
#include <utility>

namespace jobaudit::cli {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds tick_interval{50};
/// After SIGTERM: what then follows has to be done within signal_watch::longest_end too.
constexpr std::chrono::seconds longest_drain{4};

/// One thread runs the session's context.
client_options as_session(observer& watcher, client_options options)
{
    options.observer = &watcher;
    options.executor_is_serial = true;
    return options;
}

/// Nothing is taken down any more: that would need memory too.
[[noreturn]] void end_without_memory(store::audit_output& output) noexcept
{
    try {
        output.close();
    } catch (const std::exception&) {
        // What stands in the file is valid all the same.
    }
    end_for_want_of_memory();
}

void tell_that_it_has_ended(unsigned signals)
{
    if (signals == 1)
        tell("the audit has ended, and its results are being brought home; press Ctrl-C again to stop at once\n");
}

}  // namespace

audit_session::audit_session(client_options options, progress_mode progress, log_level level, log_level waits)
    : log_{level}
    , activity_{log_, waits}
    , display_{progress}
    , client_{context_, as_session(activity_, std::move(options))}
{}

session_result audit_session::run(audit_input& input, store::audit_output& output, const store::job_ledger& earlier,
                                  const audit_options& limits)
{
    sink_.emplace(output);
    input_ = &input;
    output_ = &output;
    earlier_ = &earlier;

    start(input, limits);
    signals_.emplace([this](int signal, unsigned count) { take_signal(signal, count); });
    tick();
    try {
        context_.run();
    } catch (const std::bad_alloc&) {
        end_without_memory(output);
    } catch (const asio::multiple_exceptions&) {
        // Nothing but the lack of memory leaves the library, here twice at a time.
        end_without_memory(output);
    }
    signals_->start_over();
    display_.clear();

    // What the library did not read after an interrupt stays unread.
    if (!result_.signal && !result_.error)
        result_.unread = input.count_rest();
    {
        const std::lock_guard lock{ending_};
        input.close();
    }
    display_.clear();
    for (const auto& line : log_.take())
        display_.message(line);
    try {
        result_.reasons = sink_->reasons();
    } catch (const std::bad_alloc&) {
        // The results are what counts; a report of them says more.
    }
    return std::move(result_);
}

void audit_session::start(audit_input& input, const audit_options& limits)
{
    client_.async_audit(input.open(client_), *sink_, limits,
                        asio::bind_cancellation_slot(cancel_.slot(), [this](error_code error, summary batch) {
                            finish(error, std::move(batch));
                        }));
    audit_is_running_ = true;
}

void audit_session::finish(error_code error, summary&& batch)
{
    audit_is_running_ = false;
    result_.error = error;
    result_.batch = std::move(batch);
    client_.async_close([this](error_code) {
        {
            const std::lock_guard lock{ending_};
            is_closed_ = true;
        }
        timer_.cancel();
        termination_.cancel();
    });
}

void audit_session::tick()
{
    if (is_closed_)
        return;
    const auto now = activity::clock::now();
    output_->flush_due(now);
    for (const auto& line : log_.take())
        display_.message(line);
    show_progress(now);
    timer_.expires_after(tick_interval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            tick();
    });
}

void audit_session::show_progress(activity::clock::time_point now)
{
    if (!audit_is_running_ || !display_.is_due(now))
        return;
    display_.show(snapshot(now), now);
}

progress_snapshot audit_session::snapshot(activity::clock::time_point now)
{
    const auto counts = input_->counts();
    const auto fetched = sink_->jobs();
    rate_.add(now, fetched);

    progress_snapshot progress;
    progress.done = fetched + counts.invalid + counts.resumed;
    progress.total = input_->estimated_total();
    // Jobs that were delivered once more are counted once more.
    progress.done = std::min(progress.done, progress.total.value_or(progress.done));
    progress.jobs_per_second = rate_.per_second();
    progress.retries = activity_.retries();
    progress.failures = sink_->failures() + counts.invalid;
    progress.failed_files = sink_->failed_files() + earlier_->failed_files();
    progress.wait = activity_.waiting(now);
    progress.limit = activity_.limit();
    return progress;
}

// On the watch's thread. What is posted before the session is closed will be run.
void audit_session::take_signal(int signal, unsigned count)
{
    const std::lock_guard lock{ending_};
    if (is_closed_) {
        input_->stop_counting();
        tell_that_it_has_ended(count);
    } else {
        asio::post(context_, [this, signal, count] { interrupt(signal, count); });
    }
}

void audit_session::interrupt(int signal, unsigned count)
{
    if (!audit_is_running_) {
        display_.clear();
        tell_that_it_has_ended(count);
        return;
    }
    if (count == 1)
        result_.signal = signal;
    input_->interrupt();
    if (count == 1) {
        display_.message("finishing " + counted(activity_.in_flight(), "request", "requests") +
                         " in flight; press Ctrl-C again to stop at once");
        cancel_.emit(asio::cancellation_type::partial);
        if (signal == SIGTERM)
            limit_drain();
    } else {
        cancel_.emit(asio::cancellation_type::terminal);
    }
}

void audit_session::limit_drain()
{
    termination_.expires_after(longest_drain);
    termination_.async_wait([this](const boost::system::error_code& error) {
        if (!error && audit_is_running_)
            cancel_.emit(asio::cancellation_type::terminal);
    });
}

}  // namespace jobaudit::cli
