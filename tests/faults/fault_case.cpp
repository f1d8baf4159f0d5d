#include "faults/fault_case.hpp"

#include "faults/platform_client.hpp"
#include "net/one_origin.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <ostream>
#include <sys/socket.h>

namespace jobaudit::test {

namespace {

constexpr const char* platform_name = "platform.test";

/// Sockets at an address that is a dead end.
class blocked_address {
public:
    blocked_address(const dead_end& how, std::uint16_t port)
        : address_{boost::asio::ip::make_address(how.address), port}, bound_{made()}
    {
        const int on = 1;
        ::setsockopt(bound_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        BOOST_REQUIRE_MESSAGE(::bind(bound_.get(), address_.data(), size()) == 0, "cannot bind " << address_);
        if (!how.silent)
            return;
        queued_ = made();
        BOOST_REQUIRE(::listen(bound_.get(), 0) == 0);
        BOOST_REQUIRE(::connect(queued_.get(), address_.data(), size()) == 0);
    }

private:
    [[nodiscard]] net::unique_socket made() const
    {
        return net::unique_socket{::socket(address_.data()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    }
    [[nodiscard]] socklen_t size() const { return static_cast<socklen_t>(address_.size()); }

    boost::asio::ip::tcp::endpoint address_;
    net::unique_socket bound_;
    net::unique_socket queued_;
};

/// All that takes part in one row.
class stage {
public:
    explicit stage(const fault_case& row)
        : row_{row}
        , identity_{named(row.certificate)}
        , platform_{prepared(identity_.get(), row), row.scripts, row.recovers != recovery::by_itself, row.body_size}
    {
        if (!row.wires.empty() || row.door != fault_proxy::door::open)
            proxy_.emplace(fault_proxy::options{
                .server = platform_.port(), .wires = row.wires, .at_first = row.door, .requests = [this] {
                    return platform_.requests();
                }});
        for (const auto& each : row.dead_ends)
            dead_ends_.push_back(std::make_unique<blocked_address>(each, port()));
        if (!row.names.empty())
            name_.emplace(platform_name, row.names);
        client_.emplace(options(), [this] {
            if (row_.recovers == recovery::before_retry)
                recover();
        });
    }

    effect play()
    {
        if (row_.behind_another) {
            check_ok(client_->fetch(numbered_job(1)));
            client_->loop.run_until([this] { return platform_.idle_fault_is_there(); });
            client_->loop.settle();
        }
        const auto met = client_->fetch(numbered_job(2), {.attempts = row_.attempts, .timeout = row_.timeout});
        BOOST_TEST(is_own(met) == (met.kind == outcome_kind::ok));
        BOOST_TEST(met.message.empty() == (met.kind == outcome_kind::ok));
        effect seen{.outcome = met.kind,
                    .error = error_of(met),
                    .attempts = met.attempts,
                    .requests = platform_.requests_of(met.job),
                    .connections = client_->fates.opened(),
                    .first = {}};
        if (row_.recovers == recovery::behind_job)
            recover();
        if (row_.recovers != recovery::never)
            check_ok(client_->fetch(numbered_job(3)));
        seen.first = client_->fates.of_the_first();
        client_->close(platform_);
        return seen;
    }

private:
    static emulator::certificate_options named(emulator::certificate_options options)
    {
        options.names.emplace_back(platform_name);
        return options;
    }

    static SSL_CTX* prepared(SSL_CTX* context, const fault_case& row)
    {
        if (row.tls)
            row.tls(context);
        return context;
    }

    [[nodiscard]] std::uint16_t port() const { return proxy_ ? proxy_->port() : platform_.port(); }

    [[nodiscard]] client_options options() const
    {
        auto how = towards(port(), identity_.trust(), row_.names.empty() ? "127.0.0.1" : platform_name);
        how.connect_timeout = row_.connect_timeout;
        how.max_body = row_.max_body;
        return how;
    }

    void check_ok(const outcome& result) const
    {
        BOOST_TEST(result.kind == outcome_kind::ok, result.message);
        BOOST_TEST(is_own(result));
        BOOST_TEST(result.attempts == 1U);
        BOOST_TEST(platform_.requests_of(result.job) == 1U);
    }

    static std::optional<errc> error_of(const outcome& result)
    {
        if (!result.error)
            return std::nullopt;
        return static_cast<errc>(result.error.value());
    }

    void recover()
    {
        platform_.recover();
        if (proxy_)
            proxy_->recover();
    }

    const fault_case& row_;
    server_identity identity_;
    scripted_platform platform_;
    std::optional<fault_proxy> proxy_;  // only where something happens on the way: it tells less of what has arrived
    std::vector<std::unique_ptr<blocked_address>> dead_ends_;
    std::optional<scripted_name> name_;
    std::optional<platform_client> client_;
};

}  // namespace

effect effect_of(const fault_case& row) { return stage{row}.play(); }

std::ostream& operator<<(std::ostream& out, const effect& value)
{
    out << value.outcome;
    if (value.error)
        out << " (" << make_error_code(*value.error).message() << ')';
    return out << ", attempts " << value.attempts << ", requests " << value.requests << ", connections "
               << value.connections << ", the first one " << value.first;
}

}  // namespace jobaudit::test
