#pragma once

#include "net/one_client.hpp"
#include "net/scripted_peer.hpp"
#include "scratch_folder.hpp"

#include "emulator/tls_server_context.hpp"

#include <jobaudit/emulator/certificate.hpp>

#include <openssl/ssl.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace jobaudit::test {

/// Who a server is in TLS, and how a client comes to trust it.
class server_identity {
public:
    explicit server_identity(const emulator::certificate_options& options = {})
        : server_identity{emulator::make_certificate(options)}
    {}
    explicit server_identity(const emulator::certificate& own, const std::string& client_ca = {})
        : context_{emulator::make_tls_server_context(own, client_ca)}
        , ca_file_{folder_.write("ca.pem", own.certificate_pem)}
    {}

    [[nodiscard]] SSL_CTX* get() const noexcept { return context_.get(); }
    [[nodiscard]] tls_options trust() const { return {.ca_file = ca_file_}; }

private:
    scratch_folder folder_;
    emulator::tls_server_context context_;
    std::string ca_file_;
};

/// A scripted server on this machine, in clear or in TLS, and a client for it.
struct one_origin {
    one_origin(bool tls, std::vector<scripted_peer::behaviour> behaviours)
        : peer{std::move(behaviours), {.tls = tls ? identity.get() : nullptr}}
        , client{origin_at(peer.port(), tls), identity.trust()}
    {}

    server_identity identity;
    scripted_peer peer;
    one_client client;
};

}  // namespace jobaudit::test
