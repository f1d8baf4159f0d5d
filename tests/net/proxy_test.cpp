#include "net/listeners.hpp"
#include "net/name_service.hpp"
#include "net/one_origin.hpp"
#include "net/open_descriptors.hpp"

#include "net/connector.hpp"

#include <jobaudit/emulator/emulator.hpp>

#include <boost/test/unit_test.hpp>

#include <future>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <vector>

using namespace jobaudit;
using test::kept_response;
using test::ok_reply;
using test::one_client;
using test::origin_at;
using test::peer_connection;
using test::scripted_peer;
using test::server_identity;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Hands bytes on between a client and a server on this machine, until one of them ends; gives the client's.
std::string relay(int client, std::uint16_t port)
{
    const net::unique_socket server{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const boost::asio::ip::tcp::endpoint address{boost::asio::ip::address_v4::loopback(), port};
    if (::connect(server.get(), address.data(), static_cast<socklen_t>(address.size())) != 0)
        return {};
    std::string seen;
    pollfd both[2]{{client, POLLIN, 0}, {server.get(), POLLIN, 0}};
    while (::poll(both, 2, 20'000) > 0) {
        for (int from = 0; from < 2; ++from) {
            if (both[from].revents == 0)
                continue;
            char some[16 * 1024];
            const auto size = ::recv(both[from].fd, some, sizeof some, 0);
            if (size <= 0)
                return seen;
            if (from == 0)
                seen.append(some, static_cast<std::size_t>(size));
            (void)::send(both[1 - from].fd, some, static_cast<std::size_t>(size), MSG_NOSIGNAL);
        }
    }
    return seen;
}

net::endpoint through(const scripted_peer& proxy, net::endpoint origin, std::string authorization = {})
{
    origin.proxy = net::proxy_endpoint{"127.0.0.1", std::to_string(proxy.port()), std::move(authorization)};
    return origin;
}

// What a proxy that answers so makes of a connection.
net::failure refusal(const scripted_peer::behaviour& answer)
{
    const scripted_peer proxy{{answer}};
    const server_identity identity;
    one_client client{through(proxy, origin_at(443, true, "platform.example")), identity.trust()};
    const auto before = test::open_descriptors();
    auto made = client.connect();
    BOOST_TEST(!made.connection);
    client.loop.run_until([before] { return test::open_descriptors() <= before; });
    BOOST_TEST(contains(made.failure.message, "127.0.0.1:" + std::to_string(proxy.port())), made.failure.message);
    return made.failure;
}

scripted_peer::behaviour replying(const std::string& reply)
{
    return [reply](peer_connection& connection) {
        connection.receive_head();
        connection.send(reply);
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(proxies)

BOOST_AUTO_TEST_CASE(is_asked_for_a_tunnel_and_sees_neither_the_request_nor_the_key)
{
    const emulator::emulator server{{.jobs = 1}};
    const test::scratch_folder folder;
    std::promise<std::string> asked;
    std::promise<std::string> passed;
    const scripted_peer proxy{{[&](peer_connection& connection) {
        asked.set_value(connection.receive_head());
        connection.send("HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n");
        passed.set_value(relay(connection.descriptor(), server.port()));
    }}};
    one_client client{through(proxy, origin_at(server.port(), true), "Basic dXNlcjpwYXNzd29yZA=="),
                      {.ca_file = folder.write("ca.pem", server.certificate_pem())}};
    auto connection = client.connected();
    kept_response response;
    const std::string request = "GET /api/v1/jobs/" + server.job(0).to_string() +
                                "/failed-files HTTP/1.1\r\nHost: 127.0.0.1\r\nunstructured-api-key: secret-key\r\n\r\n";

    BOOST_TEST(!client.exchange(*connection, response, request).error);

    BOOST_TEST(response.status == 200);
    connection.reset();
    const auto authority = "127.0.0.1:" + std::to_string(server.port());
    BOOST_TEST(asked.get_future().get() == "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority +
                                               "\r\nProxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n\r\n");
    const auto seen = passed.get_future().get();
    BOOST_TEST(!seen.empty());
    BOOST_TEST(!contains(seen, "secret-key"));
    BOOST_TEST(!contains(seen, "failed-files"));
}

BOOST_AUTO_TEST_CASE(gets_no_credentials_when_it_has_none_and_looks_names_up_itself)
{
    const test::scripted_name unasked{"platform.example", {{EAI_FAIL}}};
    for (const char* host : {"platform.example", "::1"}) {
        std::promise<std::string> asked;
        const scripted_peer proxy{{[&asked](peer_connection& connection) {
            asked.set_value(connection.receive_head());
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            connection.receive_all();
        }}};
        one_client client{through(proxy, origin_at(8443, false, host))};

        (void)client.connected();

        const std::string authority = host == std::string{"::1"} ? "[::1]:8443" : "platform.example:8443";
        BOOST_TEST(asked.get_future().get() == "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
    }
    BOOST_TEST(unasked.questions() == 0U);
}

BOOST_AUTO_TEST_CASE(opens_the_tunnel_with_any_2xx_however_its_answer_comes)
{
    struct {
        std::vector<std::string> pieces;
    } const cases[] = {
        {{"HTTP/1.1 200 OK\r\n\r\n"}},
        {{"HTTP/1.0 200\r\n\r\n"}},
        {{"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n"}},
        {{"HTTP/1.1 200 Connection ", "established\r\n", "\r", "\n"}},
        {{"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"}},
    };
    for (const auto& each : cases) {
        const server_identity identity;
        const scripted_peer proxy{{[&](peer_connection& connection) {
            connection.receive_head();
            for (const auto& piece : each.pieces)
                connection.send(piece);
            connection.start_tls(identity.get());
            test::answering(ok_reply("hello"))(connection);
        }}};
        one_client client{through(proxy, origin_at(443, true)), identity.trust()};
        const auto connection = client.connected();
        kept_response response;

        BOOST_TEST(!client.exchange(*connection, response).error);
        BOOST_TEST(response.body == "hello");
    }
}

BOOST_AUTO_TEST_CASE(leaves_the_first_bytes_behind_its_answer_to_the_tunnel)
{
    const scripted_peer proxy{{[](peer_connection& connection) {
        connection.receive_head();
        connection.send("HTTP/1.1 200 OK\r\n\r\n" + ok_reply("early"));
        connection.receive_all();
    }}};
    one_client client{through(proxy, origin_at(80, false))};
    const auto connection = client.connected();
    kept_response response;

    BOOST_TEST(!client.exchange(*connection, response).error);
    BOOST_TEST(response.body == "early");
}

BOOST_AUTO_TEST_CASE(is_quoted_when_it_refuses)
{
    struct {
        const char* reply;
        const char* quoted;
    } const cases[] = {
        {"HTTP/1.1 403 Forbidden\r\n\r\nnot here", "the proxy refused the tunnel: HTTP/1.1 403 Forbidden"},
        {"HTTP/1.1 302 Found\r\n\r\n", "the proxy refused the tunnel: HTTP/1.1 302 Found"},
        {"220 mail.example ESMTP\r\n\r\n", "the proxy refused the tunnel: 220 mail.example ESMTP"},
        {"HTTP/1.1 2\r\nX: y\r\n\r\n", "the proxy refused the tunnel: HTTP/1.1 2"},
        {"HTTP/2.0 200 OK\r\n\r\n", "the proxy refused the tunnel: HTTP/2.0 200 OK"},
        {"\x1b[2J\x80\r\n\r\n", "the proxy refused the tunnel: ?[2J?"},
        {"", "the proxy closed the connection without an answer"},
        {"HTTP/1.1 200 OK\r\n", "the proxy closed the connection without an answer"},
    };
    for (const auto& each : cases) {
        const auto failed = refusal(replying(each.reply));
        BOOST_TEST(failed.error == errc::proxy_refused);
        BOOST_TEST(contains(failed.message, each.quoted), failed.message);
    }
}

BOOST_AUTO_TEST_CASE(says_when_it_refuses_the_login)
{
    const auto failed =
        refusal(replying("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"));
    BOOST_TEST(failed.error == errc::proxy_unauthorized);
    BOOST_TEST(contains(failed.message, "407 Proxy Authentication Required"), failed.message);
}

BOOST_AUTO_TEST_CASE(may_neither_reset_nor_flood_the_connection)
{
    const auto reset = refusal([](peer_connection& connection) {
        connection.receive_head();
        connection.reset();
    });
    BOOST_TEST(reset.error == errc::proxy_refused);
    const auto flooded = refusal(replying("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x')));
    BOOST_TEST(flooded.error == errc::proxy_refused);
    BOOST_TEST(contains(flooded.message, "the proxy's answer is too long"), flooded.message);
    const auto long_line = refusal(replying("HTTP/1.1 500 " + std::string(2000, 'x') + "\r\n\r\n"));
    BOOST_TEST(long_line.message.size() < 250U);
}

BOOST_AUTO_TEST_CASE(is_named_when_it_cannot_be_reached)
{
    const test::refusing_socket nobody;
    const test::scripted_name absent{"proxy.example", {{EAI_NONAME}}};
    const auto port = std::to_string(nobody.address().port());
    struct {
        const char* host;
        errc error;
        std::string message;
    } const cases[] = {
        {"127.0.0.1", errc::connect_failed, "proxy: cannot connect to 127.0.0.1:" + port + ": Connection refused"},
        {"proxy.example", errc::host_not_found, "proxy: there is no host named 'proxy.example'"},
    };
    for (const auto& each : cases) {
        auto origin = origin_at(443, false, "platform.example");
        origin.proxy = net::proxy_endpoint{each.host, port, ""};
        one_client client{origin};

        const auto failed = client.connect().failure;

        BOOST_TEST(failed.error == each.error);
        BOOST_TEST(failed.message == each.message);
    }
}

BOOST_AUTO_TEST_CASE(does_not_stand_between_the_client_and_the_certificate)
{
    const server_identity server;
    const server_identity impostor;
    const scripted_peer proxy{{[&](peer_connection& connection) {
        connection.receive_head();
        connection.send("HTTP/1.1 200 OK\r\n\r\n");
        connection.start_tls(impostor.get());
    }}};
    one_client client{through(proxy, origin_at(443, true)), server.trust()};

    const auto failed = client.connect().failure;

    BOOST_TEST(failed.error == errc::certificate_rejected);
    BOOST_TEST(contains(failed.message, "the certificate of 127.0.0.1:443 does not verify"), failed.message);
}

BOOST_AUTO_TEST_SUITE_END()
