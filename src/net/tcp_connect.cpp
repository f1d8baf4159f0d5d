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

/// Whether a connection failed for want of something that this machine has for all of them.
bool is_shortage(int error) noexcept
{
    switch (error) {
    case EMFILE:
    case ENFILE:
    case EADDRNOTAVAIL:
    case ENOBUFS:
    case ENOMEM:
        return true;
    default:
        return false;
    }
}

/// How much the failure of one address says of why none could be reached. Without IPv6 a machine has no address for
/// it, which says less than why the other address failed; with IPv4 the same error means that no port is free.
int weight_of(int error, int family) noexcept
{
    if (error == EADDRNOTAVAIL && family == AF_INET6)
        return 0;
    return is_shortage(error) ? 2 : 1;
}

/// One address that is being tried.
struct candidate {
    unique_socket socket;
    socket_watch watch;
    int family = AF_UNSPEC;

    // A watch leaves the reactor before its descriptor is closed.
    ~candidate() { watch.detach(); }
};

std::string words_for(int error)
{
    switch (error) {
    case EMFILE:
    case ENFILE:
        return "too many open files; raise the limit (ulimit -n) or lower the concurrency";
    case EADDRNOTAVAIL:
        // Of a closed connection the port stays taken for a minute (RFC 9293 §3.6.1).
        return "this machine has no free port (or no address) for it; ports of closed connections come back after a "
               "minute; lower the concurrency, or widen net.ipv4.ip_local_port_range";
    case ENOBUFS:
    case ENOMEM:
        return "the system has no memory for another socket; lower the concurrency";
    default:
        return describe_errno(error);
    }
}

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
        fresh.family = address.protocol().family();
        fresh.socket = unique_socket{::socket(fresh.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
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
            note(error, it->family);
            it = candidates_.erase(it);
            next_start_ = {};
        }
        return {};
    }

private:
    // Keeps the one that says most.
    void note(int error, int family) noexcept
    {
        if (const auto weight = weight_of(error, family); weight >= weight_) {
            last_error_ = error;
            weight_ = weight;
        }
    }

    void drop_last(int error)
    {
        note(error, candidates_.back().family);
        candidates_.pop_back();
        next_start_ = {};
    }

    reactor& events_;
    const resolver::endpoints addresses_;
    std::size_t next_ = 0;
    clock::time_point next_start_{};
    int last_error_ = 0;
    int weight_ = 0;
    wait_point point_;
    std::list<candidate> candidates_;
};

}  // namespace

failure connect_failure(int error, const std::string& authority)
{
    return {is_shortage(error) ? errc::local_shortage : errc::connect_failed,
            "cannot connect to " + authority + ": " + words_for(error)};
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
            co_return tcp_result{{}, connect_failure(contest.last_error(), authority), true};
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
