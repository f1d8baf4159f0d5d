#include "emulator/wire.hpp"

#include <boost/test/unit_test.hpp>

namespace emulator = jobaudit::emulator;
using emulator::emulator_options;

namespace {

// Whether a client that trusts `trusted` and wants `name` gets an answer.
bool is_served(const emulator::emulator& server, const wire::client_tls& how)
{
    const wire::tls_client tls{how};
    wire::connection client{server.port(), &tls};
    return client.connected() && client.ask("/__jobs").status == 200;
}

long verification(const emulator::emulator& server, const wire::client_tls& how)
{
    const wire::tls_client tls{how};
    const wire::connection client{server.port(), &tls};
    return SSL_get_verify_result(client.tls());
}

struct session_deleter {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};

using session_pointer = std::unique_ptr<SSL_SESSION, session_deleter>;

}  // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_AUTO_TEST_CASE(verifies_with_its_own_pem_under_each_of_its_names)
{
    const emulator::emulator server{{.jobs = 1}};

    for (const auto* name : {"127.0.0.1", "localhost", "::1"})
        BOOST_TEST(is_served(server, {.trusted = server.certificate_pem(), .name = name}));
}

BOOST_AUTO_TEST_CASE(does_not_verify_under_another_name_or_with_another_pem)
{
    const emulator::emulator server{{.jobs = 1}};
    const emulator::emulator other{{.jobs = 1}};

    BOOST_TEST(verification(server, {.trusted = server.certificate_pem(), .name = "example.com"}) ==
               X509_V_ERR_HOSTNAME_MISMATCH);
    BOOST_TEST(!is_served(server, {.trusted = other.certificate_pem()}));
}

BOOST_AUTO_TEST_CASE(shows_a_certificate_with_other_names_or_times_when_told_to)
{
    const emulator::emulator renamed{{.certificate = {.names = {"platform.example"}}, .jobs = 1}};
    BOOST_TEST(verification(renamed, {.trusted = renamed.certificate_pem()}) == X509_V_ERR_IP_ADDRESS_MISMATCH);
    BOOST_TEST(is_served(renamed, {.trusted = renamed.certificate_pem(), .name = "platform.example"}));

    const emulator::emulator expired{{.certificate = {.not_before_days = -9, .not_after_days = -1}, .jobs = 1}};
    BOOST_TEST(verification(expired, {.trusted = expired.certificate_pem()}) == X509_V_ERR_CERT_HAS_EXPIRED);

    const emulator::emulator early{{.certificate = {.not_before_days = 5}, .jobs = 1}};
    BOOST_TEST(verification(early, {.trusted = early.certificate_pem()}) == X509_V_ERR_CERT_NOT_YET_VALID);
}

BOOST_AUTO_TEST_CASE(serves_only_clients_with_a_certificate_when_it_demands_one)
{
    const auto known = emulator::make_certificate();
    const auto unknown = emulator::make_certificate();
    const emulator::emulator server{{.require_client_ca = known.certificate_pem, .jobs = 1}};

    BOOST_TEST(is_served(server, {.trusted = server.certificate_pem(), .own = &known}));
    BOOST_TEST(!is_served(server, {.trusted = server.certificate_pem(), .own = &unknown}));
    BOOST_TEST(!is_served(server, {.trusted = server.certificate_pem()}));
}

BOOST_AUTO_TEST_CASE(resumes_sessions_and_counts_both_kinds_of_handshake)
{
    const emulator::emulator server{{.jobs = 1}};
    const wire::tls_client tls{{.trusted = server.certificate_pem()}};
    const auto path = wire::failed_files_path(server.job(0));
    wire::connection first{server.port(), &tls};
    BOOST_TEST(first.ask(path).status == 200);
    const session_pointer session{SSL_get1_session(first.tls())};
    wire::connection second{server.port(), &tls, session.get()};
    BOOST_TEST(second.ask(path).status == 200);

    BOOST_TEST(SSL_session_reused(second.tls()) == 1);
    BOOST_TEST(server.stats().handshakes_full == 1U);
    BOOST_TEST(server.stats().handshakes_resumed == 1U);
}

BOOST_AUTO_TEST_CASE(speaks_tls_1_2_and_1_3_and_nothing_older)
{
    const emulator::emulator server{{.jobs = 1}};
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const wire::tls_client tls{{.trusted = server.certificate_pem()}};
        SSL_CTX_set_max_proto_version(tls.get(), version);
        wire::connection client{server.port(), &tls};
        BOOST_TEST(client.ask("/__jobs").status == 200);
        BOOST_TEST(SSL_version(client.tls()) == version);
    }

    const wire::tls_client old{{.trusted = server.certificate_pem()}};
    SSL_CTX_set_security_level(old.get(), 0);
    SSL_CTX_set_min_proto_version(old.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old.get(), TLS1_1_VERSION);
    const wire::connection refused{server.port(), &old};
    BOOST_TEST(!refused.connected());
}

BOOST_AUTO_TEST_CASE(agrees_on_http_1_1)
{
    const emulator::emulator server{{.jobs = 1}};
    const wire::tls_client tls{{.trusted = server.certificate_pem()}};
    const unsigned char offered[] = "\x02h2\x08http/1.1";
    SSL_CTX_set_alpn_protos(tls.get(), offered, sizeof offered - 1);
    const wire::connection client{server.port(), &tls};

    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.tls(), &chosen, &size);
    BOOST_TEST((std::string_view{reinterpret_cast<const char*>(chosen), size} == "http/1.1"));
}

BOOST_AUTO_TEST_SUITE_END()
