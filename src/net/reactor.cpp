#include "net/reactor.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <cerrno>
#include <unistd.h>

namespace jobaudit::net {

namespace {

/// Gives `watcher` an epoll instance of its own.
void open_epoll(boost::asio::posix::stream_descriptor& watcher)
{
    const int made = ::epoll_create1(EPOLL_CLOEXEC);
    boost::system::error_code failed{made < 0 ? errno : 0, boost::system::system_category()};
    if (!failed) {
        watcher.assign(made, failed);
        if (failed)
            ::close(made);
    }
    if (failed)
        throw boost::system::system_error{failed, "cannot watch sockets"};
}

}  // namespace

unique_socket::~unique_socket()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

void socket_watch::detach() noexcept
{
    if (reactor_ != nullptr)
        reactor_->remove(*this);
}

bool socket_watch::take_turn(std::function<void()> turn)
{
    if (reactor_ == nullptr)
        return false;
    reactor_->take_turn(std::move(turn));
    return true;
}

reactor::reactor(const boost::asio::any_io_executor& executor) : epoll_{executor}, pause_{executor}
{
    open_epoll(epoll_);
}

reactor::~reactor() { *self_ = nullptr; }

bool reactor::add(socket_watch& watch, int descriptor)
{
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watch;
    if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0)
        return false;
    watch.reactor_ = this;
    watch.descriptor_ = descriptor;
    ++watches_;
    arm();
    return true;
}

void reactor::remove(socket_watch& watch) noexcept
{
    if (watch.reactor_ == nullptr)
        return;
    ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, watch.descriptor_, nullptr);
    watch.reactor_ = nullptr;
    for (std::size_t i = events_at_; i < events_at_ + events_left_; ++i)
        if (events_[i].data.ptr == &watch)
            events_[i].data.ptr = nullptr;
    // A wait with nothing to wait for would keep the context's run() from returning.
    if (--watches_ == 0)
        disarm();
}

void reactor::rest() noexcept
{
    resting_ = true;
    disarm();
}

void reactor::resume()
{
    if (!std::exchange(resting_, false) || watches_ == 0)
        return;
    const auto alive = self_;
    (void)look();
    if (*alive != nullptr && watches_ > 0)
        arm();
}

void reactor::take_turn(std::function<void()> turn)
{
    turns_.push_back(std::move(turn));
    if (!turn_is_posted_)
        post_turn();
}

void reactor::post_turn()
{
    turn_is_posted_ = true;
    boost::asio::post(epoll_.get_executor(), [alive = self_] {
        if (auto* self = *alive; self != nullptr)
            self->next_turn();
    });
}

void reactor::next_turn()
{
    const auto alive = self_;
    const auto turn = std::move(turns_.front());
    turns_.pop_front();
    turn();
    if (*alive == nullptr)
        return;
    // Behind what the turn itself has brought about.
    turn_is_posted_ = false;
    if (!turns_.empty())
        post_turn();
}

void reactor::disarm() noexcept
{
    if (!armed_)
        return;
    boost::system::error_code ignored;
    epoll_.cancel(ignored);
    pause_.cancel();
}

void reactor::arm()
{
    if (armed_)
        return;
    armed_ = true;
    epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [alive = self_](boost::system::error_code) {
        if (auto* self = *alive; self != nullptr) {
            self->armed_ = false;
            self->dispatch();
        }
    });
}

void reactor::dispatch_after(std::chrono::nanoseconds pause)
{
    armed_ = true;
    pause_.expires_after(pause);
    pause_.async_wait([alive = self_](boost::system::error_code) {
        if (auto* self = *alive; self != nullptr) {
            self->armed_ = false;
            self->dispatch();
        }
    });
}

void reactor::dispatch()
{
    if (resting_)
        return;
    const auto alive = self_;
    std::chrono::nanoseconds pause{};
    const auto latest = std::chrono::steady_clock::now() + longest_wakeup;
    for (int looks = 0; looks < looks_a_wakeup && pause.count() == 0 && look(); ++looks) {
        if (std::chrono::steady_clock::now() > latest)
            break;
        if (pause_after_look_)
            pause = pause_after_look_();
    }
    // A socket that was added meanwhile has armed it already.
    if (*alive == nullptr || watches_ == 0 || armed_)
        return;
    if (pause.count() > 0)
        dispatch_after(pause);
    else
        arm();
}

bool reactor::look()
{
    const auto alive = self_;
    const int count = ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(batch_size), 0);
    events_left_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    events_at_ = 0;
    while (events_left_ > 0) {
        const auto event = events_[events_at_++];
        --events_left_;
        auto* watch = static_cast<socket_watch*>(event.data.ptr);
        if (watch == nullptr)
            continue;
        if ((event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
            watch->readable = true;
        if ((event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0)
            watch->writable = true;
        if ((event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
            watch->hung_up = true;
        if (watch->waiter != nullptr)
            watch->waiter->notify(wake::ready);
        if (*alive == nullptr)
            return false;
    }
    return count > 0 && watches_ > 0;
}

}  // namespace jobaudit::net
