#include "cli/process/signals.hpp"

#include "cli/exit_code.hpp"

#include <boost/asio/post.hpp>

#include <csignal>
#include <utility>

#include <unistd.h>

namespace jobaudit::cli {
namespace {

bool is_ignored(int signal) noexcept
{
    struct sigaction current {};
    return ::sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

void end_of_patience(int) { ::_exit(exit_code_of_signal(SIGTERM)); }

/// Goes off also when no thread of ours runs any more, as when a destructor waits for a name server.
void set_alarm(std::chrono::seconds in) noexcept
{
    (void)std::signal(SIGALRM, &end_of_patience);
    (void)::alarm(static_cast<unsigned>(in.count()));
}

}  // namespace

void ignore_write_signals() noexcept
{
    (void)std::signal(SIGPIPE, SIG_IGN);
    (void)std::signal(SIGXFSZ, SIG_IGN);
}

void end_by_signals_as_first_process() noexcept
{
    if (::getpid() != 1)
        return;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        if (!is_ignored(signal))
            (void)std::signal(signal, [](int which) { ::_exit(exit_code_of_signal(which)); });
}

signal_watch::signal_watch(handler on_signal) : on_signal_{std::move(on_signal)}
{
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    if (!is_ignored(SIGHUP))
        signals_.add(SIGHUP);
    await_next();
    thread_ = std::thread{[this] { context_.run(); }};
}

signal_watch::~signal_watch()
{
    context_.stop();
    thread_.join();
}

void signal_watch::start_over()
{
    boost::asio::post(context_, [this] {
        count_ = 0;
        deadline_.cancel();
    });
}

void signal_watch::await_next()
{
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (!error)
            take(signal);
    });
}

void signal_watch::take(int signal)
{
    if (++count_ == 1)
        first_ = signal;
    if (signal == SIGTERM && !std::exchange(is_terminated_, true))
        set_alarm(longest_end);
    if (count_ > 2)
        end_process();
    if (count_ == 2) {
        deadline_.expires_after(patience);
        deadline_.async_wait([this](const boost::system::error_code& error) {
            if (!error)
                end_process();
        });
    }
    on_signal_(signal, count_);
    await_next();
}

void signal_watch::end_process() const noexcept { ::_exit(exit_code_of_signal(first_)); }

}  // namespace jobaudit::cli
