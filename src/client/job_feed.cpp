#include "client/job_feed.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace jobaudit::client_detail {

namespace asio = boost::asio;

job_feed::portion job_feed::take(std::span<job_id> out)
{
    const std::lock_guard lock{mutex_};
    portion taken;
    if (is_asynchronous()) {
        while (taken.count < out.size() && !ready_.empty()) {
            out[taken.count++] = ready_.front();
            ready_.pop_front();
        }
        taken.ended = ended_ && ready_.empty();
    } else if (!ended_ && !out.empty()) {
        ended_ = true;  // should the source throw
        taken.count = source_->synchronous()->read(out);
        ended_ = exhausted_ = taken.count == 0;
        taken.ended = ended_;
    } else {
        taken.ended = ended_;
    }
    given_ += taken.count;
    return taken;
}

void job_feed::stop()
{
    const std::lock_guard lock{mutex_};
    if (is_asynchronous())
        ended_ = true;
}

std::uint64_t job_feed::given() const
{
    const std::lock_guard lock{mutex_};
    return given_;
}

bool job_feed::exhausted() const
{
    const std::lock_guard lock{mutex_};
    return exhausted_;
}

void job_feed::release()
{
    const std::lock_guard lock{mutex_};
    source_.reset();
}

asio::awaitable<void> job_feed::pump(std::function<void()> arrived)
{
    asio::steady_timer pause{co_await asio::this_coro::executor};
    for (;;) {
        bool full = false;
        {
            const std::lock_guard lock{mutex_};
            if (ended_)
                break;
            full = ready_.size() >= buffered;
        }
        if (full) {
            // The buffer lasts for longer than this pause: nobody waits for it.
            pause.expires_after(std::chrono::milliseconds{5});
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        auto next = source_->asynchronous()();
        const auto job = co_await std::move(next);
        {
            const std::lock_guard lock{mutex_};
            // Also one that came when the batch had ended already: it was given, so it gets its outcome. But a source
            // that was stopped may end for that reason.
            if (job)
                ready_.push_back(*job);
            else
                exhausted_ = !std::exchange(ended_, true);
        }
        arrived();
    }
    arrived();
}

}  // namespace jobaudit::client_detail
