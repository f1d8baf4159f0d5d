#pragma once

#include "program/program_run.hpp"
#include "scratch_folder.hpp"

#include <jobaudit/emulator/certificate.hpp>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace jobaudit::test {

/// A loopback port that nobody else is given as long as this lives, and on which nobody listens unless told to: another
/// socket may be bound to it and listen.
class reserved_port {
public:
    reserved_port()
    {
        const int on = 1;
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        BOOST_REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        socklen_t size = sizeof address;
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        number_ = ntohs(address.sin_port);
    }

    [[nodiscard]] std::uint16_t number() const noexcept { return number_; }

    [[nodiscard]] bool is_listened_on() const
    {
        const descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(number_);
        return ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }

private:
    descriptor socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    std::uint16_t number_ = 0;
};

/// nginx with a certificate of its own, which answers for the failed files of every job. Can be stopped and started
/// again on its port.
class nginx_server {
public:
    /// Answers with one record that names the job.
    nginx_server()
        : nginx_server{std::string{},
                       R"(return 200 '{"failed_files":[{"document":"folder/$1.pdf","error":"reset by peer"}]}';)"}
    {}

    /// Answers with this body.
    explicit nginx_server(const std::string& body) : nginx_server{body, "try_files /body.json =404;"} {}

    nginx_server(const nginx_server&) = delete;
    nginx_server& operator=(const nginx_server&) = delete;
    ~nginx_server() { stop(); }

    void start()
    {
        const std::vector<std::string> command{"/usr/sbin/nginx",          "-p", folder_.path(""),         "-c",
                                               folder_.path("nginx.conf"), "-e", folder_.path("error.log")};
        // A master that is killed leaves its workers behind: it gets SIGTERM even when the test itself is killed.
        process_ = std::make_unique<process_run>(
            command, start_options{.before_exec = [] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); }});
        const bool listens = process_->wait_until([this] { return port_.is_listened_on(); });
        BOOST_REQUIRE_MESSAGE(listens, "nginx did not start: " + process_->error_out() + folder_.read("error.log"));
    }

    /// Ends it at once: connections break.
    void stop()
    {
        process_->send(SIGTERM);
        (void)process_->wait();
    }

    /// Puts `value` behind a directive that stands in its configuration; counts from the next start() or reload() on.
    void set(const std::string& directive, const std::string& value) const
    {
        auto text = folder_.read("nginx.conf");
        const auto at = text.find(directive + ' ');
        BOOST_REQUIRE(at != std::string::npos);
        text.replace(at, text.find(';', at) - at, directive + ' ' + value);
        folder_.write("nginx.conf", text);
    }

    /// Reads its configuration anew: other workers take over, and the old ones end when they are idle.
    void reload() const { process_->send(SIGHUP); }

    /// Those that end gracefully among them.
    [[nodiscard]] std::set<pid_t> workers() const
    {
        const auto master = std::to_string(process_->pid());
        std::ifstream children{"/proc/" + master + "/task/" + master + "/children"};
        return {std::istream_iterator<pid_t>{children}, {}};
    }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_.number(); }
    [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_.number()); }
    [[nodiscard]] std::string ca_file() const { return folder_.path("ca.pem"); }

    /// Requests that it has logged.
    [[nodiscard]] std::size_t requests() const
    {
        const auto log = folder_.read("access.log");
        return static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n'));
    }

    /// The failed file that it tells of a job.
    static std::string document_of(const std::string& job) { return "folder/" + job + ".pdf"; }

private:
    nginx_server(const std::string& body, const std::string& answer)
    {
        const auto identity = emulator::make_certificate();
        folder_.write("ca.pem", identity.certificate_pem);
        folder_.write("key.pem", identity.key_pem);
        folder_.write("body.json", body);
        folder_.write("nginx.conf", configuration(answer));
        start();
    }

    [[nodiscard]] std::string configuration(const std::string& answer) const
    {
        // A worker of a root's nginx would give up its rights, and with them those to a private folder.
        const std::string user = ::geteuid() == 0 ? "user root;\n" : "";
        return user + R"(daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 1024; }
http {
    access_log access.log;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    keepalive_requests 1000000;
    keepalive_timeout 75s;
    root )" + folder_.path("") +
               R"(;
    server {
        listen 127.0.0.1:)" +
               std::to_string(port_.number()) + R"( ssl;
        ssl_certificate ca.pem;
        ssl_certificate_key key.pem;
        location ~ "^/api/v1/jobs/([0-9a-f-]{36})/failed-files$" {
            default_type application/json;
            )" +
               answer + R"(
        }
        location / { return 404 '{"detail":"Not Found"}'; }
    }
}
)";
    }

    scratch_folder folder_;
    reserved_port port_;
    std::unique_ptr<process_run> process_;
};

}  // namespace jobaudit::test
