#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/error_condition.hpp>

#include <type_traits>

namespace jobaudit {

/// Its category is error_category(), but for what the system says.
using boost::system::error_code;

/// Every way in which asking for a job can fail.
enum class errc {
    // Local: these alone are passed as the error_code of an operation.
    canceled = 1,   ///< the caller canceled the operation
    client_closed,  ///< async_close was called
    sink_failed,    ///< the sink threw, or said that it cannot go on
    source_failed,  ///< the job source threw

    // Before a request could be sent.
    host_not_found,          ///< the name does not exist
    name_resolution_failed,  ///< the resolver could not answer now
    connect_failed,          ///< refused, unreachable, or broken while connecting
    connect_timed_out,
    local_shortage,  ///< this machine has no free port, file descriptor or memory for a connection
    proxy_refused,
    proxy_unauthorized,  ///< it wants another name or password, or one at all
    tls_handshake_failed,
    tls_handshake_timed_out,
    certificate_rejected,  ///< the server's certificate does not verify: no trusted authority has signed it, or it is
                           ///< broken
    certificate_for_another_host,  ///< it names other hosts than the one of the URL
    certificate_out_of_date,       ///< by this machine's clock it is not valid yet, or not any more

    // In the exchange.
    connection_lost,  ///< reset or closed before the response was complete
    attempt_timed_out,
    job_timed_out,
    bad_response,        ///< not strict HTTP/1.1 (RFC 9112)
    bad_content_coding,  ///< a coding that was not offered, or a gzip stream that is broken
    head_too_large,
    body_too_large,
    malformed_body,  ///< a 200 that does not hold what the API promises

    // What the server said.
    unauthorized,
    payment_required,
    forbidden,
    not_found,
    unknown_path,  ///< 404 of what stands before the platform: it is being deployed, or the URL's base path is wrong
    validation,
    rate_limited,
    server_error,
    unexpected_status,  ///< a status with no meaning here, redirects among them

    // The batch ended first.
    not_tried,
    invalid_job_id,
};

/// What a caller may want to know of any error_code of this library: `if (ec == jobaudit::condition::retryable)`.
enum class condition {
    retryable = 1,  ///< the same request may succeed later
    fatal,          ///< no other job can succeed either, as long as the configuration stays
    client_error,   ///< the request or the key is at fault (4xx)
    server_error,   ///< the server is at fault (5xx)
};

/// Of errc.
[[nodiscard]] const boost::system::error_category& error_category() noexcept;
/// Of condition.
[[nodiscard]] const boost::system::error_category& condition_category() noexcept;
/// In error_category().
[[nodiscard]] error_code make_error_code(errc code) noexcept;
/// In condition_category().
[[nodiscard]] boost::system::error_condition make_error_condition(condition value) noexcept;

}  // namespace jobaudit

namespace boost::system {

template <>
struct is_error_code_enum<jobaudit::errc> : std::true_type {};
template <>
struct is_error_condition_enum<jobaudit::condition> : std::true_type {};

}  // namespace boost::system
