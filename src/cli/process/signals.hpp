#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <thread>

namespace jobaudit::cli {

/// Writes to a closed pipe and beyond a file size limit fail with an error instead of killing the process.
void ignore_write_signals() noexcept;

/// Lets SIGINT, SIGTERM and SIGHUP end the first process of a container too, for which the kernel drops a signal that
/// would do what it does by default (pid_namespaces(7)).
void end_by_signals_as_first_process() noexcept;

/// Watches SIGINT, SIGTERM and SIGHUP (unless the process was started with that ignored, as by nohup) from a thread of
/// its own: a main thread that is blocked in reading or writing doesn't keep them away.
///
/// When the process still runs `patience` after the second signal, or at the third, it is ended on the spot with the
/// first one's exit code: the results bear that at any time. So it is `longest_end` after a SIGTERM, whoever still has
/// something to do then, as `docker stop` kills 10 s after it. That takes SIGALRM and its timer.
class signal_watch {
public:
    /// Runs on the watch's thread. `count` is 1 for the first signal.
    using handler = std::function<void(int signal, unsigned count)>;

    static constexpr std::chrono::seconds patience{3};
    static constexpr std::chrono::seconds longest_end{7};

    explicit signal_watch(handler on_signal);
    signal_watch(const signal_watch&) = delete;
    signal_watch& operator=(const signal_watch&) = delete;

    /// The next signal is the first one again, and no patience is at an end.
    void start_over();

    /// Returns when the handler runs no more.
    ~signal_watch();

private:
    void await_next();
    void take(int signal);
    [[noreturn]] void end_process() const noexcept;

    handler on_signal_;
    boost::asio::io_context context_{1};
    boost::asio::signal_set signals_{context_};
    boost::asio::steady_timer deadline_{context_};
    unsigned count_ = 0;
    int first_ = 0;
    bool is_terminated_ = false;
    std::thread thread_;
};

}  // namespace jobaudit::cli
