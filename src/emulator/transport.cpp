#include "emulator/transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace jobaudit::emulator {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

// So much is encrypted before it is sent: it bounds the memory of a connection.
constexpr std::size_t slice = 64 * 1024;

SSL* make_tls(SSL_CTX* context)
{
    SSL* tls = SSL_new(context);
    BIO* incoming = BIO_new(BIO_s_mem());
    BIO* outgoing = BIO_new(BIO_s_mem());
    if (tls == nullptr || incoming == nullptr || outgoing == nullptr) {
        SSL_free(tls);
        BIO_free(incoming);
        BIO_free(outgoing);
        throw std::bad_alloc{};
    }
    SSL_set_bio(tls, incoming, outgoing);
    SSL_set_accept_state(tls);
    return tls;
}

}  // namespace

void transport::free_tls::operator()(ssl_st* tls) const noexcept { SSL_free(tls); }

transport::transport(asio::ip::tcp::socket socket, ssl_ctx_st* context)
    : socket_{std::move(socket)}, arrival_{std::make_shared<arrival>()}
{
    if (context == nullptr)
        return;
    tls_.reset(make_tls(context));
    incoming_.resize(16 * 1024 + 512);
}

transport::~transport() = default;

bool transport::resumed() const noexcept { return tls_ && SSL_session_reused(tls_.get()) == 1; }

asio::awaitable<bool> transport::handshake()
{
    while (tls_) {
        ERR_clear_error();
        const int result = SSL_do_handshake(tls_.get());
        const int problem = SSL_get_error(tls_.get(), result);
        const bool sent = co_await flush();
        if (result == 1)
            co_return sent;
        if (!sent || problem != SSL_ERROR_WANT_READ)
            co_return false;
        const bool filled = co_await fill();
        if (!filled)
            co_return false;
    }
    co_return true;
}

asio::awaitable<bool> transport::fill()
{
    const auto [failed, size] = co_await socket_.async_read_some(asio::buffer(incoming_), as_values);
    if (failed)
        co_return false;
    note_arrival();
    BIO_write(SSL_get_rbio(tls_.get()), incoming_.data(), static_cast<int>(size));
    co_return true;
}

asio::awaitable<bool> transport::flush()
{
    BIO* outgoing = SSL_get_wbio(tls_.get());
    char* data = nullptr;
    const auto size = BIO_get_mem_data(outgoing, &data);
    if (size <= 0)
        co_return true;
    const auto [failed, sent] =
        co_await asio::async_write(socket_, asio::buffer(data, static_cast<std::size_t>(size)), as_values);
    (void)sent;
    (void)BIO_reset(outgoing);
    co_return !failed;
}

asio::awaitable<std::size_t> transport::read_some(std::span<char> into)
{
    if (!tls_) {
        const auto [failed, size] = co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), as_values);
        note_arrival();
        co_return failed ? 0 : size;
    }
    for (;;) {
        ERR_clear_error();
        const int size = SSL_read(tls_.get(), into.data(), static_cast<int>(into.size()));
        if (size > 0)
            co_return static_cast<std::size_t>(size);
        if (SSL_get_error(tls_.get(), size) != SSL_ERROR_WANT_READ)
            co_return 0;
        // A key update of the other side wants an answer.
        const bool sent = co_await flush();
        if (!sent)
            co_return 0;
        const bool filled = co_await fill();
        if (!filled)
            co_return 0;
    }
}

void transport::watch_arrival()
{
    if (arrival_->at || std::exchange(arrival_->watched, true))
        return;
    socket_.async_wait(asio::ip::tcp::socket::wait_read, [noted = arrival_](error_code) {
        noted->watched = false;
        if (!noted->at)
            noted->at = std::chrono::steady_clock::now();
    });
}

void transport::note_arrival()
{
    arrived_at_ = std::exchange(arrival_->at, std::nullopt).value_or(std::chrono::steady_clock::now());
}

asio::awaitable<bool> transport::write(std::string_view bytes)
{
    if (!tls_) {
        const auto [failed, sent] =
            co_await asio::async_write(socket_, asio::buffer(bytes.data(), bytes.size()), as_values);
        (void)sent;
        co_return !failed;
    }
    while (!bytes.empty()) {
        const auto part = bytes.substr(0, slice);
        for (std::size_t done = 0; done < part.size();) {
            ERR_clear_error();
            const int size = SSL_write(tls_.get(), part.data() + done, static_cast<int>(part.size() - done));
            if (size <= 0)
                co_return false;
            done += static_cast<std::size_t>(size);
        }
        bytes.remove_prefix(part.size());
        const bool sent = co_await flush();
        if (!sent)
            co_return false;
    }
    co_return true;
}

asio::awaitable<void> transport::close()
{
    if (tls_ && SSL_is_init_finished(tls_.get()) == 1) {
        ERR_clear_error();
        SSL_shutdown(tls_.get());
        (void)co_await flush();
    }
    abandon();
}

void transport::abandon()
{
    error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    // Bytes that nobody reads would turn the FIN into an RST.
    std::array<char, 4096> rest;
    socket_.non_blocking(true, ignored);
    while (!ignored && socket_.read_some(asio::buffer(rest), ignored) > 0) {
    }
    socket_.close(ignored);
}

void transport::reset()
{
    error_code ignored;
    socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
    socket_.close(ignored);
}

void transport::stop()
{
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace jobaudit::emulator
