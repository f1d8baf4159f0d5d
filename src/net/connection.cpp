#include "net/connection.hpp"

#include "protocol/response_reader.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <cstring>

namespace jobaudit::net {

namespace asio = boost::asio;

namespace {

// A response that comes faster than it is taken leaves the event loop to others after so many bytes.
constexpr std::size_t bytes_at_a_stretch = 1024 * 1024;

}  // namespace

asio::awaitable<bool> connection::async_ready(step blocked, operation& op)
{
    const auto& watch = channel_.watch();
    while (!(blocked == step::want_read ? watch.readable : watch.writable)) {
        if (op.interrupted())
            co_return false;
        (void)co_await op.wait(readiness_);
        op.resumed();
    }
    co_return !op.interrupted();
}

asio::awaitable<failure> connection::async_exchange(std::string_view request, protocol::response_reader& reader,
                                                    operation& op, std::span<char> buffer)
{
    reusable_ = false;
    auto& watch = channel_.watch();
    while (!request.empty()) {
        std::size_t taken = 0;
        const auto sent = channel_.write(request, taken);
        request.remove_prefix(taken);
        if (sent == step::done)
            continue;
        // A server may answer and close without reading the request to its end: its answer counts.
        if (sent == step::failed || sent == step::ended)
            break;
        const bool ready = co_await async_ready(sent, op);
        if (!ready)
            co_return failure{op.reason(), {}};
    }

    // `kept` bytes at the front of the buffer wait for what follows them: the buffer is this exchange's only between
    // two waits, so they are carried over in a string of their own.
    std::string carried;
    for (;;) {
        std::memcpy(buffer.data(), carried.data(), carried.size());
        std::size_t kept = carried.size();
        carried.clear();
        step received = step::done;
        for (std::size_t taken = 0; taken < bytes_at_a_stretch;) {
            if (kept == buffer.size())
                co_return failure{errc::head_too_large, "a line of the response is longer than the buffer"};
            std::size_t got = 0;
            received = channel_.read(buffer.subspan(kept), got);
            if (received != step::done)
                break;
            taken += got;
            const std::string_view present{buffer.data(), kept + got};
            std::size_t consumed = 0;
            if (auto wrong = take(reader, present, consumed))
                co_return wrong;
            kept = present.size() - consumed;
            if (reader.complete()) {
                used_ = true;
                reusable_ = reader.head().keep_alive && kept == 0;
                co_return failure{};
            }
            if (kept != 0 && consumed != 0)
                std::memmove(buffer.data(), buffer.data() + consumed, kept);
            if (op.interrupted())
                co_return failure{op.reason(), {}};
        }
        if (received == step::ended) {
            if (!reader.started() || kept != 0)
                co_return lost(reader);
            if (const auto cut = reader.end_of_stream())
                co_return failure{cut, reader.problem()};
            co_return failure{};
        }
        if (received == step::failed) {
            const bool first_words = !used_ && !reader.started();
            if (channel_.last_failure().error == errc::tls_handshake_failed && first_words)
                co_return channel_.last_failure();
            co_return lost(reader);
        }
        carried.assign(buffer.data(), kept);
        if (received == step::done) {
            const auto executor = co_await asio::this_coro::executor;
            auto others_turn = asio::post(executor, asio::deferred);
            co_await std::move(others_turn);
            if (op.interrupted())
                co_return failure{op.reason(), {}};
            continue;
        }
        while (!(received == step::want_read ? watch.readable : watch.writable)) {
            if (op.interrupted())
                co_return failure{op.reason(), {}};
            (void)co_await op.wait(readiness_);
            op.resumed();
        }
        if (op.interrupted())
            co_return failure{op.reason(), {}};
    }
}

failure connection::take(protocol::response_reader& reader, std::string_view bytes, std::size_t& consumed)
{
    const auto progress = reader.put(bytes);
    consumed = progress.consumed;
    if (progress.error)
        return {progress.error, reader.problem()};
    return {};
}

failure connection::lost(const protocol::response_reader& reader) const
{
    std::string message = reader.started() ? "the connection ended in the middle of the response"
                                           : "the connection ended before the response";
    if (!channel_.last_failure().message.empty())
        message += " (" + channel_.last_failure().message + ")";
    return {errc::connection_lost, std::move(message)};
}

bool connection::still_fresh()
{
    if (!channel_.may_read())
        return true;
    char unexpected[64];
    std::size_t got = 0;
    return channel_.read(unexpected, got) == step::want_read;
}

}  // namespace jobaudit::net
