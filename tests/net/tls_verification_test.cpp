#include "net/issued_certificate.hpp"
#include "net/name_service.hpp"
#include "net/one_origin.hpp"
#include "net/open_descriptors.hpp"

#include "net/byte_channel.hpp"
#include "net/connector.hpp"
#include "net/tcp_connect.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

using namespace jobaudit;
using namespace std::chrono_literals;
using test::kept_response;
using test::ok_reply;
using test::one_client;
using test::origin_at;
using test::peer_connection;
using test::scripted_name;
using test::scripted_peer;
using test::server_identity;

namespace {

// The same certificate for no alternative names, but with `name` as the subject's common name.
emulator::certificate with_common_name(const std::string& name)
{
    auto made = emulator::make_certificate({.names = {}});
    const std::unique_ptr<BIO, decltype(&BIO_free)> shown{BIO_new_mem_buf(made.certificate_pem.data(), -1), BIO_free};
    const std::unique_ptr<BIO, decltype(&BIO_free)> secret{BIO_new_mem_buf(made.key_pem.data(), -1), BIO_free};
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{
        PEM_read_bio_X509(shown.get(), nullptr, nullptr, nullptr), X509_free};
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
        PEM_read_bio_PrivateKey(secret.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
    const std::unique_ptr<X509_NAME, decltype(&X509_NAME_free)> subject{X509_NAME_new(), X509_NAME_free};
    X509_NAME_add_entry_by_txt(subject.get(), "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()),
                               -1, -1, 0);
    X509_set_subject_name(certificate.get(), subject.get());
    X509_set_issuer_name(certificate.get(), subject.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
    PEM_write_bio_X509(out.get(), certificate.get());
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    made.certificate_pem.assign(data, static_cast<std::size_t>(size));
    return made;
}

net::failure connecting(const server_identity& server, const std::string& host, const tls_options& trust)
{
    const scripted_name name{host, {{0, {"127.0.0.1"}}}};
    const scripted_peer peer{{test::silent()}, {.tls = server.get()}};
    one_client client{origin_at(peer.port(), true, host), trust};
    const auto before = test::open_descriptors();
    auto made = client.connect();
    if (made.failure)
        client.loop.run_until([before] { return test::open_descriptors() <= before; });
    return made.failure;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_verification)

BOOST_AUTO_TEST_CASE(accepts_only_the_name_and_the_address_that_the_certificate_bears)
{
    struct {
        std::vector<std::string> names;
        const char* host;
        bool accepted;
    } const cases[] = {
        {{"platform.example"}, "platform.example", true},
        {{"other.example", "platform.example"}, "platform.example", true},
        {{"platform.example"}, "other.example", false},
        {{"example"}, "platform.example", false},
        {{"platform.example"}, "api.platform.example", false},
        {{"*.platform.example"}, "api.platform.example", true},
        {{"*.platform.example"}, "platform.example", false},
        {{"*.platform.example"}, "v1.api.platform.example", false},
        {{"a*.platform.example"}, "api.platform.example", false},
        {{"*i.platform.example"}, "api.platform.example", false},
        {{"a*i.platform.example"}, "api.platform.example", false},
        {{"api.*.example"}, "api.platform.example", false},
        {{"127.0.0.1"}, "127.0.0.1", true},
        {{"127.0.0.2"}, "127.0.0.1", false},
        {{"localhost"}, "127.0.0.1", false},
        {{"127.0.0.1"}, "localhost", false},
        {{}, "platform.example", false},
    };
    for (const auto& each : cases) {
        const server_identity server{{.names = each.names}};
        const auto failed = connecting(server, each.host, server.trust());
        BOOST_TEST_CONTEXT(each.host << " with " << (each.names.empty() ? "no name" : each.names.front()))
        {
            BOOST_TEST(failed.error == (each.accepted ? error_code{} : error_code{errc::certificate_for_another_host}),
                       failed.message);
            if (!each.accepted)
                BOOST_TEST(contains(failed.message, std::string{each.host} + ":"), failed.message);
        }
    }
}

BOOST_AUTO_TEST_CASE(does_not_look_at_the_common_name)
{
    const server_identity server{with_common_name("platform.example")};

    BOOST_TEST(connecting(server, "platform.example", server.trust()).error == errc::certificate_for_another_host);
}

BOOST_AUTO_TEST_CASE(trusts_nobody_but_the_given_ca_or_those_of_the_system)
{
    const server_identity server;
    const server_identity other;
    for (const auto& trust : {other.trust(), tls_options{}}) {
        const auto failed = connecting(server, "127.0.0.1", trust);

        BOOST_TEST(failed.error == errc::certificate_rejected);
        BOOST_TEST(contains(failed.message, "the certificate of 127.0.0.1:"), failed.message);
        BOOST_TEST(contains(failed.message, "self-signed certificate"), failed.message);
    }
}

BOOST_AUTO_TEST_CASE(trusts_each_certificate_of_the_ca_file_that_of_the_server_itself_too)
{
    const test::issued_certificate root{"root", {.is_ca = true}};
    const test::issued_certificate intermediate{"intermediate", {.is_ca = true}, &root};
    const test::issued_certificate leaf{"leaf", {}, &intermediate};
    const test::issued_certificate other{"other", {.is_ca = true}};
    const server_identity server{leaf.with_key()};
    SSL_CTX_add1_chain_cert(server.get(), intermediate.get());
    const test::scratch_folder folder;
    struct {
        const char* name;
        const test::issued_certificate& trusted;
        bool accepted;
    } const cases[] = {
        {"root", root, true}, {"intermediate", intermediate, true}, {"leaf", leaf, true}, {"other", other, false}};
    for (const auto& each : cases) {
        const auto failed = connecting(server, "127.0.0.1", {.ca_file = folder.write(each.name, each.trusted.pem())});

        BOOST_TEST(failed.error == (each.accepted ? error_code{} : error_code{errc::certificate_rejected}),
                   each.name << ": " << failed.message);
    }
}

BOOST_AUTO_TEST_CASE(refuses_keys_and_signatures_that_are_too_weak)
{
    struct {
        test::issue_options how;
        const char* why;
    } const cases[] = {
        {{.rsa_bits = 1024}, "key too weak"},
        {{.digest = EVP_sha1()}, "digest algorithm too weak"},
        {{.rsa_bits = 2048}, ""},
    };
    const test::issued_certificate root{"root", {.is_ca = true}};
    const test::scratch_folder folder;
    for (const auto& each : cases) {
        const test::issued_certificate leaf{"leaf", each.how, &root};
        const server_identity server;
        // Its own OpenSSL would not show such a certificate either.
        SSL_CTX_set_security_level(server.get(), 0);
        leaf.show_with(server.get());
        if (each.how.rsa_bits != 0)
            SSL_CTX_set1_sigalgs_list(server.get(), "RSA-PSS+SHA256");

        const auto failed = connecting(server, "127.0.0.1", {.ca_file = folder.write("ca.pem", root.pem())});

        BOOST_TEST(failed.error == (*each.why == 0 ? error_code{} : error_code{errc::certificate_rejected}));
        BOOST_TEST(contains(failed.message, each.why), failed.message);
    }
}

BOOST_AUTO_TEST_CASE(accepts_a_certificate_only_in_its_time)
{
    struct {
        int from;
        int to;
        const char* why;
    } const cases[] = {
        {-9, -1, "certificate has expired"},
        {5, 30, "certificate is not yet valid"},
    };
    for (const auto& each : cases) {
        const server_identity server{{.not_before_days = each.from, .not_after_days = each.to}};
        const auto failed = connecting(server, "localhost", server.trust());

        BOOST_TEST(failed.error == errc::certificate_out_of_date);
        BOOST_TEST(contains(failed.message, "the certificate of localhost:"), failed.message);
        BOOST_TEST(contains(failed.message, each.why), failed.message);
    }
}

BOOST_AUTO_TEST_CASE(says_that_the_certificate_is_at_fault_even_when_the_peer_has_gone_before_it_was_told)
{
    const server_identity server;
    // The server's whole flight, and a reset behind it.
    std::promise<void> said_hello;
    const scripted_peer peer{{[&](peer_connection& connection) {
        std::unique_ptr<SSL, decltype(&SSL_free)> session{SSL_new(server.get()), SSL_free};
        BIO* out = BIO_new(BIO_s_mem());
        BIO* in = BIO_new(BIO_s_mem());
        SSL_set_bio(session.get(), in, out);
        SSL_set_accept_state(session.get());
        said_hello.get_future().wait_for(20s);
        char hello[4096];
        const auto size = ::recv(connection.descriptor(), hello, sizeof hello, 0);
        BIO_write(in, hello, static_cast<int>(size));
        (void)SSL_do_handshake(session.get());
        char* flight = nullptr;
        const auto flight_size = BIO_get_mem_data(out, &flight);
        connection.send_in_clear({flight, static_cast<std::size_t>(flight_size)});
        connection.reset();
    }}};
    const server_identity other;
    const net::tls_context context{other.trust()};
    test::event_loop loop;
    net::reactor events{loop.executor()};
    net::session_cache sessions;
    net::operation op;
    const boost::asio::ip::tcp::endpoint address{boost::asio::ip::address_v4::loopback(), peer.port()};
    auto connected = loop.run(net::async_tcp_connect(events, loop.executor(), {address}, "peer", op));
    net::byte_channel channel;
    BOOST_REQUIRE(channel.open(events, std::move(connected.socket)));
    BOOST_TEST(!channel.start_tls(context, "127.0.0.1", sessions, 65536).error);
    BOOST_TEST((channel.handshake() == net::step::want_read));
    said_hello.set_value();
    loop.run_until([&channel] { return channel.watch().hung_up; });

    BOOST_TEST((channel.handshake() == net::step::failed));

    BOOST_TEST(channel.last_failure().error == errc::certificate_rejected, channel.last_failure().message);
}

BOOST_AUTO_TEST_CASE(shows_a_client_certificate_to_a_server_that_asks_for_one)
{
    const auto own = emulator::make_certificate();
    const test::scratch_folder folder;
    const auto certificate_file = folder.write("client.pem", own.certificate_pem);
    const auto key_file = folder.write("client.key", own.key_pem);
    const auto both_file = folder.write("both.pem", own.certificate_pem + own.key_pem);
    struct {
        std::string certificate;
        std::string key;
        bool served;
    } const cases[] = {{certificate_file, key_file, true}, {both_file, "", true}, {"", "", false}};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const auto& each : cases) {
            const server_identity server{emulator::make_certificate(), own.certificate_pem};
            SSL_CTX_set_max_proto_version(server.get(), version);
            const scripted_peer peer{{test::answering(ok_reply("hello"))}, {.tls = server.get()}};
            auto options = server.trust();
            options.client_certificate_file = each.certificate;
            options.client_key_file = each.key;
            one_client client{origin_at(peer.port(), true), options};

            // In TLS 1.3 the refusal comes when the client has finished its handshake.
            auto made = client.connect();
            auto failed = made.failure;
            if (made.connection) {
                kept_response response;
                failed = client.exchange(*made.connection, response);
            }

            BOOST_TEST(failed.error == (each.served ? error_code{} : error_code{errc::tls_handshake_failed}));
            BOOST_TEST(contains(failed.message, "the server refused: ") == !each.served, failed.message);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
