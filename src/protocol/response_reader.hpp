#pragma once

#include "protocol/time.hpp"

#include <jobaudit/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::protocol {

/// What of a response's head matters here. Strings are kept between responses to reuse their memory; empty means
/// absent.
struct response_head {
    int status = 0;
    bool keep_alive = false;  ///< the connection may carry another exchange once this response is complete
    duration idle_timeout = duration::max();  ///< of the connection, as the server says
    std::string reason;
    std::string content_type;
    std::string retry_after;  ///< of several fields the values, a line each
    std::string limit_hints;  ///< of a failure, as read_limit_hints() takes them
    std::string date;
    std::string location;
};

/// Takes a response while it is read.
class response_consumer {
public:
    virtual ~response_consumer() = default;

    /// The final response's head is complete (a 1xx is not shown). When the body is refused for its length or coding,
    /// its error follows at once.
    virtual void on_head(const response_head& head) = 0;

    /// The next bytes of the body, decoded. An error ends the reading and is what put() reports.
    [[nodiscard]] virtual error_code on_body(std::string_view bytes) = 0;
};

/// Reads HTTP/1.1 responses to GET requests, strictly (RFC 9112), from bytes that are pushed into it; does no I/O.
///
/// Refused with errc::bad_response: Content-Length together with Transfer-Encoding, Content-Lengths that differ or are
/// no number, any transfer coding but a single `chunked`, Transfer-Encoding in HTTP/1.0, anything before the status
/// line, a bare CR or LF where CRLF must be, folded lines, blanks before a field's colon, control characters in a
/// field, 101, more than five 1xx, a 1xx with a body, HTTP versions other than 1.0 and 1.1, chunk lines (with
/// extensions) above their limit. errc::head_too_large (also for trailers), errc::body_too_large (as sent or as
/// decoded), errc::bad_content_coding as their names say. Trailers are checked and dropped. A body without a length
/// ends with the connection.
///
/// What comes is the same however the bytes are split. An exception of the consumer passes through put(); the response
/// is then lost.
class response_reader {
public:
    struct limits {
        std::size_t head = 64 * 1024;
        std::uint64_t body = 256ull * 1024 * 1024;  ///< as sent, and as decoded; with another head, of what frames it
        std::size_t chunk_line =
            4096;  ///< a chunk's size line with its extensions; the trailers together have limits::head
    };

    explicit response_reader(limits bounds);
    response_reader(response_reader&&) noexcept;
    response_reader& operator=(response_reader&&) noexcept;
    ~response_reader();

    /// Makes ready for the next response. `consumer` must live until the response is complete or failed.
    void begin(response_consumer& consumer);

    struct progress {
        std::size_t consumed = 0;  ///< bytes taken; the caller shows the others again, with more behind them
        error_code error;
    };

    /// Takes what it can of `bytes`; of a compressed body no more than what decodes to some MiB, and of very small
    /// chunks no more than some hundred, so that who shows the rest again can wait before that, or look at the time.
    /// Otherwise, bytes that are left over belong to an incomplete head, chunk line or
    /// trailer line, or to what follows the response; so the caller needs room for limits::head bytes (or
    /// limits::chunk_line + 2, where that is more). After an error, further calls give the same error.
    [[nodiscard]] progress put(std::string_view bytes);

    /// The peer ended its side in an orderly way: no error if that completes the response, errc::connection_lost
    /// otherwise.
    [[nodiscard]] error_code end_of_stream();

    /// Whether any byte of the response has come.
    [[nodiscard]] bool started() const noexcept;

    /// Whether the response is complete: head, body, trailers, and the end of a compressed stream.
    [[nodiscard]] bool complete() const noexcept;

    /// Valid from on_head on.
    [[nodiscard]] const response_head& head() const noexcept;

    /// Bytes of the body as sent, so far.
    [[nodiscard]] std::uint64_t body_bytes() const noexcept;

    /// For a person, where a response stands that is not complete: `before a response came`, `after 1024 of 5000 bytes
    /// of the body`.
    [[nodiscard]] std::string place() const;

    /// What is wrong, for a person, with the limit or the field named; empty when nothing is.
    [[nodiscard]] const std::string& problem() const noexcept;

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace jobaudit::protocol
