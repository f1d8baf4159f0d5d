#include "emulator/session.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace jobaudit::emulator {

namespace asio = boost::asio;

namespace {

constexpr std::size_t usual_buffer = 8 * 1024;
constexpr std::size_t largest_buffer = 128 * 1024;

}  // namespace

session::session(asio::ip::tcp::socket socket, const services& by)
    : by_{by}
    , transport_{std::move(socket), by.tls}
    , sender_{transport_,
              [this](int status) {
                  if (!is_control_)
                      by_.recorder.responded(status);
              }}
    , buffer_(usual_buffer)
{
    raised_ = by_.recorder.connection_opened();
}

session::~session()
{
    if (counted_)
        by_.recorder.connection_closed();
}

void session::stop()
{
    transport_.stop();
    sender_.stop();
}

asio::awaitable<void> session::run()
{
    bool goes_on = co_await shake_hands();
    while (goes_on) {
        goes_on = co_await read_request();
        if (goes_on)
            goes_on = co_await serve_request();
    }
}

asio::awaitable<bool> session::shake_hands()
{
    if (!transport_.is_encrypted())
        co_return true;
    const bool done = co_await transport_.handshake();
    if (!done) {
        by_.recorder.handshake_failed();
        // The alert that says why has been sent; the end of the connection must not overtake it.
        transport_.abandon();
        co_return false;
    }
    resumed_ = transport_.resumed();
    by_.recorder.handshake_ended(*resumed_);
    co_return true;
}

asio::awaitable<bool> session::read_request()
{
    for (;;) {
        if (begin_ != end_) {
            const auto parsed = parse_request({buffer_.data() + begin_, end_ - begin_}, request_);
            begin_ += parsed.size;
            if (parsed.what == request_parsed::state::complete)
                co_return true;
            if (parsed.what == request_parsed::state::malformed)
                co_return co_await refuse_malformed();
        }
        std::copy(buffer_.data() + begin_, buffer_.data() + end_, buffer_.data());
        end_ -= std::exchange(begin_, 0);
        if (end_ == buffer_.size()) {
            if (buffer_.size() >= largest_buffer)
                co_return co_await refuse_malformed();
            buffer_.resize(buffer_.size() * 2);
        }
        const auto size = co_await transport_.read_some(std::span{buffer_}.subspan(end_));
        if (size == 0) {
            co_await transport_.close();
            co_return false;
        }
        received_at_ = transport_.arrived_at();
        end_ += size;
    }
}

asio::awaitable<bool> session::refuse_malformed()
{
    (void)co_await transport_.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    co_await transport_.close();
    co_return false;
}

asio::awaitable<bool> session::serve_request()
{
    reply_.clear();
    is_control_ = control_api::serves(request_);
    if (is_control_) {
        if (served_ == 0)
            discount();
        by_.control.answer(request_, reply_);
    } else {
        by_.platform.answer(request_, reply_);
        count_delay_from_arrival();
    }
    const bool is_first = served_++ == 0;
    return sender_.send(reply_, request_, is_first);
}

// The delay is the way's: requests that come together are on their way together.
void session::count_delay_from_arrival()
{
    if (reply_.delay <= std::chrono::nanoseconds::zero())
        return;
    reply_.delay -= std::chrono::steady_clock::now() - received_at_;
    transport_.watch_arrival();
}

void session::discount()
{
    by_.recorder.connection_discounted(raised_, resumed_);
    counted_ = false;
}

}  // namespace jobaudit::emulator
