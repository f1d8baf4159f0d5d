#include "scratch_folder.hpp"

#include "net/tls_context.hpp"

#include <jobaudit/emulator/certificate.hpp>
#include <jobaudit/options.hpp>

#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <ctime>
#include <initializer_list>
#include <memory>
#include <string>

using namespace jobaudit;
using net::session_cache;
using net::tls_context;

namespace {

constexpr const char* encrypted_key = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                                      "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjpwZGX1CNkRgICCAAw\n"
                                      "-----END ENCRYPTED PRIVATE KEY-----\n";

session_cache::session session_number(unsigned char number, int version, long age = 0)
{
    session_cache::session made{SSL_SESSION_new()};
    SSL_SESSION_set1_id(made.get(), &number, 1);
    SSL_SESSION_set_protocol_version(made.get(), version);
    SSL_SESSION_set_timeout(made.get(), 100);
#if OPENSSL_VERSION_NUMBER >= 0x30300000L
    SSL_SESSION_set_time_ex(made.get(), std::time(nullptr) - age);
#else
    SSL_SESSION_set_time(made.get(), static_cast<long>(std::time(nullptr)) - age);
#endif
    return made;
}

int number_of(const session_cache::session& session)
{
    unsigned size = 0;
    return session ? *SSL_SESSION_get_id(session.get(), &size) : -1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tls_contexts)

BOOST_AUTO_TEST_CASE(says_which_option_and_which_file_cannot_be_used_and_why)
{
    const test::scratch_folder folder;
    const auto own = emulator::make_certificate();
    const auto certificate = folder.write("client.pem", own.certificate_pem);
    const auto key = folder.write("client.key", own.key_pem);
    const auto other_key = folder.write("other.key", emulator::make_certificate().key_pem);
    const auto text = folder.write("notes.txt", "no PEM\n");
    const auto empty = folder.write("empty.pem", "");
    const auto broken = folder.write("broken.pem", own.certificate_pem.substr(0, own.certificate_pem.size() / 2));
    const auto encrypted = folder.write("encrypted.key", encrypted_key);
    const auto absent = folder.path("absent.pem");
    const auto directory = folder.path("");
    struct {
        tls_options options;
        const char* field;
        std::string named;
        const char* why;
    } const cases[] = {
        {{.ca_file = absent}, "tls.ca_file", absent, "No such file or directory"},
        {{.ca_file = directory}, "tls.ca_file", directory, "Is a directory"},
        {{.ca_file = text}, "tls.ca_file", text, "holds no certificate in PEM form"},
        {{.ca_file = empty}, "tls.ca_file", empty, "holds no certificate in PEM form"},
        {{.ca_file = broken}, "tls.ca_file", broken, "holds no certificate in PEM form"},
        {{.ca_file = key}, "tls.ca_file", key, "holds no certificate in PEM form"},
        {{.client_certificate_file = absent}, "tls.client_certificate_file", absent, "No such file or directory"},
        {{.client_certificate_file = text}, "tls.client_certificate_file", text, "holds no certificate in PEM form"},
        {{.client_certificate_file = certificate},
         "tls.client_certificate_file",
         certificate,
         "holds no unencrypted private key in PEM form"},
        {{.client_certificate_file = certificate, .client_key_file = absent},
         "tls.client_key_file",
         absent,
         "No such file or directory"},
        {{.client_certificate_file = certificate, .client_key_file = text},
         "tls.client_key_file",
         text,
         "holds no unencrypted private key in PEM form"},
        {{.client_certificate_file = certificate, .client_key_file = encrypted},
         "tls.client_key_file",
         encrypted,
         "holds no unencrypted private key in PEM form"},
        {{.client_certificate_file = certificate, .client_key_file = other_key},
         "tls.client_key_file",
         other_key,
         "that fits the certificate"},
        {{.client_key_file = key}, "tls.client_key_file", "", "a client key without a client certificate"},
    };
    for (const auto& each : cases) {
        BOOST_CHECK_EXCEPTION(tls_context{each.options}, option_error, [&each](const option_error& error) {
            const std::string message = error.what();
            BOOST_TEST(error.field() == each.field, message);
            return message.find(each.named) != std::string::npos && message.find(each.why) != std::string::npos;
        });
    }
}

BOOST_AUTO_TEST_CASE(takes_a_key_from_its_own_file_or_from_that_of_the_certificate)
{
    const test::scratch_folder folder;
    const auto own = emulator::make_certificate();
    const auto certificate = folder.write("client.pem", own.certificate_pem);
    const auto key = folder.write("client.key", own.key_pem);
    const auto both = folder.write("both.pem", own.certificate_pem + own.key_pem);

    for (const auto& options : {tls_options{.client_certificate_file = certificate, .client_key_file = key},
                                tls_options{.client_certificate_file = both}}) {
        const tls_context context{options};
        BOOST_TEST(SSL_CTX_get0_certificate(context.get()) != nullptr);
        BOOST_TEST(SSL_CTX_check_private_key(context.get()) == 1);
    }
}

BOOST_AUTO_TEST_CASE(verifies_the_peer_and_allows_nothing_old_by_default)
{
    const tls_context context{tls_options{}};

    BOOST_TEST(SSL_CTX_get_verify_mode(context.get()) == SSL_VERIFY_PEER);
    BOOST_TEST(SSL_CTX_get_min_proto_version(context.get()) == TLS1_2_VERSION);
    BOOST_TEST(SSL_CTX_get_security_level(context.get()) >= 2);
    BOOST_TEST((SSL_CTX_get_options(context.get()) & SSL_OP_NO_COMPRESSION) != 0U);
    BOOST_TEST((SSL_CTX_get_options(context.get()) & SSL_OP_NO_RENEGOTIATION) != 0U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(session_caches)

BOOST_AUTO_TEST_CASE(gives_the_newest_first_and_those_of_tls_1_3_once)
{
    session_cache cache;
    BOOST_TEST(!cache.take());
    for (const auto number : {'\1', '\2', '\3'})
        cache.put(session_number(static_cast<unsigned char>(number), TLS1_3_VERSION));

    for (const int expected : {3, 2, 1, -1})
        BOOST_TEST(number_of(cache.take()) == expected);
}

BOOST_AUTO_TEST_CASE(keeps_those_of_tls_1_2)
{
    session_cache cache;
    cache.put(session_number(1, TLS1_2_VERSION));

    for (int i = 0; i < 300; ++i)
        BOOST_TEST(number_of(cache.take()) == 1);
}

BOOST_AUTO_TEST_CASE(drops_what_has_expired)
{
    session_cache cache;
    cache.put(session_number(1, TLS1_3_VERSION, 50));
    cache.put(session_number(2, TLS1_3_VERSION, 100));
    cache.put(session_number(3, TLS1_3_VERSION, 1000));

    BOOST_TEST(number_of(cache.take()) == 1);
    BOOST_TEST(!cache.take());
}

BOOST_AUTO_TEST_CASE(forgets_the_oldest_when_there_are_too_many)
{
    session_cache cache;
    for (unsigned number = 1; number <= 200; ++number)
        cache.put(session_number(static_cast<unsigned char>(number), TLS1_3_VERSION));

    int oldest = 200;
    int count = 0;
    for (auto session = cache.take(); session; session = cache.take()) {
        oldest = number_of(session);
        ++count;
    }
    BOOST_TEST(count == 128);
    BOOST_TEST(oldest == 200 - 128 + 1);
}

BOOST_AUTO_TEST_SUITE_END()
