#pragma once

#include "simulated_server.hpp"

#include "protocol/failed_files_reader.hpp"
#include "protocol/response_reader.hpp"
#include "protocol/verdict.hpp"

#include <cstdint>
#include <string>

namespace jobaudit::simulation {

/// A reply as it goes over the wire, in one of several framings. `ends_connection`: nothing may follow it.
struct wire_reply {
    std::string text;
    bool ends_connection = false;
};

[[nodiscard]] wire_reply written(const reply& from, std::uint32_t job, policy::random_source& random);

/// How many failed files the server says a job has.
[[nodiscard]] std::uint32_t failed_files_of(std::uint32_t job) noexcept;

/// Reads replies as the program's own request does: with the real readers, from pieces of any size.
class reply_reading final : protocol::response_consumer, protocol::record_consumer {
public:
    struct result {
        protocol::verdict verdict;
        bool started = false;   ///< a byte of the reply came
        bool reusable = false;  ///< the connection may carry another exchange
        std::uint64_t records = 0;
        bool wrong_records = false;
    };

    /// Reads `sent`, of which the connection lets only the first `arriving` bytes through.
    [[nodiscard]] result read(const wire_reply& sent, std::size_t arriving, protocol::wall_time client_time,
                              policy::random_source& random);

private:
    void on_head(const protocol::response_head& head) override { status_ = head.status; }
    error_code on_body(std::string_view bytes) override;
    void on_records(std::span<const failed_file_view> records) override;
    [[nodiscard]] error_code feed(std::string_view text, policy::random_source& random);

    protocol::response_reader response_{{}};
    protocol::failed_files_reader files_;
    int status_ = 0;
    std::string body_;
    error_code body_error_;
    std::uint64_t seen_ = 0;
    bool wrong_records_ = false;
};

}  // namespace jobaudit::simulation
