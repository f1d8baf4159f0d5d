#include "emulator/reply_sender.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace jobaudit::emulator {

namespace asio = boost::asio;

namespace {

using namespace std::string_view_literals;
using namespace std::chrono_literals;

constexpr auto usual_slowness = 40ms;

// A body made while it is sent breaks after so many pieces at the latest.
constexpr int pieces_before_a_break = 4;

bool breaks_in_body(fault kind) noexcept
{
    return kind == fault::reset_in_body || kind == fault::truncated_body || kind == fault::truncated_chunked ||
           kind == fault::eof_without_close_notify;
}

// Whether no status line is sent.
bool is_mute(const reply& what, bool on_fresh_connection) noexcept
{
    switch (what.fault) {
    case fault::reset_before_head:
    case fault::close_before_response:
    case fault::garbage:
        return true;
    case fault::stale_keep_alive:
        return !on_fresh_connection;
    case fault::stall:
        return what.duration == 0ns;
    default:
        return false;
    }
}

std::string_view sent_first(fault kind) noexcept
{
    if (kind == fault::continue_first)
        return "HTTP/1.1 100 Continue\r\n\r\n";
    if (kind == fault::early_hints)
        return "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";
    return {};
}

int status_of(std::string_view raw) noexcept
{
    int status = 0;
    if (raw.starts_with("HTTP/1.") && raw.size() >= 12)
        std::from_chars(raw.data() + 9, raw.data() + 12, status);
    return status;
}

std::chrono::nanoseconds slowness(const reply& what) { return what.duration > 0ns ? what.duration : usual_slowness; }

}  // namespace

reply_sender::reply_sender(transport& over, std::function<void(int)> sent)
    : over_{over}, sent_{std::move(sent)}, timer_{over.get_executor()}
{}

void reply_sender::stop()
{
    stopped_ = true;
    timer_.cancel();
}

asio::awaitable<bool> reply_sender::send(reply& what, const request& asked, bool on_fresh_connection)
{
    if (what.delay > 0ns) {
        const bool waited = co_await pause(what.delay);
        if (!waited)
            co_return false;
    }
    if (what.raw)
        co_return co_await send_raw(what);
    if (is_mute(what, on_fresh_connection)) {
        sent_(0);
        co_return co_await send_instead(what, on_fresh_connection);
    }
    if (what.fault == fault::stall) {
        const bool waited = co_await pause(what.duration);
        if (!waited)
            co_return false;
    }
    sent_(what.status);
    if (const auto first = sent_first(what.fault); !first.empty() && !asked.http_1_0) {
        const bool alive = co_await over_.write(first);
        if (!alive)
            co_return false;
    }
    if (what.more)
        co_return co_await send_pieces(what, asked);
    co_return co_await send_whole(what, asked);
}

asio::awaitable<bool> reply_sender::pause(std::chrono::nanoseconds time)
{
    if (stopped_)
        co_return false;
    timer_.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(time));
    const auto [failed] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return !failed && !stopped_;
}

asio::awaitable<bool> reply_sender::send_instead(const reply& what, bool)
{
    switch (what.fault) {
    case fault::reset_before_head:
        over_.reset();
        break;
    case fault::stall:
        co_return co_await stay_silent();
    case fault::garbage:
        co_return co_await break_after("\x16\x03\x01SSH-2.0-nonsense\0\xff\r\n\r\n<oops>"sv, fault::truncated_body);
    default:
        co_await over_.close();
    }
    co_return false;
}

asio::awaitable<bool> reply_sender::send_raw(const reply& what)
{
    sent_(status_of(*what.raw));
    const bool alive = co_await over_.write(*what.raw);
    if (alive && what.keep_open)
        co_return true;
    co_await over_.close();
    co_return false;
}

