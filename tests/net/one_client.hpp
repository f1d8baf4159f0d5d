#pragma once

#include "net/event_loop.hpp"
#include "net/readable_errors.hpp"

#include "net/connector.hpp"
#include "net/exchange.hpp"
#include "net/operation.hpp"
#include "net/reactor.hpp"
#include "net/tls_context.hpp"
#include "protocol/response_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::test {

/// A response as it comes, kept for the test.
class kept_response final : public net::response_reader_source, public protocol::response_consumer {
public:
    explicit kept_response(protocol::response_reader::limits bounds = {}) : reader{bounds} { reader.begin(*this); }

    protocol::response_reader& begin_response() override { return reader; }
    bool end_response() override { return as_promised; }

    void on_head(const protocol::response_head& head) override { status = head.status; }
    error_code on_body(std::string_view bytes) override
    {
        body += bytes;
        if (interrupts_at_body != nullptr)
            interrupts_at_body->interrupt(errc::canceled);
        return {};
    }

    protocol::response_reader reader;
    bool as_promised = true;
    int status = 0;
    std::string body;
    net::operation* interrupts_at_body = nullptr;  ///< with the first bytes of the body
};

inline constexpr std::string_view a_request = "GET / HTTP/1.1\r\nHost: origin\r\n\r\n";

/// All that is needed for connections to one origin.
struct one_client {
    explicit one_client(net::endpoint origin, const tls_options& trust = {})
        : events{loop.executor()}, maker{loop.executor(), events, context_for(origin, trust), origin}
    {}

    net::connector::result connect()
    {
        net::operation op;
        return loop.run(maker.async_connect(++connections, op));
    }

    /// A connection; its absence fails the test.
    std::shared_ptr<net::connection> connected()
    {
        auto made = connect();
        BOOST_TEST_REQUIRE(!made.failure, made.failure.message);
        return std::move(made.connection);
    }

    /// One exchange with a buffer of its own.
    net::failure exchange(net::connection& connection, kept_response& response, std::string_view request = a_request,
                          std::size_t buffer_size = 128 * 1024)
    {
        net::operation op;
        std::vector<char> buffer(buffer_size);
        return loop.run(connection.async_exchange(request, response, op, buffer)).failure;
    }

    event_loop loop;
    net::reactor events;
    std::optional<net::tls_context> context;
    net::connector maker;
    std::uint64_t connections = 0;

private:
    const net::tls_context* context_for(const net::endpoint& origin, const tls_options& trust)
    {
        return origin.tls ? &context.emplace(trust) : nullptr;
    }
};

/// An origin on this machine.
inline net::endpoint origin_at(std::uint16_t port, bool tls = false, std::string host = "127.0.0.1")
{
    net::endpoint origin;
    origin.host = std::move(host);
    origin.port = std::to_string(port);
    origin.tls = tls;
    origin.connect_timeout = std::chrono::seconds{60};
    return origin;
}

}  // namespace jobaudit::test
