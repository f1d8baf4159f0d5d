#include "net/issued_certificate.hpp"
#include "net/listeners.hpp"
#include "net/one_origin.hpp"
#include "net/open_descriptors.hpp"

#include "net/byte_channel.hpp"
#include "net/connector.hpp"
#include "net/tcp_connect.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/err.h>

#include <ctime>
#include <future>
#include <string>
#include <vector>

using namespace jobaudit;
using namespace std::chrono_literals;
using test::kept_response;
using test::ok_reply;
using test::one_client;
using test::one_origin;
using test::origin_at;
using test::peer_connection;
using test::scripted_peer;
using test::server_identity;

namespace {

int choose_h2(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char*, unsigned, void*)
{
    static constexpr unsigned char h2[] = "h2";
    *chosen = h2;
    *size = 2;
    return SSL_TLSEXT_ERR_OK;
}

int verify_without_memory(X509_STORE_CTX* verification, void*)
{
    X509_STORE_CTX_set_error(verification, X509_V_ERR_OUT_OF_MEM);
    ERR_raise(ERR_LIB_X509, ERR_R_MALLOC_FAILURE);
    return 0;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A connection that has carried an exchange, and so has seen the server's tickets.
std::shared_ptr<net::connection> used_connection(one_client& client)
{
    auto connection = client.connected();
    kept_response response;
    BOOST_TEST_REQUIRE(!client.exchange(*connection, response).error);
    return connection;
}

// Shakes hands with a session of `sessions`, if there is one, and reads until the peer has said something: its tickets
// have come then. Whether the session was resumed.
bool shake_hands(one_client& client, std::uint16_t port, net::session_cache& sessions)
{
    net::operation op;
    const boost::asio::ip::tcp::endpoint address{boost::asio::ip::address_v4::loopback(), port};
    auto connected =
        client.loop.run(net::async_tcp_connect(client.events, client.loop.executor(), {address}, "peer", op));
    net::byte_channel channel;
    BOOST_TEST_REQUIRE(channel.open(client.events, std::move(connected.socket)));
    BOOST_TEST_REQUIRE(!channel.start_tls(*client.context, "127.0.0.1", sessions, 65536).error);
    const auto wait = [&] { client.loop.run_until([&channel] { return channel.watch().readable; }); };
    for (auto came = channel.handshake(); came != net::step::done; came = channel.handshake()) {
        BOOST_TEST_REQUIRE((came == net::step::want_read), channel.last_failure().message);
        wait();
    }
    char byte = 0;
    std::size_t got = 0;
    for (auto came = channel.read({&byte, 1}, got); came != net::step::done; came = channel.read({&byte, 1}, got)) {
        BOOST_TEST_REQUIRE((came == net::step::want_read), channel.last_failure().message);
        wait();
    }
    return channel.resumed();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_handshakes)

BOOST_AUTO_TEST_CASE(names_the_host_to_the_server_unless_it_is_an_address_and_agrees_on_http_1_1)
{
    struct {
        const char* host;
        const char* sent;
    } const cases[] = {{"localhost", "localhost"}, {"127.0.0.1", ""}};
    for (const auto& each : cases) {
        std::promise<std::string> sent;
        std::promise<std::string> agreed;
        const server_identity server;
        const scripted_peer peer{{[&](peer_connection& connection) {
                                     const char* name = SSL_get_servername(connection.tls(), TLSEXT_NAMETYPE_host_name);
                                     sent.set_value(name != nullptr ? name : "");
                                     const unsigned char* protocol = nullptr;
                                     unsigned size = 0;
                                     SSL_get0_alpn_selected(connection.tls(), &protocol, &size);
                                     agreed.set_value({reinterpret_cast<const char*>(protocol), size});
                                     connection.receive_all();
                                 }},
                                 {.tls = server.get()}};
        one_client client{origin_at(peer.port(), true, each.host), server.trust()};

        const auto connection = client.connected();

        BOOST_TEST(sent.get_future().get() == each.sent);
        BOOST_TEST(agreed.get_future().get() == "http/1.1");
    }
}

BOOST_AUTO_TEST_CASE(refuses_a_protocol_that_it_did_not_offer)
{
    const server_identity server;
    SSL_CTX_set_alpn_select_cb(server.get(), choose_h2, nullptr);
    const scripted_peer peer{{test::silent()}, {.tls = server.get()}};
    one_client client{origin_at(peer.port(), true), server.trust()};

    const auto failed = client.connect().failure;

    BOOST_TEST(failed.error == errc::tls_handshake_failed, failed.message);
}

BOOST_AUTO_TEST_CASE(takes_a_lack_of_memory_for_no_fault_of_the_certificate)
{
    const server_identity server;
    const scripted_peer peer{{test::silent()}, {.tls = server.get()}};
    one_client client{origin_at(peer.port(), true), server.trust()};
    SSL_CTX_set_cert_verify_callback(client.context->get(), verify_without_memory, nullptr);

    const auto failed = client.connect().failure;

    BOOST_TEST(failed.error == errc::local_shortage, failed.message);
    BOOST_TEST(contains(failed.message, "out of memory"), failed.message);
}

BOOST_AUTO_TEST_CASE(speaks_tls_1_2_and_1_3_and_nothing_older)
{
    struct {
        int version;
        bool spoken;
    } const cases[] = {{TLS1_VERSION, false}, {TLS1_1_VERSION, false}, {TLS1_2_VERSION, true}, {TLS1_3_VERSION, true}};
    for (const auto& each : cases) {
        const server_identity server;
        SSL_CTX_set_security_level(server.get(), 0);
        SSL_CTX_set_min_proto_version(server.get(), each.version);
        SSL_CTX_set_max_proto_version(server.get(), each.version);
        const scripted_peer peer{{test::silent()}, {.tls = server.get()}};
        one_client client{origin_at(peer.port(), true), server.trust()};

        const auto failed = client.connect().failure;

        BOOST_TEST(failed.error == (each.spoken ? error_code{} : error_code{errc::tls_handshake_failed}));
        if (!each.spoken)
            BOOST_TEST(contains(failed.message, "no TLS with 127.0.0.1:"), failed.message);
    }
}

BOOST_AUTO_TEST_CASE(says_what_came_in_place_of_a_handshake)
{
    struct {
        scripted_peer::behaviour does;
        const char* said;
    } const cases[] = {
        {[](peer_connection& connection) { connection.send(ok_reply("no TLS here")); }, "wrong version number"},
        {[](peer_connection& connection) { connection.cut(); }, ""},
        {[](peer_connection& connection) {
             connection.receive_something();
             connection.reset();
         },
         "Connection reset by peer"},
    };
    for (const auto& each : cases) {
        const server_identity server;
        const scripted_peer peer{{each.does}};
        one_client client{origin_at(peer.port(), true), server.trust()};
        const auto before = test::open_descriptors();

        const auto failed = client.connect().failure;

        BOOST_TEST(failed.error == errc::tls_handshake_failed, failed.message);
        BOOST_TEST(contains(failed.message, "no TLS with 127.0.0.1:"), failed.message);
        BOOST_TEST(contains(failed.message, each.said), failed.message);
        client.loop.run_until([before] { return test::open_descriptors() <= before; });
    }
}

BOOST_AUTO_TEST_CASE(resumes_a_session_of_tls_1_3_with_each_ticket_once)
{
    const server_identity server;
    SSL_CTX_set_num_tickets(server.get(), 1);
    const scripted_peer peer{{test::answering(ok_reply("hello"))}, {.tls = server.get()}};
    one_client client{origin_at(peer.port(), true), server.trust()};
    const auto first = used_connection(client);
    BOOST_TEST(!first->channel().resumed());

    // Neither has read anything yet, a new ticket neither.
    const auto second = client.connected();
    const auto third = client.connected();

    BOOST_TEST(second->channel().resumed());
    BOOST_TEST(!third->channel().resumed());
}

BOOST_AUTO_TEST_CASE(resumes_a_session_of_tls_1_2_again_and_again)
{
    const server_identity server;
    SSL_CTX_set_max_proto_version(server.get(), TLS1_2_VERSION);
    const scripted_peer peer{{test::answering(ok_reply("hello"))}, {.tls = server.get()}};
    one_client client{origin_at(peer.port(), true), server.trust()};
    BOOST_TEST(!used_connection(client)->channel().resumed());

    for (int i = 0; i < 5; ++i)
        BOOST_TEST(client.connected()->channel().resumed());
}

BOOST_AUTO_TEST_CASE(resumes_the_session_of_a_connection_however_that_ended)
{
    for (const bool cut : {false, true}) {
        const server_identity server;
        const scripted_peer peer{{[cut](peer_connection& connection) {
                                     connection.receive_head();
                                     connection.send(ok_reply("hello"));
                                     if (cut)
                                         connection.cut();
                                     connection.receive_all();
                                 }},
                                 {.tls = server.get()}};
        one_client client{origin_at(peer.port(), true), server.trust()};
        (void)used_connection(client);

        BOOST_TEST(client.connected()->channel().resumed());
    }
}

BOOST_AUTO_TEST_CASE(resumes_no_session_beyond_the_end_of_a_certificate_of_its_chain)
{
    constexpr long soon = 600;
    constexpr long later = 24 * 3600;
    struct {
        long leaf_ends;
        long intermediate_ends;
    } const cases[] = {{soon, later}, {later, soon}};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const auto& each : cases) {
            const test::issued_certificate root{"root", {.is_ca = true, .ends_in_seconds = later}};
            const test::issued_certificate intermediate{
                "intermediate", {.is_ca = true, .ends_in_seconds = each.intermediate_ends}, &root};
            const test::issued_certificate leaf{"leaf", {.ends_in_seconds = each.leaf_ends}, &intermediate};
            const server_identity server{leaf.with_key()};
            SSL_CTX_add1_chain_cert(server.get(), intermediate.get());
            SSL_CTX_set_max_proto_version(server.get(), version);
            const scripted_peer peer{{[](peer_connection& connection) {
                                         connection.send("x");
                                         connection.receive_all();
                                     }},
                                     {.tls = server.get()}};
            const test::scratch_folder folder;
            one_client client{origin_at(peer.port(), true), {.ca_file = folder.write("ca.pem", root.pem())}};
            net::session_cache sessions;
            const auto now = std::time(nullptr);

            BOOST_TEST(!shake_hands(client, peer.port(), sessions));
            // Also those that come with a session that was resumed.
            BOOST_TEST(shake_hands(client, peer.port(), sessions));
            BOOST_TEST(shake_hands(client, peer.port(), sessions));

            BOOST_TEST(static_cast<bool>(sessions.take(now + soon / 2)));
            BOOST_TEST(!sessions.take(now + soon + 60));
        }
    }
}

