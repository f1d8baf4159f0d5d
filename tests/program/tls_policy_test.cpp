#include "net/issued_certificate.hpp"
#include "net/one_origin.hpp"
#include "program/program_run.hpp"
#include "scratch_folder.hpp"

#include <string>

using namespace jobaudit::test;

BOOST_AUTO_TEST_SUITE(tls_policy)

BOOST_AUTO_TEST_CASE(is_not_weakened_by_the_configuration_of_openssl)
{
    const issued_certificate root{"root", {.is_ca = true}};
    const issued_certificate leaf{"leaf", {.digest = EVP_sha1()}, &root};
    const server_identity server;
    SSL_CTX_set_security_level(server.get(), 0);
    leaf.show_with(server.get());
    const scripted_peer peer{{answering(ok_reply("[]"))}, {.tls = server.get()}};
    const scratch_folder folder;
    const auto ca_file = folder.write("ca.pem", root.pem());
    const auto weak = folder.write("openssl.cnf", "openssl_conf = all\n[all]\nssl_conf = ssl\n"
                                                  "[ssl]\nsystem_default = weak\n"
                                                  "[weak]\nCipherString = DEFAULT@SECLEVEL=0\n");

    process_run fetch{
        jobaudit::test::jobaudit({"fetch", "--url", "https://127.0.0.1:" + std::to_string(peer.port()), "--ca-file",
                                  ca_file, "--attempts", "1", "5e0c0000-0000-4000-8000-000000000000"}),
        {.environment = {{"OPENSSL_CONF", weak}}}};

    BOOST_TEST(fetch.wait() == 3);
    const auto said = fetch.out() + fetch.error_out();
    BOOST_TEST(said.find("digest algorithm too weak") != std::string::npos, said);
}

BOOST_AUTO_TEST_SUITE_END()
