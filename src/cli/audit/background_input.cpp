#include "cli/audit/background_input.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <chrono>
#include <utility>

namespace jobaudit::cli {
namespace {

namespace asio = boost::asio;

constexpr std::size_t most_jobs = 4096;
constexpr std::chrono::seconds longest_silence{1};
constexpr std::chrono::seconds longest_count{5};

}  // namespace

background_input::background_input(job_input& input, const asio::any_io_executor& executor)
    : input_{input}, executor_{executor}, arrived_{executor}, thread_{[this] { read_all(); }}
{}

background_input::~background_input()
{
    interrupt();
    thread_.join();
}

void background_input::interrupt()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    input_.interrupt();
    changed_.notify_all();
}

asio::awaitable<std::optional<job_id>> background_input::next()
{
    for (;;) {
        {
            const std::lock_guard lock{mutex_};
            if (!jobs_.empty()) {
                const auto job = jobs_.front();
                jobs_.pop_front();
                changed_.notify_all();
                co_return job;
            }
            if (error_)
                std::rethrow_exception(error_);
            if (ended_)
                co_return std::nullopt;
        }
        // News is announced on this executor: none can come between the look above and the wait.
        arrived_.expires_at(asio::steady_timer::time_point::max());
        (void)co_await arrived_.async_wait(asio::as_tuple(asio::use_awaitable));
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return std::nullopt;
    }
}

void background_input::read_all() noexcept
{
    try {
        std::array<job_id, 256> jobs;
        while (const auto count = input_.read(jobs))
            if (!put(std::span{jobs}.first(count)))
                break;
    } catch (...) {
        const std::lock_guard lock{mutex_};
        error_ = std::current_exception();
    }
    {
        const std::lock_guard lock{mutex_};
        ended_ = true;
    }
    changed_.notify_all();
    wake();
}

bool background_input::put(std::span<const job_id> jobs)
{
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return stopping_ || counting_ || jobs_.size() < most_jobs; });
    if (counting_)
        counted_ += jobs.size();
    else
        jobs_.insert(jobs_.end(), jobs.begin(), jobs.end());
    const bool goes_on = !stopping_;
    lock.unlock();
    changed_.notify_all();
    wake();
    return goes_on;
}

void background_input::wake()
{
    asio::post(executor_, [this] { arrived_.cancel(); });
}

std::uint64_t background_input::count_rest()
{
    const auto gives_up_at = std::chrono::steady_clock::now() + longest_count;
    std::unique_lock lock{mutex_};
    counting_ = true;
    counted_ += std::exchange(jobs_, {}).size();
    changed_.notify_all();
    while (!ended_ && std::chrono::steady_clock::now() < gives_up_at) {
        const auto before = counted_;
        if (!changed_.wait_for(lock, longest_silence, [&] { return ended_ || counted_ != before; }))
            break;
    }
    return counted_;
}

}  // namespace jobaudit::cli
