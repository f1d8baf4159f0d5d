#include "client/worker_thread.hpp"

#include <boost/asio/post.hpp>

#include <signal.h>

namespace jobaudit::client_detail {

namespace {

/// Signals belong to the program's own threads: while this lives, a new thread is born with all of them blocked.
class all_signals_blocked {
public:
    all_signals_blocked()
    {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~all_signals_blocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_;
};

}  // namespace

worker_thread::worker_thread(const std::shared_ptr<setup>& shared)
    : shard_{std::make_shared<shard>(context_.get_executor(), shared)}
{
    const all_signals_blocked while_born;
    thread_ = std::thread{[this] {
        context_.run();
        has_ended_.store(true, std::memory_order_release);
    }};
}

worker_thread::~worker_thread()
{
    stop();
    if (thread_.joinable())
        thread_.join();
}

void worker_thread::abandon()
{
    context_.stop();
    if (thread_.joinable())
        thread_.join();
    shard_->abandon();
}

void worker_thread::stop()
{
    if (!work_.owns_work())
        return;
    boost::asio::post(context_, [home = shard_] { home->close(); });
    work_.reset();
}

}  // namespace jobaudit::client_detail
