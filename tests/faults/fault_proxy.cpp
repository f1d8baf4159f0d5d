#include "faults/fault_proxy.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <deque>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace jobaudit::test {

namespace {

using clock = std::chrono::steady_clock;
using net::unique_socket;

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

unique_socket connected_to(std::uint16_t port)
{
    unique_socket made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const auto address = loopback(port);
    if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return {};
    return made;
}

void send_each_piece_at_once(int socket)
{
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void reset(unique_socket& socket)
{
    const linger at_once{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket = unique_socket{};
}

/// The bytes of one direction on their way.
class stream {
public:
    stream(course how, const std::function<std::size_t()>& requests) : how_{std::move(how)}, requests_{requests} {}

    void put(std::string_view bytes, clock::time_point now)
    {
        if (broken_)
            return;
        const bool counts = how_.after_requests == 0 || requests_() >= how_.after_requests;
        if (how_.breaks == break_kind::none || !counts || passed_ + bytes.size() <= how_.at) {
            passed_ += counts ? bytes.size() : 0;
            queue(bytes, now);
            return;
        }
        const auto whole = how_.at - passed_;
        queue(bytes.substr(0, whole), now);
        if (how_.breaks == break_kind::corrupt) {
            std::string turned{bytes.substr(whole)};
            turned.front() = static_cast<char>(turned.front() ^ 1);
            how_.breaks = break_kind::none;
            queue(turned, now);
            return;
        }
        queue(how_.replacement, now);
        broken_ = true;
    }

    void end() noexcept { ended_ = true; }

    [[nodiscard]] bool is_due(clock::time_point now) const { return !pieces_.empty() && pieces_.front().due <= now; }
    [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }
    [[nodiscard]] clock::time_point next() const { return pieces_.front().due; }
    [[nodiscard]] std::string take()
    {
        auto bytes = std::move(pieces_.front().bytes);
        pieces_.pop_front();
        return bytes;
    }

    /// What is to happen now that all before it was sent on.
    [[nodiscard]] break_kind break_now() const { return broken_ && pieces_.empty() ? how_.breaks : break_kind::none; }
    [[nodiscard]] bool over() const noexcept { return ended_ && pieces_.empty(); }
    [[nodiscard]] bool stalled() const noexcept { return broken_ && how_.breaks == break_kind::stall; }

private:
    struct piece {
        clock::time_point due;
        std::string bytes;
    };

    void queue(std::string_view bytes, clock::time_point now)
    {
        constexpr std::size_t paced_slice = 1024;
        const auto slice = how_.slice != 0 ? how_.slice : how_.bytes_per_second != 0 ? paced_slice : bytes.size();
        for (; !bytes.empty(); bytes.remove_prefix(std::min(slice, bytes.size()))) {
            auto due = std::max(now + how_.latency, last_due_);
            if (how_.bytes_per_second != 0)
                due += std::chrono::nanoseconds{std::chrono::seconds{1}} * slice / how_.bytes_per_second;
            last_due_ = due;
            pieces_.push_back({due, std::string{bytes.substr(0, slice)}});
        }
    }

    course how_;
    const std::function<std::size_t()>& requests_;
    std::deque<piece> pieces_;
    clock::time_point last_due_{};
    std::size_t passed_ = 0;
    bool broken_ = false;
    bool ended_ = false;
};

}  // namespace

/// One connection through the proxy, in a thread of its own.
class fault_proxy::passage {
public:
    passage(const options& how, int client, int stop, wire faults)
        : stop_{stop}
        , client_{unique_socket{client}, stream{std::move(faults.up), how.requests}}
        , server_{connected_to(how.server), stream{std::move(faults.down), how.requests}}
    {
        send_each_piece_at_once(client_.socket.get());
        send_each_piece_at_once(server_.socket.get());
    }

    void run()
    {
        while (client_.socket && server_.socket && !(client_.closed_to && server_.closed_to)) {
            if (!wait())
                return;
            forward(client_, server_);
            if (server_.socket)
                forward(server_, client_);
        }
    }

private:
    struct side {
        unique_socket socket;
        stream from;             // what comes from here, on its way to the other side
        bool ended = false;      // nothing more comes from here
        bool closed_to = false;  // nothing more is sent to here
    };

    /// False when all is to end.
    bool wait() const
    {
        auto due = clock::time_point::max();
        for (const auto* each : {&client_, &server_})
            if (!each->from.empty())
                due = std::min(due, each->from.next());
        int patience = -1;
        if (due != clock::time_point::max())
            patience = static_cast<int>(
                std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(due - clock::now()).count()));
        pollfd all[]{{stop_, POLLIN, 0},
                     {client_.ended ? -1 : client_.socket.get(), POLLIN, 0},
                     {server_.ended ? -1 : server_.socket.get(), POLLIN, 0}};
        ::poll(all, std::size(all), patience);
        return all[0].revents == 0;
    }

    void forward(side& from, side& to)
    {
        if (!from.ended)
            receive(from);
        if (!client_.socket)
            return;
        while (from.from.is_due(clock::now())) {
            const auto bytes = from.from.take();
            if (!to.closed_to && ::send(to.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0)
                from.ended = to.closed_to = true;
        }
        break_if_due(from, to);
    }

    void receive(side& from)
    {
        char bytes[16 * 1024];
        const auto got = ::recv(from.socket.get(), bytes, sizeof bytes, MSG_DONTWAIT);
        if (got > 0) {
            from.from.put({bytes, static_cast<std::size_t>(got)}, clock::now());
        } else if (got == 0) {
            from.ended = true;
            from.from.end();
            // Who waits for what never comes sees only that the other one gave up.
            if (from.from.stalled())
                close_both();
        } else if (errno != EAGAIN) {
            reset_both();
        }
    }

    void break_if_due(const side& from, side& to)
    {
        switch (from.from.break_now()) {
        case break_kind::reset:
            return reset_both();
        case break_kind::close:
        case break_kind::replace:
            return close_both();
        case break_kind::half_close:
            return end(to);
        default:
            break;
        }
        if (from.from.over())
            end(to);
    }

    static void end(side& to)
    {
        if (!std::exchange(to.closed_to, true))
            ::shutdown(to.socket.get(), SHUT_WR);
    }

    void close_both()
    {
        // Bytes that were not read would make a reset of it.
        for (auto* each : {&client_, &server_}) {
            char unread[16 * 1024];
            while (::recv(each->socket.get(), unread, sizeof unread, MSG_DONTWAIT) > 0) {
            }
            each->socket = unique_socket{};
        }
    }

    void reset_both()
    {
        reset(client_.socket);
        reset(server_.socket);
    }

    const int stop_;
    side client_;
    side server_;
};

fault_proxy::fault_proxy(options how)
    : how_{std::move(how)}
    , listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}
    , stop_{::eventfd(0, EFD_CLOEXEC)}
{
    auto address = loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), generic, size) != 0 || ::getsockname(listener_.get(), generic, &size) != 0)
        throw std::runtime_error{"the fault proxy cannot be bound"};
    port_ = ntohs(address.sin_port);
    if (how_.at_first == door::silent) {
        ::listen(listener_.get(), 0);
        queued_ = connected_to(port_);
    } else if (how_.at_first == door::open) {
        start_accepting();
    }
}

fault_proxy::~fault_proxy()
{
    const std::uint64_t one = 1;
    (void)!::write(stop_.get(), &one, sizeof one);
    ::shutdown(listener_.get(), SHUT_RDWR);
    if (acceptor_.joinable())
        acceptor_.join();
    for (auto& each : passages_)
        each.join();
}

void fault_proxy::recover()
{
    {
        const std::lock_guard lock{mutex_};
        accepted_ = how_.wires.size();
    }
    if (!acceptor_.joinable())
        start_accepting();
}

void fault_proxy::start_accepting()
{
    if (::listen(listener_.get(), 128) != 0)
        throw std::runtime_error{"the fault proxy cannot listen"};
    acceptor_ = std::thread{[this] { accept_all(); }};
}

void fault_proxy::accept_all()
{
    for (;;) {
        const int accepted = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
        if (accepted < 0)
            return;
        passages_.emplace_back([this, accepted, faults = next_wire()] {
            passage{how_, accepted, stop_.get(), faults}.run();
        });
    }
}

wire fault_proxy::next_wire()
{
    const std::lock_guard lock{mutex_};
    const auto turn = accepted_++;
    return turn < how_.wires.size() ? how_.wires[turn] : wire{};
}

}  // namespace jobaudit::test
