#pragma once

#include "emulator/session.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace jobaudit::emulator {

struct server_options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one
    unsigned threads = 1;    ///< each serves its share of the connections
};

/// Accepts connections and runs their sessions, in threads of its own from construction to stop() or destruction.
class server {
public:
    /// Listens when it returns. The services must outlive it. Throws emulator_error.
    server(const server_options& options, const services& by);
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server();

    [[nodiscard]] std::uint16_t port() const noexcept;
    /// Host and port, as in a URL; loopback where it listens on any address.
    [[nodiscard]] std::string authority() const;

    /// Closes all connections, and returns when the threads have ended. May be called from several threads; further
    /// calls do nothing.
    void stop();

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace jobaudit::emulator