asio::awaitable<bool> reply_sender::send_whole(const reply& what, const request& asked)
{
    reply_encoder encoder{what, asked};
    out_.clear();
    encoder.append_head(out_);
    const auto head_size = out_.size();
    encoder.append_body(out_, what.body, true);
    const std::string_view bytes{out_};
    const auto head = bytes.substr(0, head_size);
    const auto body = bytes.substr(head_size);
    bool alive = true;
    switch (what.fault) {
    case fault::reset_in_head:
        co_return co_await break_after(head.substr(0, head.size() / 2), what.fault);
    case fault::reset_in_body:
    case fault::truncated_body:
    case fault::truncated_chunked:
    case fault::eof_without_close_notify:
        co_return co_await break_after(bytes.substr(0, head_size + body.size() / 2), what.fault);
    case fault::slow_head:
        alive = co_await send_slowly(head, 4, slowness(what));
        if (alive)
            alive = co_await over_.write(body);
        break;
    case fault::dribble:
        alive = co_await over_.write(head);
        if (alive)
            alive = co_await send_slowly(body, 8, slowness(what));
        break;
    case fault::unsolicited_bytes:
        out_ += "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        co_return co_await break_after(out_, fault::truncated_body);
    default:
        alive = co_await over_.write(bytes);
    }
    if (alive && !encoder.keeps_connection()) {
        co_await over_.close();
        co_return false;
    }
    co_return alive;
}

asio::awaitable<bool> reply_sender::send_pieces(reply& what, const request& asked)
{
    reply_encoder encoder{what, asked};
    out_.clear();
    encoder.append_head(out_);
    if (what.fault == fault::reset_in_head)
        co_return co_await break_after(std::string_view{out_}.substr(0, out_.size() / 2), what.fault);
    if (what.fault == fault::slow_head) {
        const bool alive = co_await send_slowly(out_, 4, slowness(what));
        out_.clear();
        if (!alive)
            co_return false;
    }
    std::string piece;
    bool goes_on = true;
    for (int pieces = 0; goes_on; ++pieces) {
        piece.clear();
        goes_on = what.more(piece);
        if (breaks_in_body(what.fault) && (!goes_on || pieces == pieces_before_a_break)) {
            encoder.append_body(out_, std::string_view{piece}.substr(0, piece.size() / 2), false);
            co_return co_await break_after(out_, what.fault);
        }
        encoder.append_body(out_, piece, !goes_on);
        bool alive = true;
        if (what.fault == fault::dribble && pieces == 0)
            alive = co_await send_slowly(out_, 8, slowness(what));
        else
            alive = co_await over_.write(out_);
        out_.clear();
        if (!alive)
            co_return false;
    }
    if (encoder.keeps_connection())
        co_return true;
    co_await over_.close();
    co_return false;
}

asio::awaitable<bool> reply_sender::send_slowly(std::string_view bytes, std::size_t pieces,
                                                std::chrono::nanoseconds time)
{
    const auto size = std::max<std::size_t>(1, (bytes.size() + pieces - 1) / pieces);
    while (!bytes.empty()) {
        const bool alive = co_await over_.write(bytes.substr(0, size));
        if (!alive)
            co_return false;
        bytes.remove_prefix(std::min(size, bytes.size()));
        const bool waited = co_await pause(time / static_cast<std::int64_t>(pieces));
        if (!waited)
            co_return false;
    }
    co_return true;
}

asio::awaitable<bool> reply_sender::break_after(std::string_view bytes, fault how)
{
    const bool alive = co_await over_.write(bytes);
    if (!alive)
        co_return false;
    if (how == fault::reset_in_head || how == fault::reset_in_body)
        over_.reset();
    else if (how == fault::eof_without_close_notify)
        over_.abandon();
    else
        co_await over_.close();
    co_return false;
}

asio::awaitable<bool> reply_sender::stay_silent()
{
    std::string unread(1024, '\0');
    for (;;) {
        const auto size = co_await over_.read_some(unread);
        if (size == 0)
            co_return false;
    }
}

}  // namespace jobaudit::emulator
