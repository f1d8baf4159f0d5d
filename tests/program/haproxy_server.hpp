#pragma once

#include "program/nginx_server.hpp"
#include "program/program_run.hpp"
#include "scratch_folder.hpp"

#include <jobaudit/emulator/certificate.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace jobaudit::test {

/// HAProxy with a certificate of its own, before an nginx_server. Can be stopped and started again on its port.
class haproxy_server {
public:
    /// Lines of its configuration.
    struct limits {
        std::string defaults{};
        std::string bind{};    ///< behind the frontend's address
        std::string server{};  ///< behind the server's address
    };

    explicit haproxy_server(const limits& how)
    {
        const auto identity = emulator::make_certificate();
        folder_.write("ca.pem", identity.certificate_pem);
        folder_.write("identity.pem", identity.certificate_pem + identity.key_pem);
        folder_.write("haproxy.cfg", configuration(how));
        start();
    }

    void start()
    {
        process_ = std::make_unique<process_run>(
            std::vector<std::string>{"/usr/sbin/haproxy", "-db", "-f", folder_.path("haproxy.cfg")});
        const bool listens = process_->wait_until([this] { return port_.is_listened_on(); });
        BOOST_REQUIRE_MESSAGE(listens, "haproxy did not start: " + process_->error_out());
    }

    /// Ends it at once: connections break.
    void stop()
    {
        process_->send(SIGTERM);
        (void)process_->wait();
    }

    [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_.number()); }
    [[nodiscard]] std::string ca_file() const { return folder_.path("ca.pem"); }

    /// Requests that have come through.
    [[nodiscard]] std::size_t requests() const { return nginx_.requests(); }

private:
    [[nodiscard]] std::string configuration(const limits& how) const
    {
        return R"(global
    maxconn 4000
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    timeout queue 30s
    )" + how.defaults +
               R"(
frontend platform
    bind 127.0.0.1:)" +
               std::to_string(port_.number()) + " ssl crt " + folder_.path("identity.pem") + " alpn http/1.1 " +
               how.bind + R"(
    default_backend nginx
backend nginx
    http-reuse always
    server one 127.0.0.1:)" +
               std::to_string(nginx_.port()) + " ssl verify required ca-file " + nginx_.ca_file() + " " + how.server +
               "\n";
    }

    scratch_folder folder_;
    nginx_server nginx_;
    reserved_port port_;
    std::unique_ptr<process_run> process_;
};

}  // namespace jobaudit::test
