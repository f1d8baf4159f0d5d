#pragma once

#include "net/scripted_peer.hpp"

#include <jobaudit/job_id.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace jobaudit::test {

class scripted_platform;

/// One connection of the platform, as a script goes through it.
class visit {
public:
    visit(scripted_platform& platform, peer_connection& peer) : connection{peer}, platform_{platform} {}

    /// Reads the next request; false when the client has closed its side.
    bool receive();

    [[nodiscard]] const std::string& job() const noexcept { return job_; }

    /// How often the job of that request was asked for, this time included.
    [[nodiscard]] std::size_t times_asked() const noexcept { return times_asked_; }

    /// The true answer to the request that was read last, with Content-Length and further `fields`.
    [[nodiscard]] std::string reply(std::string_view fields = {}) const;
    /// Its body alone.
    [[nodiscard]] std::string body() const;

    void answer() const { connection.send(reply()); }
    /// Answers whatever is asked until the client closes.
    void answer_all();

    void send(std::string_view bytes) const { connection.send(bytes); }
    /// FIN, without closing: what is sent to the client must have an end that can be waited for.
    void end_sending() const;

    /// Says that all of what a script does to an idle connection was done, and has come to the client's machine.
    void idle_fault_is_there() const;

    peer_connection& connection;

private:
    scripted_platform& platform_;
    std::string job_;
    std::size_t times_asked_ = 0;
};

/// What the platform does with one connection; it is closed in an orderly way behind it.
using script = std::function<void(visit&)>;

/// An honest platform.
[[nodiscard]] script honest();

/// One chunk of a chunked body.
[[nodiscard]] std::string chunk_of(std::string_view data);

/// The platform on loopback with TLS. It answers every request for failed files with one record that names the job,
/// except where a script says otherwise, and remembers what it was asked.
class scripted_platform {
public:
    /// The k-th connection gets the k-th script; behind them it is honest, or, if it `persists`, does as the last
    /// script says until it is told to recover.
    scripted_platform(SSL_CTX* tls, std::vector<script> scripts, bool persists, std::size_t body_size = 0);

    [[nodiscard]] std::uint16_t port() const noexcept { return peer_.port(); }

    void recover();

    [[nodiscard]] std::size_t requests() const;
    [[nodiscard]] std::size_t requests_of(const job_id& job) const;
    /// Connections that are not over yet.
    [[nodiscard]] std::size_t open() const;
    [[nodiscard]] bool idle_fault_is_there() const;

    /// The document that it tells of a job.
    static std::string document_of(std::string_view job) { return std::string{job} + ".pdf"; }

private:
    friend class visit;

    void serve(peer_connection& connection);
    [[nodiscard]] script next_script();

    mutable std::mutex mutex_;
    const std::vector<script> scripts_;
    const std::size_t body_size_;
    bool persists_;
    std::size_t begun_ = 0;
    std::size_t open_ = 0;
    std::size_t requests_ = 0;
    std::map<std::string, std::size_t> requests_of_;
    bool idle_fault_is_there_ = false;
    // Its threads use all of the above.
    scripted_peer peer_;
};

}  // namespace jobaudit::test
