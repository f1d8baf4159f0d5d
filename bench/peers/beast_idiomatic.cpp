// Boost.Beast as its documentation shows it: http::async_read into a string_body, boost::json::parse into a tree, a
// timeout on the stream for each request.

#include "failed_files_sax.hpp"
#include "peer_job.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/json.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using clock = bench::peer_result::clock;

std::vector<bench::failed_file> read_records(const std::string& body)
{
    const auto tree = boost::json::parse(body);
    std::vector<bench::failed_file> records;
    for (const auto& entry : tree.at("failed_files").as_array())
        records.push_back({boost::json::value_to<std::string>(entry.at("document")),
                           boost::json::value_to<std::string>(entry.at("error"))});
    return records;
}

/// One connection: takes the next job until there is none.
asio::awaitable<void> work(const bench::peer_job& job, asio::ssl::context& tls, std::size_t& next,
                           bench::peer_result& result)
{
    const auto executor = co_await asio::this_coro::executor;
    beast::ssl_stream<beast::tcp_stream> stream{executor, tls};
    stream.set_verify_callback(asio::ssl::host_name_verification{job.host});
    asio::ip::tcp::resolver resolver{executor};
    const auto endpoints = co_await resolver.async_resolve(job.host, job.port, asio::use_awaitable);
    auto& lowest = beast::get_lowest_layer(stream);
    lowest.expires_after(std::chrono::seconds{30});
    co_await lowest.async_connect(endpoints, asio::use_awaitable);
    lowest.socket().set_option(asio::ip::tcp::no_delay{true});
    co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);

    beast::flat_buffer buffer;
    while (next < job.ids.size()) {
        const auto started = clock::now();
        http::request<http::empty_body> request{http::verb::get, job.path(next++), 11};
        request.set(http::field::host, job.host + ":" + job.port);
        request.set(bench::key_header, bench::key);
        request.set(http::field::accept, "application/json");
        lowest.expires_after(std::chrono::seconds{30});
        co_await http::async_write(stream, request, asio::use_awaitable);
        http::response<http::string_body> response;
        co_await http::async_read(stream, buffer, response, asio::use_awaitable);
        const auto records = read_records(response.body());
        result.add(response.result_int(), records.size(), response.body().size(), clock::now() - started);
    }
}

}  // namespace

int main(int argc, char** argv)
try {
    const auto job = bench::read_command_line(argc, argv);
    asio::ssl::context tls{asio::ssl::context::tls_client};
    tls.load_verify_file(job.ca_file);
    tls.set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_ciphersuites(tls.native_handle(), "TLS_AES_128_GCM_SHA256");

    bench::peer_result result{job};
    std::size_t next = 0;
    asio::io_context context{1};
    for (std::size_t i = 0; i < job.connections; ++i)
        asio::co_spawn(context, work(job, tls, next, result), [](std::exception_ptr failed) {
            if (failed)
                std::rethrow_exception(failed);
        });
    context.run();
    result.print();
} catch (const std::exception& failure) {
    std::fprintf(stderr, "beast_idiomatic: %s\n", failure.what());
    return 1;
}
