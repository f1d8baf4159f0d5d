// A web service that answers `GET /jobs/{job_id}` with the job's failed files, which it asks the Platform API for.
//
//   failed_files_service PLATFORM_URL CA_FILE PORT      (the key is in $UNSTRUCTURED_API_KEY; port 0: any free one)
//
// One thread and one event loop carry the service and the client. However many requests come in at once, the client
// keeps its connections to the platform within their limit, and shares what the platform says about slowing down.

#include <jobaudit/jobaudit.hpp>

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <boost/json.hpp>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace json = boost::json;
using asio::ip::tcp;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

using request = http::request<http::empty_body>;
using response = http::response<http::string_body>;

response make_response(const request& to, http::status status, const json::object& body)
{
    response made{status, to.version()};
    made.set(http::field::content_type, "application/json");
    made.keep_alive(to.keep_alive());
    made.body() = json::serialize(body);
    made.prepare_payload();
    return made;
}

http::status status_of(const jobaudit::outcome& result)
{
    if (result.kind == jobaudit::outcome_kind::ok)
        return http::status::ok;
    if (result.kind == jobaudit::outcome_kind::not_found)
        return http::status::not_found;
    // The platform's trouble is not the caller's: what may pass is told apart from what will not.
    return result.error == jobaudit::condition::retryable ? http::status::service_unavailable
                                                          : http::status::bad_gateway;
}

json::object body_of(const jobaudit::outcome& result)
{
    if (result.kind != jobaudit::outcome_kind::ok)
        return {{"outcome", to_string(result.kind)}, {"message", result.message}, {"attempts", result.attempts}};
    json::array files;
    for (const auto& file : result.failed_files)
        files.push_back(json::object{{"document", file.document}, {"error", file.error}});
    return {{"outcome", "ok"}, {"failed_files", std::move(files)}};
}

std::optional<jobaudit::job_id> job_of(std::string_view target)
{
    constexpr std::string_view prefix = "/jobs/";
    return target.starts_with(prefix) ? jobaudit::job_id::parse(target.substr(prefix.size())) : std::nullopt;
}

class service {
public:
    service(asio::io_context& context, jobaudit::client_options options, std::uint16_t port)
        : acceptor_{context, {asio::ip::address_v4::loopback(), port}}, client_{context, std::move(options)}
    {}

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    asio::awaitable<void> run()
    {
        for (;;) {
            auto [failed, socket] = co_await acceptor_.async_accept(as_values);
            if (failed == asio::error::operation_aborted)
                break;
            if (!failed)
                asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), [](std::exception_ptr) {});
        }
        co_await client_.async_close(asio::use_awaitable);
    }

    void stop()
    {
        acceptor_.close();
        for (auto* open : streams_)
            open->cancel();
    }

private:
    asio::awaitable<void> serve(tcp::socket socket)
    {
        beast::tcp_stream stream{std::move(socket)};
        streams_.insert(&stream);
        beast::flat_buffer buffer;
        for (bool open = true; open;) {
            request asked;
            stream.expires_after(std::chrono::seconds{60});
            auto [read_failed, got] = co_await http::async_read(stream, buffer, asked, as_values);
            if (read_failed)
                break;
            stream.expires_never();
            auto answer = co_await answer_to(asked);
            auto [write_failed, sent] = co_await http::async_write(stream, answer, as_values);
            open = !write_failed && answer.keep_alive();
        }
        streams_.erase(&stream);
    }

    asio::awaitable<response> answer_to(const request& asked)
    {
        const auto job = job_of(asked.target());
        if (asked.method() != http::verb::get || !job)
            co_return make_response(asked, http::status::bad_request, {{"message", "ask with GET /jobs/{job_id}"}});
        // What the platform or the network does is a value: no exception to catch.
        auto [closed, result] = co_await client_.async_fetch(*job, {.attempts = 3}, as_values);
        if (closed)
            co_return make_response(asked, http::status::service_unavailable, {{"message", "shutting down"}});
        co_return make_response(asked, status_of(result), body_of(result));
    }

    tcp::acceptor acceptor_;
    jobaudit::client client_;
    std::set<beast::tcp_stream*> streams_;
};

}  // namespace

int main(int argc, char** argv)
{
    const char* key = std::getenv("UNSTRUCTURED_API_KEY");
    if (argc != 4 || key == nullptr) {
        std::cerr << "usage: UNSTRUCTURED_API_KEY=… failed_files_service PLATFORM_URL CA_FILE PORT\n";
        return 2;
    }
    try {
        asio::io_context context{1};
        service web{context,
                    {.url = argv[1], .credentials = {.key = key}, .tls = {.ca_file = argv[2]}},
                    static_cast<std::uint16_t>(std::stoi(argv[3]))};
        asio::co_spawn(context, web.run(), [](std::exception_ptr) {});
        asio::signal_set signals{context, SIGINT, SIGTERM};
        signals.async_wait([&web](boost::system::error_code, int) { web.stop(); });
        std::cout << "listening on http://127.0.0.1:" << web.port() << std::endl;
        context.run();
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
