#include <jobaudit/error.hpp>

#include <array>
#include <cstddef>
#include <string>

namespace jobaudit {
namespace {

/// A set of conditions of one.
constexpr unsigned set_of(condition value) noexcept
{
    return value >= condition::retryable && value <= condition::server_error ? 1U << static_cast<unsigned>(value) : 0;
}

constexpr unsigned retryable = set_of(condition::retryable);
constexpr unsigned fatal = set_of(condition::fatal);
constexpr unsigned client_error = set_of(condition::client_error);
constexpr unsigned server_error = set_of(condition::server_error);

struct description {
    errc code;
    const char* text;
    unsigned conditions = 0;
};

constexpr std::array descriptions{
    description{errc::canceled, "the operation was canceled"},
    description{errc::client_closed, "the client is closed"},
    description{errc::sink_failed, "the sink could not take an outcome"},
    description{errc::source_failed, "the source of jobs failed"},
    description{errc::host_not_found, "the host name does not exist", fatal},
    description{errc::name_resolution_failed, "the resolver could not answer for the host name", retryable},
    description{errc::connect_failed, "no connection could be made", retryable},
    description{errc::connect_timed_out, "connecting took too long", retryable},
    description{errc::local_shortage, "this machine lacks what a connection needs", retryable},
    description{errc::proxy_refused, "the proxy refused to connect", retryable},
    description{errc::proxy_unauthorized, "the proxy does not accept the user name and password", fatal},
    description{errc::tls_handshake_failed, "the TLS handshake failed", retryable},
    description{errc::tls_handshake_timed_out, "the TLS handshake took too long", retryable},
    description{errc::certificate_rejected, "the server's certificate does not verify", fatal},
    description{errc::certificate_for_another_host, "the server's certificate is for another host", fatal},
    description{errc::certificate_out_of_date, "the server's certificate is not valid at this time", fatal},
    description{errc::connection_lost, "the connection broke before the response was complete", retryable},
    description{errc::attempt_timed_out, "the attempt took too long", retryable},
    description{errc::job_timed_out, "the job's time is over", retryable},
    description{errc::bad_response, "the response is not valid HTTP/1.1", retryable},
    description{errc::bad_content_coding, "the response's content coding is broken or was not offered", retryable},
    description{errc::head_too_large, "the response's head is larger than its limit"},
    description{errc::body_too_large, "the response's body is larger than its limit"},
    description{errc::malformed_body, "the response's body is not what the API promises", retryable},
    description{errc::unauthorized, "the server does not accept the API key", fatal | client_error},
    description{errc::payment_required, "the account's quota is used up", fatal | client_error},
    description{errc::forbidden, "the API key has no right to this job", client_error},
    description{errc::not_found, "there is no such job", client_error},
    description{errc::unknown_path, "what answers there does not know this path", retryable | server_error},
    description{errc::validation, "the server found the request invalid", client_error},
    description{errc::rate_limited, "the server asks for fewer requests", retryable | client_error},
    description{errc::server_error, "the server failed", retryable | server_error},
    description{errc::unexpected_status, "the server answered with an unexpected status"},
    description{errc::not_tried, "the batch ended before this job was tried", retryable},
    description{errc::invalid_job_id, "the job ID is no UUID"},
};

/// Found by its place: the codes go from 1 on without a gap.
constexpr bool is_complete() noexcept
{
    for (std::size_t i = 0; i < descriptions.size(); ++i)
        if (static_cast<std::size_t>(descriptions[i].code) != i + 1)
            return false;
    return descriptions.back().code == errc::invalid_job_id;
}
static_assert(is_complete());

const description* description_of(int code) noexcept
{
    const bool is_one = code >= 1 && code <= static_cast<int>(descriptions.size());
    return is_one ? &descriptions[static_cast<std::size_t>(code - 1)] : nullptr;
}

const char* text_of(int code) noexcept
{
    const auto* found = description_of(code);
    return found != nullptr ? found->text : "unknown error";
}

bool holds(int code, condition value) noexcept
{
    const auto* found = description_of(code);
    return found != nullptr && (found->conditions & set_of(value)) != 0;
}

class error_category_type final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "jobaudit"; }

    std::string message(int code) const override { return text_of(code); }
    const char* message(int code, char*, std::size_t) const noexcept override { return text_of(code); }
};

class condition_category_type final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "jobaudit.condition"; }

    std::string message(int value) const override { return describe_condition(value); }
    const char* message(int value, char*, std::size_t) const noexcept override { return describe_condition(value); }

    bool equivalent(const error_code& code, int value) const noexcept override
    {
        return code.category() == jobaudit::error_category() && holds(code.value(), static_cast<condition>(value));
    }

private:
    static const char* describe_condition(int value) noexcept
    {
        switch (static_cast<condition>(value)) {
        case condition::retryable:
            return "the same request may succeed later";
        case condition::fatal:
            return "no job can succeed with this configuration";
        case condition::client_error:
            return "the request or the key is at fault";
        case condition::server_error:
            return "the server is at fault";
        }
        return "unknown condition";
    }
};

}  // namespace

const boost::system::error_category& error_category() noexcept
{
    static const error_category_type category;
    return category;
}

const boost::system::error_category& condition_category() noexcept
{
    static const condition_category_type category;
    return category;
}

error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), error_category()}; }

boost::system::error_condition make_error_condition(condition value) noexcept
{
    return {static_cast<int>(value), condition_category()};
}

}  // namespace jobaudit
