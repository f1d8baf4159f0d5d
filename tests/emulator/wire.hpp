#pragma once

#include <jobaudit/emulator/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/test/unit_test.hpp>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <sys/socket.h>
#include <sys/time.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wire {

namespace asio = boost::asio;
namespace http = boost::beast::http;

/// How a connection ended, seen from the client.
enum class ending { none, closed, cut, reset, silent };

inline std::ostream& operator<<(std::ostream& out, ending how)
{
    constexpr std::string_view names[]{"none", "closed", "cut", "reset", "silent"};
    return out << names[static_cast<std::size_t>(how)];
}

struct response {
    int status = 0;
    std::string body;
    http::fields fields;
    std::vector<int> interim;
};

struct client_tls {
    std::string trusted;  ///< PEM
    std::string name = "127.0.0.1";
    const jobaudit::emulator::certificate* own = nullptr;
};

/// What is trusted and remembered between the connections of one client.
class tls_client {
public:
    explicit tls_client(const client_tls& how) : context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free}
    {
        add_trusted(how.trusted);
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        X509_VERIFY_PARAM* rules = SSL_CTX_get0_param(context_.get());
        if (X509_VERIFY_PARAM_set1_ip_asc(rules, how.name.c_str()) != 1)
            X509_VERIFY_PARAM_set1_host(rules, how.name.c_str(), 0);
        if (how.own != nullptr)
            use(*how.own);
    }

    [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

private:
    using bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

    static bio open(const std::string& text)
    {
        return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
    }

    void add_trusted(const std::string& pem)
    {
        X509* one = PEM_read_bio_X509(open(pem).get(), nullptr, nullptr, nullptr);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), one);
        X509_free(one);
    }

    void use(const jobaudit::emulator::certificate& own)
    {
        X509* shown = PEM_read_bio_X509(open(own.certificate_pem).get(), nullptr, nullptr, nullptr);
        EVP_PKEY* key = PEM_read_bio_PrivateKey(open(own.key_pem).get(), nullptr, nullptr, nullptr);
        SSL_CTX_use_certificate(context_.get(), shown);
        SSL_CTX_use_PrivateKey(context_.get(), key);
        X509_free(shown);
        EVP_PKEY_free(key);
    }

    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
};

/// A blocking connection that shows bytes as they come. A server that says nothing for 20 s counts as silent.
class connection {
public:
    explicit connection(std::uint16_t port, const tls_client* tls = nullptr, SSL_SESSION* resume = nullptr)
    {
        socket_.connect({asio::ip::address_v4::loopback(), port});
        if (tls != nullptr) {
            tls_.reset(SSL_new(tls->get()));
            SSL_set_fd(tls_.get(), socket_.native_handle());
            if (resume != nullptr)
                SSL_set_session(tls_.get(), resume);
            connected_ = SSL_connect(tls_.get()) == 1;
        }
        set_patience(20'000);
    }

    [[nodiscard]] bool connected() const { return connected_; }
    [[nodiscard]] SSL* tls() const { return tls_.get(); }

    void set_patience(int milliseconds)
    {
        const timeval limit{milliseconds / 1000, (milliseconds % 1000) * 1000};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }

    void send(std::string_view bytes)
    {
        if (tls_)
            SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
        else
            (void)::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    /// Asks for a path, with a key, and further lines of the head.
    void get(std::string_view path, std::string_view fields = "unstructured-api-key: k\r\n")
    {
        send("GET " + std::string{path} + " HTTP/1.1\r\nHost: localhost\r\n" + std::string{fields} + "\r\n");
    }

    /// Receives until the connection ends; how() says how it did.
    std::string receive_all()
    {
        std::string all = std::move(received_);
        received_.clear();
        while (receive_some()) {
            all += received_;
            received_.clear();
        }
        return all;
    }

    /// Receives one response; status 0 where none came whole.
    response receive()
    {
        response result;
        for (;;) {
            http::response_parser<http::string_body> parser;
            parser.eager(true);
            parser.body_limit(std::uint64_t{1} << 32);
            parser.header_limit(4 * 1024 * 1024);
            if (!feed(parser))
                return result;
            auto message = parser.release();
            if (message.result_int() >= 200) {
                result.status = static_cast<int>(message.result_int());
                result.body = std::move(message.body());
                result.fields = std::move(message.base());
                return result;
            }
            result.interim.push_back(static_cast<int>(message.result_int()));
        }
    }

    response ask(std::string_view path, std::string_view fields = "unstructured-api-key: k\r\n")
    {
        get(path, fields);
        return receive();
    }

    [[nodiscard]] ending how() const { return how_; }

    /// What was received behind the last response.
    [[nodiscard]] const std::string& rest() const { return received_; }

private:
    bool feed(http::response_parser<http::string_body>& parser)
    {
        boost::beast::error_code failed;
        while (!parser.is_done()) {
            const auto used = parser.put(asio::buffer(received_), failed);
            received_.erase(0, used);
            if (failed && failed != http::error::need_more)
                return false;
            if (parser.is_done())
                break;
            if ((received_.empty() || failed == http::error::need_more) && !receive_some()) {
                // A parser that was shown nothing would take the end for a whole response.
                if (!parser.got_some())
                    return false;
                parser.put_eof(failed);
                return !failed && parser.is_done();
            }
        }
        return true;
    }

    bool receive_some()
    {
        char some[16384];
        errno = 0;
        const auto size = tls_ ? SSL_read(tls_.get(), some, sizeof some)
                               : static_cast<int>(::recv(socket_.native_handle(), some, sizeof some, 0));
        if (size > 0) {
            received_.append(some, static_cast<std::size_t>(size));
            return true;
        }
        if (errno == ECONNRESET)
            how_ = ending::reset;
        else if (errno == EAGAIN)
            how_ = ending::silent;
        else if (tls_ && SSL_get_error(tls_.get(), size) != SSL_ERROR_ZERO_RETURN)
            how_ = ending::cut;
        else
            how_ = ending::closed;
        return false;
    }

    asio::io_context context_;
    asio::ip::tcp::socket socket_{context_};
    std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, SSL_free};
    bool connected_ = true;
    std::string received_;
    ending how_ = ending::none;
};

inline std::string failed_files_path(const jobaudit::job_id& job)
{
    return "/api/v1/jobs/" + job.to_string() + "/failed-files";
}

}  // namespace wire
