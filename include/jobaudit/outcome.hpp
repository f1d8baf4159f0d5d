#pragma once

#include <jobaudit/failed_file.hpp>
#include <jobaudit/job_id.hpp>

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jobaudit {

/// How a job ended. The names are those of the field `outcome` in the program's output.
enum class outcome_kind : std::uint8_t {
    ok,
    invalid_job_id,    ///< what was given is no UUID: nothing was asked
    unauthorized,      ///< 401, or the 500 with which the platform answers a bad bearer token
    payment_required,  ///< 402
    forbidden,         ///< 403
    not_found,         ///< 404
    validation,        ///< 422; outcome::validation says what is wrong
    rate_limited,      ///< 429 at the last attempt
    server_error,      ///< 5xx at the last attempt
    http_error,        ///< any other status, redirects among them
    timeout,           ///< the attempt or the job ran out of time
    dns,
    connect,
    tls,
    transport,       ///< the connection broke before the response was complete
    protocol,        ///< what came is not strict HTTP/1.1
    malformed_body,  ///< a 200 whose body is not what the API promises
    too_large,       ///< head or body above its limit
    canceled,        ///< was in flight or waiting for a retry when the batch was told to end
    not_tried,       ///< the batch ended before this job did
};

/// Number of kinds: outcome_kind's values are 0 … outcome_kind_count − 1.
inline constexpr std::size_t outcome_kind_count = static_cast<std::size_t>(outcome_kind::not_tried) + 1;

/// The kind's name as it stands in the program's output.
[[nodiscard]] std::string_view to_string(outcome_kind kind) noexcept;
/// The kind of that name, as to_string gives it.
[[nodiscard]] std::optional<outcome_kind> parse_outcome_kind(std::string_view name) noexcept;
/// Writes the kind's name.
std::ostream& operator<<(std::ostream& out, outcome_kind kind);

/// Whether asking again would give the same: `ok`, `not_found`, `validation`, `invalid_job_id`. A resumed audit skips
/// these.
[[nodiscard]] bool has_ended(outcome_kind kind) noexcept;

/// Whether it came to nothing for a reason that may pass, so that asking again another time is worth it: the server or
/// the way to it failed, or the job was not tried.
[[nodiscard]] bool may_pass(outcome_kind kind) noexcept;

/// One entry of a 422's `detail`.
struct validation_issue {
    /// A field's name, or an index.
    using location = std::variant<std::string, std::int64_t>;

    std::vector<location> loc;  ///< where, from the outside in: `path`, `job_id`
    std::string msg;            ///< what is wrong, for a person
    std::string type;           ///< what is wrong, for a program

    /// Member by member.
    friend bool operator==(const validation_issue&, const validation_issue&) = default;
};

/// What became of one job. Each job that is given to the library ends in exactly one.
struct outcome {
    job_id job;                                   ///< the job that this is of
    outcome_kind kind = outcome_kind::not_tried;  ///< how it ended
    int http_status = 0;                          ///< of the last attempt's response; 0 where there was none
    unsigned attempts = 0;                        ///< requests made for the job that count against its limit
    std::chrono::nanoseconds elapsed{};           ///< from the first attempt's start to the end, all waits included
    std::vector<failed_file> failed_files;        ///< empty where they were streamed
    std::uint64_t failed_file_count = 0;          ///< also where they were streamed
    std::string message;  ///< for a person: printable, bounded (about 500 bytes), without secrets; empty for `ok`
    std::vector<validation_issue> validation;  ///< with outcome_kind::validation: what is wrong
    /// The cause, in jobaudit::error_category() (or the generic not_enough_memory); no error for `ok`.
    boost::system::error_code error;
    std::string request_id{};  ///< fetch_options::request_id or audit_options::request_id
    /// The job was delivered before, with what may have been the answer to another job: this outcome counts in its
    /// place (summary::delivered_again).
    bool is_delivered_again = false;
};

}  // namespace jobaudit
