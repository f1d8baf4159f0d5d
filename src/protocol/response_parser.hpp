#pragma once

#include <jobaudit/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::protocol {

/// The message for a person where chunks are broken.
inline constexpr std::string_view bad_chunk = "a chunk does not end where its size says, or has no size";

/// The fields of a response that are looked at here; framing alone is the parser's.
enum class response_field : std::uint8_t {
    content_encoding,
    content_type,
    date,
    keep_alive,
    limit,            // RateLimit
    limit_remaining,  // RateLimit-Remaining, X-RateLimit-Remaining
    limit_reset,      // RateLimit-Reset, X-RateLimit-Reset
    location,
    retry_after,
    retry_after_ms,
    transfer_encoding
};

/// Called by a parser with each part of a response. An error that is set ends the parsing.
class response_events {
public:
    virtual ~response_events() = default;

    /// `version` is 10 or 11.
    virtual void on_status_line(int status, std::string_view reason, int version) = 0;
    virtual void on_field(response_field field, std::string_view value, error_code& error) = 0;
    virtual void on_end_of_head(error_code& error) = 0;
    virtual void on_chunk(std::uint64_t size, error_code& error) = 0;
    /// `remaining` bytes of the chunk are still to come.
    virtual void on_chunk_data(std::string_view bytes, std::uint64_t remaining, error_code& error) = 0;
    /// There is no body, or the last chunk has come.
    virtual void on_end_of_body(error_code& error) = 0;
};

/// Beast's sans-I/O parser, of whose Asio nobody knows here, with its errors as ours. It has no limits of its own: it
/// would count a head for each call, and refuse a body before its head is shown.
class response_parser {
public:
    /// `events` must outlive this.
    explicit response_parser(response_events& events);
    response_parser(const response_parser&) = delete;
    response_parser& operator=(const response_parser&) = delete;
    ~response_parser();

    /// Expects a head.
    void begin();

    /// Takes a whole head, a chunk's size line with what belongs to the chunk before, or a piece of a chunk's data.
    /// Gives how much of it was taken, and says in `problem` what is wrong where that is the parser's error.
    std::size_t put(std::string_view bytes, error_code& error, std::string& problem);

    /// Of the head that has come.
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] std::optional<std::uint64_t> content_length() const;

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace jobaudit::protocol
