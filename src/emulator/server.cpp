#include "emulator/server.hpp"

#include <jobaudit/emulator/emulator.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace jobaudit::emulator {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

// One thread and the connections it serves. Besides the construction, all happens in that thread.
struct worker {
    std::set<session*> sessions;
    bool stopping = false;
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;

    void stop()
    {
        stopping = true;
        for (auto* one : sessions)
            one->stop();
        work.reset();
    }
};

class registration {
public:
    registration(worker& at, session* who) : worker_{at}, session_{who} { worker_.sessions.insert(session_); }
    registration(const registration&) = delete;
    registration& operator=(const registration&) = delete;
    ~registration() { worker_.sessions.erase(session_); }

private:
    worker& worker_;
    session* session_;
};

asio::awaitable<void> serve(worker& at, tcp::socket socket, const services& by)
{
    if (at.stopping)
        co_return;
    session one{std::move(socket), by};
    const registration registered{at, &one};
    co_await one.run();
}

tcp::endpoint endpoint_of(const server_options& options)
{
    error_code failed;
    const auto address = asio::ip::make_address(options.address, failed);
    if (failed)
        throw emulator_error{"cannot listen on \"" + options.address + "\": give an IP address, such as 127.0.0.1"};
    return {address, options.port};
}

}  // namespace

class server::implementation {
public:
    implementation(const server_options& options, const services& by) : by_{by}, workers_(std::max(1U, options.threads))
    {
        listen(endpoint_of(options));
        asio::co_spawn(workers_.front().context, accept(), [](const std::exception_ptr&) {});
        for (auto& one : workers_)
            one.thread = std::thread{[&one] { one.context.run(); }};
    }

    ~implementation() { stop(); }

    void stop()
    {
        std::call_once(stopped_, [this] {
            asio::post(workers_.front().context, [this] {
                error_code ignored;
                acceptor_.close(ignored);
                pause_.cancel();
            });
            for (auto& one : workers_)
                asio::post(one.context, [&one] { one.stop(); });
            for (auto& one : workers_)
                one.thread.join();
        });
    }

    [[nodiscard]] const tcp::endpoint& local() const noexcept { return local_; }

private:
    void listen(const tcp::endpoint& at)
    {
        error_code failed;
        acceptor_.open(at.protocol(), failed);
        if (!failed)
            acceptor_.set_option(tcp::acceptor::reuse_address{true}, failed);
        if (!failed)
            acceptor_.bind(at, failed);
        if (!failed)
            acceptor_.listen(tcp::acceptor::max_listen_connections, failed);
        if (!failed)
            local_ = acceptor_.local_endpoint(failed);
        if (failed)
            throw emulator_error{"cannot listen on " + at.address().to_string() + " port " + std::to_string(at.port()) +
                                 ": the address is not of this machine, or the port is in use or reserved; choose "
                                 "another, or port 0 for a free one"};
    }

    asio::awaitable<void> accept()
    {
        for (std::size_t next = 0; !workers_.front().stopping; ++next) {
            auto& at = workers_[next % workers_.size()];
            tcp::socket socket{at.context};
            const auto [failed] = co_await acceptor_.async_accept(socket, as_values);
            if (failed == asio::error::operation_aborted || !acceptor_.is_open())
                co_return;
            if (failed) {
                // No descriptor is free: one will be when a connection ends.
                pause_.expires_after(std::chrono::milliseconds{20});
                (void)co_await pause_.async_wait(as_values);
                continue;
            }
            error_code ignored;
            socket.set_option(tcp::no_delay{true}, ignored);
            // Only a lack of memory ends a session with an exception: its connection is closed then, the others go on.
            asio::co_spawn(at.context, serve(at, std::move(socket), by_), [](const std::exception_ptr&) {});
        }
    }

    services by_;
    std::vector<worker> workers_;
    tcp::acceptor acceptor_{workers_.front().context};
    asio::steady_timer pause_{workers_.front().context};
    tcp::endpoint local_;
    std::once_flag stopped_;
};

server::server(const server_options& options, const services& by)
    : implementation_{std::make_unique<implementation>(options, by)}
{}

server::~server() = default;

std::uint16_t server::port() const noexcept { return implementation_->local().port(); }

std::string server::authority() const
{
    const auto& at = implementation_->local();
    auto address = at.address();
    if (address.is_unspecified())
        address = address.is_v6() ? asio::ip::make_address("::1") : asio::ip::make_address("127.0.0.1");
    const auto text = address.to_string();
    return (address.is_v6() ? '[' + text + ']' : text) + ':' + std::to_string(at.port());
}

void server::stop() { implementation_->stop(); }

}  // namespace jobaudit::emulator
