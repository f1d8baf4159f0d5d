#include "net/tcp_connect.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cerrno>
#include <list>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace jobaudit::net {

namespace asio = boost::asio;

namespace {

constexpr auto attempt_delay = std::chrono::milliseconds{250};

/// One address that is being tried.
struct candidate {
    unique_socket socket;
    socket_watch watch;

    // A watch leaves the reactor before its descriptor is closed.
    ~candidate() { watch.detach(); }
};

/// The race between the addresses of one host.
class race {
public:
    race(reactor& events, resolver::endpoints addresses) : events_{events}, addresses_{std::move(addresses)} {}

    [[nodiscard]] wait_point& point() noexcept { return point_; }
    [[nodiscard]] bool more_addresses() const noexcept { return next_ < addresses_.size(); }
    [[nodiscard]] bool lost() const noexcept { return !more_addresses() && candidates_.empty(); }
    [[nodiscard]] int last_error() const noexcept { return last_error_; }
    [[nodiscard]] clock::time_point next_start() const noexcept { return next_start_; }

    void start_next(clock::time_point now)
    {
        next_start_ = now + attempt_delay;
        const auto& address = addresses_[next_++];
        auto& fresh = candidates_.emplace_back();
        fresh.socket =
            unique_socket{::socket(address.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
        if (!fresh.socket ||
            (::connect(fresh.socket.get(), address.data(), static_cast<socklen_t>(address.size())) != 0 &&
             errno != EINPROGRESS)) {
            drop_last(errno);
            return;
        }
        fresh.watch.waiter = &point_;
        if (!events_.add(fresh.watch, fresh.socket.get()))
            drop_last(errno);
    }

    /// The first connected socket, if there is one by now; those that failed are dropped.
    [[nodiscard]] unique_socket winner()
    {
        for (auto it = candidates_.begin(); it != candidates_.end();) {
            if (!it->watch.writable) {
                ++it;
                continue;
            }
            int error = 0;
            socklen_t size = sizeof error;
            ::getsockopt(it->socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
            if (error == 0) {
                it->watch.detach();
                return std::move(it->socket);
            }
            note(error);
            it = candidates_.erase(it);
            next_start_ = {};
        }
        return {};
    }

private:
    // Of a machine without IPv6, "no address" says less than why the other address failed.
    void note(int error) noexcept
    {
        if (error != EADDRNOTAVAIL || last_error_ == 0)
            last_error_ = error;
    }

    void drop_last(int error)
    {
        note(error);
        candidates_.pop_back();
        next_start_ = {};
    }

    reactor& events_;
    const resolver::endpoints addresses_;
    std::size_t next_ = 0;
    clock::time_point next_start_{};
    int last_error_ = 0;
    wait_point point_;
    std::list<candidate> candidates_;
};

}  // namespace

std::string explain_connect_error(int error, const std::string& authority)
{
    const auto text = "cannot connect to " + authority + ": ";
    switch (error) {
    case EMFILE:
    case ENFILE:
        return text + "too many open files; raise the limit (ulimit -n) or lower the concurrency";
    case EADDRNOTAVAIL:
        // Of a closed connection the port stays taken for a minute (RFC 9293 §3.6.1).
        return text + "this machine has no free port (or no address) for it; ports of closed connections come back "
                      "after a minute; lower the concurrency, or widen net.ipv4.ip_local_port_range";
    case ENOBUFS:
    case ENOMEM:
        return text + "the system has no memory for another socket; lower the concurrency";
    default:
        return text + describe_errno(error);
    }
}

asio::awaitable<tcp_result> async_tcp_connect(reactor& events, asio::any_io_executor executor,
                                              resolver::endpoints addresses, std::string authority, operation& op)
{
    race contest{events, std::move(addresses)};
    asio::steady_timer timer{executor};
    while (!op.interrupted()) {
        const auto now = clock::now();
        if (contest.more_addresses() && now >= contest.next_start())
            contest.start_next(now);
        if (auto socket = contest.winner()) {
            const int on = 1;
            ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            co_return tcp_result{std::move(socket), {}, contest.last_error() != 0};
        }
        if (contest.lost())
            co_return tcp_result{
                {}, {errc::connect_failed, explain_connect_error(contest.last_error(), authority)}, true};
        if (contest.more_addresses()) {
            if (contest.next_start() <= now)
                continue;
            timer.expires_at(contest.next_start());
            // The timer's handler may come after the race is over: it holds what it touches weakly.
            auto alive = std::make_shared<wait_point*>(&contest.point());
            timer.async_wait([weak = std::weak_ptr{alive}](error_code ec) {
                if (const auto point = weak.lock(); point && !ec)
                    (*point)->notify(wake::ready);
            });
            (void)co_await op.wait(contest.point());
            op.resumed();
            alive.reset();
            timer.cancel();
            continue;
        }
        (void)co_await op.wait(contest.point());
        op.resumed();
    }
    co_return tcp_result{{}, {op.reason(), "no connection to " + authority + " in time"}};
}

}  // namespace jobaudit::net
