#include "net/connector.hpp"

#include "net/tcp_connect.hpp"
#include "protocol/redaction.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::net {

namespace asio = boost::asio;

namespace {

[[nodiscard]] bool is_about_a_certificate(const error_code& error)
{
    return error == errc::certificate_rejected || error == errc::certificate_for_another_host ||
           error == errc::certificate_out_of_date;
}

std::string seconds_of(std::chrono::nanoseconds span)
{
    auto text = std::to_string(std::chrono::duration<double>(span).count());
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text + " s";
}

/// The status that a head names; 0 where it does not begin with a status line.
int status_of(std::string_view head) noexcept
{
    const auto digit = [head](std::size_t at) { return head[at] >= '0' && head[at] <= '9'; };
    const bool is_sound = head.starts_with("HTTP/1.") && head.size() > 12 && digit(7) && head[8] == ' ' && digit(9) &&
                          digit(10) && digit(11) && (head[12] == ' ' || head[12] == '\r');
    return is_sound ? (head[9] - '0') * 100 + (head[10] - '0') * 10 + (head[11] - '0') : 0;
}

bool is_success(std::string_view head) noexcept { return status_of(head) / 100 == 2; }

/// Whether another head follows, which is the answer (RFC 9110 §15.2).
bool is_interim(std::string_view head) noexcept { return status_of(head) / 100 == 1 && status_of(head) != 101; }

constexpr int most_interim_answers = 5;

}  // namespace

connector::connector(asio::any_io_executor executor, reactor& events, const tls_context* context, endpoint where)
    : executor_{executor}
    , events_{events}
    , context_{context}
    , where_{std::move(where)}
    , peer_{where_.proxy ? where_.proxy->authority() : where_.authority()}
    , resolver_{executor, where_.proxy ? where_.proxy->host : where_.host,
                where_.proxy ? where_.proxy->port : where_.port}
{}

asio::awaitable<connector::result> connector::async_connect(std::uint64_t number, operation& op)
{
    op.set_phase_deadline(clock::now() + where_.connect_timeout, errc::connect_timed_out);
    auto found = co_await resolver_.async_resolve(op);
    if (found.failure) {
        op.clear_phase_deadline();
        co_return result{nullptr, explain(on_the_way(std::move(found.failure)))};
    }
    auto connecting = async_tcp_connect(events_, executor_, std::move(found.addresses), peer_, op);
    auto tcp = co_await std::move(connecting);
    if (tcp.met_refusal || tcp.failure)
        resolver_.forget();
    if (tcp.failure) {
        op.clear_phase_deadline();
        co_return result{nullptr, explain(on_the_way(std::move(tcp.failure)))};
    }
    auto made = std::make_shared<connection>(executor_, number, clock::now());
    failure failed;
    if (!made->channel().open(events_, std::move(tcp.socket)))
        failed = {errc::local_shortage, "the system has no room to watch another socket"};
    if (!failed && where_.proxy)
        failed = co_await async_ask_proxy(*made, op);
    if (!failed && where_.tls)
        failed = co_await async_start_tls(*made, op);
    op.clear_phase_deadline();
    if (failed)
        co_return result{nullptr, explain(std::move(failed))};
    co_return result{std::move(made), {}};
}

asio::awaitable<failure> connector::async_ask_proxy(connection& made, operation& op)
{
    std::string request = "CONNECT " + where_.authority() + " HTTP/1.1\r\nHost: " + where_.authority() + "\r\n";
    if (!where_.proxy->authorization.empty())
        request += "Proxy-Authorization: " + where_.proxy->authorization + "\r\n";
    request += "\r\n";
    std::string_view unsent = request;
    while (!unsent.empty()) {
        std::size_t taken = 0;
        const auto sent = made.channel().write(unsent, taken);
        unsent.remove_prefix(taken);
        if (sent == step::failed)
            co_return failure{errc::proxy_refused, "the proxy closed the connection"};
        if (sent == step::done)
            continue;
        const bool ready = co_await made.async_ready(sent, op);
        if (!ready)
            co_return failure{op.reason(), {}};
    }

    // Byte by byte, so that nothing of what follows the answer is taken: the tunnel's first bytes are the TLS peer's.
    std::string head;
    int interim_answers = 0;
    while (!head.ends_with("\r\n\r\n")) {
        char byte = 0;
        std::size_t got = 0;
        const auto received = made.channel().read(std::span{&byte, 1}, got);
        if (received == step::done) {
            head += byte;
            if (head.size() > 16 * 1024)
                co_return failure{errc::proxy_refused, "the proxy's answer is too long"};
            if (head.ends_with("\r\n\r\n") && is_interim(head) && ++interim_answers <= most_interim_answers)
                head.clear();
            continue;
        }
        if (received != step::want_read)
            co_return failure{errc::proxy_refused, "the proxy closed the connection without an answer"};
        const bool ready = co_await made.async_ready(received, op);
        if (!ready)
            co_return failure{op.reason(), {}};
    }
    if (is_success(head))
        co_return failure{};
    auto line = head.substr(0, head.find('\r'));
    std::ranges::replace_if(
        line, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
    // It may repeat what it was sent.
    protocol::redact(line, where_.proxy->secrets());
    line.resize(std::min<std::size_t>(line.size(), 120));
    if (status_of(head) == 407)
        co_return failure{errc::proxy_unauthorized, "the proxy refused the login: " + line};
    co_return failure{errc::proxy_refused, "the proxy refused the tunnel: " + line};
}

asio::awaitable<failure> connector::async_start_tls(connection& made, operation& op)
{
    op.set_phase_reason(errc::tls_handshake_timed_out);
    auto& channel = made.channel();
    if (auto failed = channel.start_tls(*context_, where_.host, sessions_, where_.read_buffer))
        co_return failed;
    for (;;) {
        const auto now_at = channel.handshake();
        if (now_at == step::done)
            co_return failure{};
        if (now_at == step::failed)
            co_return channel.last_failure();
        if (now_at == step::ended)
            co_return failure{errc::tls_handshake_failed,
                              "the peer closed the connection in the middle of the TLS handshake"};
        const bool ready = co_await made.async_ready(now_at, op);
        if (!ready)
            co_return failure{op.reason(), {}};
    }
}

failure connector::on_the_way(failure cause) const
{
    if (where_.proxy && !cause.message.empty())
        cause.message = "proxy: " + cause.message;
    return cause;
}

failure connector::explain(failure cause) const
{
    const auto authority = where_.authority();
    auto& message = cause.message;
    if (is_about_a_certificate(cause.error))
        message = "the certificate of " + authority + " does not verify: " + message;
    else if (cause.error == errc::tls_handshake_failed)
        message = "no TLS with " + authority + ": " + message;
    else if (cause.error == errc::tls_handshake_timed_out)
        message = "the TLS handshake with " + authority + " did not end within " + seconds_of(where_.connect_timeout);
    else if (cause.error == errc::connect_timed_out)
        message = "no connection to " + authority + (where_.proxy ? " by way of proxy " + peer_ : "") + " within " +
                  seconds_of(where_.connect_timeout);
    else if (cause.error == errc::proxy_refused || cause.error == errc::proxy_unauthorized)
        message = "proxy " + peer_ + ": " + message;
    return cause;
}

}  // namespace jobaudit::net
