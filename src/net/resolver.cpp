#include "net/resolver.hpp"

#include "protocol/request_head.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cstring>
#include <deque>
#include <new>
#include <optional>

namespace jobaudit::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto time_to_live = std::chrono::seconds{30};

resolver::endpoints interleave(const tcp::resolver::results_type& results)
{
    resolver::endpoints preferred;
    resolver::endpoints others;
    for (const auto& entry : results) {
        const auto endpoint = entry.endpoint();
        auto& family = preferred.empty() || endpoint.protocol() == preferred.front().protocol() ? preferred : others;
        if (std::ranges::find(family, endpoint) == family.end())
            family.push_back(endpoint);
    }
    resolver::endpoints mixed;
    for (std::size_t i = 0; i < std::max(preferred.size(), others.size()); ++i) {
        if (i < preferred.size())
            mixed.push_back(preferred[i]);
        if (i < others.size())
            mixed.push_back(others[i]);
    }
    return mixed;
}

/// Those that need no look-up; none where it does.
resolver::endpoints known_addresses(const std::string& host, const std::string& port_text)
{
    const auto port = static_cast<unsigned short>(std::stoul(port_text));
    // A key may travel unencrypted to localhost, so no name server has a say in where that is. Every machine has the
    // IPv4 loopback, not each the other.
    if (protocol::is_localhost(host))
        return {{asio::ip::address_v4::loopback(), port}, {asio::ip::address_v6::loopback(), port}};
    error_code not_numeric;
    const auto address = asio::ip::make_address(host, not_numeric);
    if (not_numeric)
        return {};
    return {{address, port}};
}

}  // namespace

std::string describe_errno(int value)
{
    char buffer[128];
    return ::strerror_r(value, buffer, sizeof buffer);
}

struct resolver::state : std::enable_shared_from_this<resolver::state> {
    state(asio::any_io_executor executor, std::string host_name, std::string port_number)
        : system{executor}, host{std::move(host_name)}, port{std::move(port_number)}
    {}

    void ask()
    {
        asking = true;
        try {
            system.async_resolve(host, port, tcp::resolver::numeric_service,
                                 [self = shared_from_this()](error_code ec, const tcp::resolver::results_type& found) {
                                     self->answered(ec, found);
                                 });
        } catch (const boost::system::system_error& no_thread) {
            // Asio starts the thread that asks with the first question.
            asio::post(system.get_executor(),
                       [self = shared_from_this(), code = no_thread.code()] { self->went_unasked(code); });
        }
    }

    void answered(error_code ec, const tcp::resolver::results_type& found)
    {
        if (ec == asio::error::host_not_found && !std::exchange(asked_twice, true)) {
            ask();
            return;
        }
        asking = asked_twice = false;
        last = {};
        if (ec == asio::error::host_not_found)
            last.failure = {errc::host_not_found, "there is no host named '" + host + "'"};
        else if (ec || found.empty())
            last.failure = {
                errc::name_resolution_failed,
                "the name '" + host + "' could not be looked up (" +
                    (ec == asio::error::host_not_found_try_again ? "the name server does not answer" : ec.message()) +
                    "): check the network"};
        else {
            last.addresses = interleave(found);
            good_until = clock::now() + time_to_live;
        }
        wake_all();
    }

    void went_unasked(const error_code& no_thread)
    {
        asking = asked_twice = false;
        last = {};
        last.failure = {errc::name_resolution_failed,
                        "the name '" + host +
                            "' could not be looked up: the system lets this process start no thread "
                            "for that (" +
                            no_thread.message() +
                            "); raise the limit (ulimit -u, ulimit -v, or that of "
                            "the container)"};
        wake_all();
    }

    void wake_all()
    {
        // A resumed asker may ask again at once: it then belongs to the next round.
        const auto ended = round++;
        while (!askers.empty() && askers.front()->round == ended) {
            auto* first = askers.front();
            askers.pop_front();
            first->point.notify(wake::ready);
        }
    }

    struct asker {
        wait_point point;
        unsigned round = 0;
    };

    tcp::resolver system;
    const std::string host;
    const std::string port;
    bool asking = false;
    bool asked_twice = false;
    answer last;
    clock::time_point good_until{};
    unsigned round = 0;
    std::deque<asker*> askers;
};

resolver::resolver(asio::any_io_executor executor, std::string host, std::string port)
    : state_{std::make_shared<state>(std::move(executor), std::move(host), std::move(port))}
{}

resolver::~resolver()
{
    try {
        state_->system.cancel();
    } catch (const std::bad_alloc&) {
        // Asio allocates to cancel. A question that is left asks in vain: what it fills in is its own.
    }
}

void resolver::forget() noexcept { state_->good_until = {}; }

asio::awaitable<resolver::answer> resolver::async_resolve(operation& op)
{
    const auto shared = state_;
    if (auto known = known_addresses(shared->host, shared->port); !known.empty())
        co_return answer{std::move(known), {}};
    if (clock::now() < shared->good_until)
        co_return shared->last;

    if (op.interrupted())
        co_return answer{{}, {op.reason(), {}}};
    if (!shared->asking)
        shared->ask();
    state::asker self;
    self.round = shared->round;
    shared->askers.push_back(&self);
    // Also when the context ends meanwhile.
    const struct leaving {
        state& of;
        state::asker& self;
        ~leaving() { std::erase(of.askers, &self); }
    } at_end{*shared, self};
    const auto why = co_await op.wait(self.point);
    op.resumed();
    if (why == wake::interrupted)
        co_return answer{{}, {op.reason(), {}}};
    co_return shared->last;
}

}  // namespace jobaudit::net
