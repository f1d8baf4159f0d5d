#pragma once

#include "cli/audit/activity.hpp"
#include "cli/audit/audit_input.hpp"
#include "cli/audit/audit_report.hpp"
#include "cli/audit/counting_sink.hpp"
#include "cli/audit/event_log.hpp"
#include "cli/audit/progress_display.hpp"
#include "cli/process/signals.hpp"
#include "store/output/audit_output.hpp"

#include <jobaudit/jobaudit.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <mutex>
#include <optional>
#include <string>

namespace jobaudit::cli {

/// How an audit ended.
struct session_result {
    error_code error;  ///< what async_audit completed with
    summary batch;
    std::optional<int> signal;  ///< the first signal that interrupted it
    std::uint64_t unread = 0;   ///< jobs of the input that the library never read
    report::estimated_reasons reasons;
};

/// One audit on the calling thread, with its progress and messages on stderr: what `audit` and `demo` share.
class audit_session {
public:
    /// Checks the options; sends nothing. Waits are told at the level `waits`. Throws option_error.
    audit_session(client_options options, progress_mode progress, log_level level, log_level waits = log_level::warn);
    audit_session(const audit_session&) = delete;
    audit_session& operator=(const audit_session&) = delete;

    /// Fetches all jobs of `input` into `output`, and returns when the last connection is closed. May be called once.
    /// SIGINT, SIGTERM and SIGHUP end it early: the first lets requests in flight finish, SIGTERM only for a few
    /// seconds, the second does not. From
    /// then on, until the session is destroyed, they are held off while the results are brought home (signal_watch says
    /// for how long). Throws option_error.
    [[nodiscard]] session_result run(audit_input& input, store::audit_output& output, const store::job_ledger& earlier,
                                     const audit_options& limits);

    /// A line on stderr, above the progress.
    void message(std::string_view line) { display_.message(line); }

private:
    void start(audit_input& input, const audit_options& limits);
    void finish(error_code error, summary&& batch);
    void tick();
    void show_progress(activity::clock::time_point now);
    void take_signal(int signal, unsigned count);
    void interrupt(int signal, unsigned count);
    void limit_drain();
    [[nodiscard]] progress_snapshot snapshot(activity::clock::time_point now);

    event_log log_;
    activity activity_;
    progress_display display_;
    boost::asio::io_context context_{1};
    client client_;
    boost::asio::steady_timer timer_{context_};
    boost::asio::steady_timer termination_{context_};
    boost::asio::cancellation_signal cancel_;
    rate_window rate_;
    session_result result_;
    bool audit_is_running_ = false;
    std::mutex ending_;
    bool is_closed_ = false;  // set under ending_, on the session's thread

    std::optional<counting_sink> sink_;
    audit_input* input_ = nullptr;
    store::audit_output* output_ = nullptr;
    const store::job_ledger* earlier_ = nullptr;
    std::optional<signal_watch> signals_;
};

}  // namespace jobaudit::cli