BOOST_AUTO_TEST_CASE(falls_back_to_a_full_handshake_when_the_server_does_not_know_the_session)
{
    const auto own = emulator::make_certificate();
    const server_identity before{own};
    const server_identity after{own};
    const scripted_peer peer{{[&](peer_connection& connection) {
                                  connection.start_tls(before.get());
                                  test::answering(ok_reply("hello"))(connection);
                              },
                              [&](peer_connection& connection) {
                                  connection.start_tls(after.get());
                                  test::answering(ok_reply("hello"))(connection);
                              }}};
    one_client client{origin_at(peer.port(), true), before.trust()};
    (void)used_connection(client);

    BOOST_TEST(!used_connection(client)->channel().resumed());
}

BOOST_AUTO_TEST_CASE(ends_at_each_stage_of_connecting_when_it_is_interrupted_or_late)
{
    const server_identity server;
    const test::overloaded_socket never_answers;
    const scripted_peer silent{{test::silent()}};
    const auto silent_port = std::to_string(silent.port());
    auto by_proxy = origin_at(443, true, "platform.example");
    by_proxy.proxy = net::proxy_endpoint{"127.0.0.1", silent_port, ""};
    struct {
        net::endpoint where;
        error_code late;
        std::string said;
    } const cases[] = {
        {origin_at(never_answers.address().port(), true, "127.0.0.2"), errc::connect_timed_out,
         "no connection to 127.0.0.2:" + std::to_string(never_answers.address().port()) + " within 60 s"},
        {origin_at(silent.port(), true), errc::tls_handshake_timed_out,
         "the TLS handshake with 127.0.0.1:" + silent_port + " did not end within 60 s"},
        {by_proxy, errc::connect_timed_out,
         "no connection to platform.example:443 by way of proxy 127.0.0.1:" + silent_port + " within 60 s"},
    };
    for (const auto& each : cases) {
        for (const bool late : {false, true}) {
            one_client client{each.where, server.trust()};
            const auto before = test::open_descriptors();
            net::operation op;
            auto connecting = client.loop.start(client.maker.async_connect(1, op));
            // The last words of each stage have been sent when its time comes.
            client.loop.run_until([&] { return test::open_descriptors() > before; });
            for (int i = 0; i < 20; ++i)
                client.loop.settle();
            BOOST_TEST(!connecting.done());

            if (late)
                op.check(net::clock::now() + 1h);
            else
                op.interrupt(errc::canceled);

            const auto result = client.loop.finish(connecting);
            BOOST_TEST(!result.connection);
            BOOST_TEST(result.failure.error == (late ? each.late : error_code{errc::canceled}));
            if (late)
                BOOST_TEST(result.failure.message == each.said);
            BOOST_TEST(!op.is_due(net::clock::time_point::max() - 1ns));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
