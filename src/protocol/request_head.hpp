#pragma once

#include <jobaudit/job_id.hpp>
#include <jobaudit/options.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::protocol {

/// The base of every request, read from a user's URL.
struct origin {
    bool tls = true;
    std::string host;  ///< a name in lower case, or an IP address; an IPv6 address without its brackets
    std::string port;  ///< decimal
    std::string path;  ///< ends in `/api/v1`

    /// `host:port`, with brackets around an IPv6 address.
    [[nodiscard]] std::string authority() const;
    /// The same without the scheme's default port: the value of Host.
    [[nodiscard]] std::string host_field() const;
    /// localhost or a name under it, 127.0.0.0/8 or ::1
    [[nodiscard]] bool is_loopback() const noexcept;
};

/// `localhost`, or a name under it: the loopback, whatever a name server says (RFC 6761 §6.3). Expects lower case.
[[nodiscard]] bool is_localhost(std::string_view host) noexcept;

/// The same, or an address of the loopback, without brackets. Expects lower case.
[[nodiscard]] bool is_loopback_host(std::string_view host) noexcept;

/// Reads `http[s]://host[:port][/path]`; a trailing `/api/v1` is understood, never doubled. Throws option_error{"url"}
/// with what is wrong: scheme, user info, host, query, fragment, port, blanks and control characters.
[[nodiscard]] origin parse_origin(std::string_view url);

/// Throws option_error{"credentials.key"} when the key is empty, too long, or holds what a header value must not (CR,
/// LF, NUL, other control characters, blanks at the ends, non-ASCII); the message tells position and kind of the
/// character, never the key.
void validate(const credentials& value);

/// Throws option_error{field} when a request must not hold the header field: see header_field.
void validate(const header_field& added, const char* field);
/// The same for a value alone.
void validate_field_value(std::string_view value, const char* field);

/// The lines of header fields as a request holds them, `name: value` and CRLF each. They must be valid.
[[nodiscard]] std::string make_field_lines(std::span<const header_field> fields);

/// A whole GET request for `target`, which is appended to the origin's path: `/jobs/?status=FAILED`. Throws
/// option_error when the key or the user agent is no header value. `target` must be percent-encoded already;
/// `field_lines`: see make_field_lines().
[[nodiscard]] std::string make_get(const origin& where, const credentials& key, std::string_view user_agent,
                                   std::string_view target, std::string_view field_lines = {});

/// What make_get() takes for the list of jobs: of one workflow, unless `workflow_id` is empty, and in one status,
/// unless `status` is. Both are percent-encoded here.
[[nodiscard]] std::string list_target(std::string_view workflow_id, std::string_view status);

/// The head of `GET …/jobs/{job_id}/failed-files`, made once; only the job's ID changes from request to request.
class request_head {
public:
    /// Throws as make_get does.
    request_head(const origin& where, const credentials& key, std::string_view user_agent,
                 std::string_view field_lines = {});

    /// The whole request. The view is valid until the next call or the object's end.
    [[nodiscard]] std::string_view for_job(const job_id& job) noexcept;
    /// The same with further lines of fields.
    [[nodiscard]] std::string_view for_job(const job_id& job, std::string_view further_lines);

private:
    std::string text_;
    std::string longer_;  // with further lines
    std::size_t job_at_ = 0;
};

}  // namespace jobaudit::protocol
