#include <jobaudit/error.hpp>

#include <string>

namespace jobaudit {
namespace {

const char* describe(errc code) noexcept
{
    switch (code) {
    case errc::canceled:
        return "the operation was canceled";
    case errc::client_closed:
        return "the client is closed";
    case errc::sink_failed:
        return "the sink could not take an outcome";
    case errc::source_failed:
        return "the source of jobs failed";
    case errc::host_not_found:
        return "the host name does not exist";
    case errc::name_resolution_failed:
        return "the resolver could not answer for the host name";
    case errc::connect_failed:
        return "no connection could be made";
    case errc::connect_timed_out:
        return "connecting took too long";
    case errc::local_shortage:
        return "this machine lacks what a connection needs";
    case errc::proxy_refused:
        return "the proxy refused to connect";
    case errc::proxy_unauthorized:
        return "the proxy does not accept the user name and password";
    case errc::tls_handshake_failed:
        return "the TLS handshake failed";
    case errc::tls_handshake_timed_out:
        return "the TLS handshake took too long";
    case errc::certificate_rejected:
        return "the server's certificate does not verify";
    case errc::certificate_for_another_host:
        return "the server's certificate is for another host";
    case errc::certificate_out_of_date:
        return "the server's certificate is not valid at this time";
    case errc::connection_lost:
        return "the connection broke before the response was complete";
    case errc::attempt_timed_out:
        return "the attempt took too long";
    case errc::job_timed_out:
        return "the job's time is over";
    case errc::bad_response:
        return "the response is not valid HTTP/1.1";
    case errc::bad_content_coding:
        return "the response's content coding is broken or was not offered";
    case errc::head_too_large:
        return "the response's head is larger than its limit";
    case errc::body_too_large:
        return "the response's body is larger than its limit";
    case errc::malformed_body:
        return "the response's body is not what the API promises";
    case errc::unauthorized:
        return "the server does not accept the API key";
    case errc::payment_required:
        return "the account's quota is used up";
    case errc::forbidden:
        return "the API key has no right to this job";
    case errc::not_found:
        return "there is no such job";
    case errc::unknown_path:
        return "what answers there does not know this path";
    case errc::validation:
        return "the server found the request invalid";
    case errc::rate_limited:
        return "the server asks for fewer requests";
    case errc::server_error:
        return "the server failed";
    case errc::unexpected_status:
        return "the server answered with an unexpected status";
    case errc::not_tried:
        return "the batch ended before this job was tried";
    case errc::invalid_job_id:
        return "the job ID is no UUID";
    }
    return "unknown error";
}

bool is_retryable(errc code) noexcept
{
    switch (code) {
    case errc::name_resolution_failed:
    case errc::connect_failed:
    case errc::connect_timed_out:
    case errc::local_shortage:
    case errc::proxy_refused:
    case errc::tls_handshake_failed:
    case errc::tls_handshake_timed_out:
    case errc::connection_lost:
    case errc::attempt_timed_out:
    case errc::job_timed_out:
    case errc::bad_response:
    case errc::bad_content_coding:
    case errc::malformed_body:
    case errc::rate_limited:
    case errc::unknown_path:
    case errc::server_error:
    case errc::not_tried:
        return true;
    default:
        return false;
    }
}

bool is_fatal(errc code) noexcept
{
    switch (code) {
    case errc::host_not_found:
    case errc::certificate_rejected:
    case errc::certificate_for_another_host:
    case errc::certificate_out_of_date:
    case errc::proxy_unauthorized:
    case errc::unauthorized:
    case errc::payment_required:
        return true;
    default:
        return false;
    }
}

bool is_client_error(errc code) noexcept
{
    switch (code) {
    case errc::unauthorized:
    case errc::payment_required:
    case errc::forbidden:
    case errc::not_found:
    case errc::validation:
    case errc::rate_limited:
        return true;
    default:
        return false;
    }
}

bool holds(errc code, condition value) noexcept
{
    switch (value) {
    case condition::retryable:
        return is_retryable(code);
    case condition::fatal:
        return is_fatal(code);
    case condition::client_error:
        return is_client_error(code);
    case condition::server_error:
        return code == errc::server_error || code == errc::unknown_path;
    }
    return false;
}

class error_category_type final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "jobaudit"; }

    std::string message(int code) const override { return describe(static_cast<errc>(code)); }
    const char* message(int code, char*, std::size_t) const noexcept override
    {
        return describe(static_cast<errc>(code));
    }
};

class condition_category_type final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "jobaudit.condition"; }

    std::string message(int value) const override { return describe_condition(value); }
    const char* message(int value, char*, std::size_t) const noexcept override { return describe_condition(value); }

    bool equivalent(const error_code& code, int value) const noexcept override
    {
        return code.category() == jobaudit::error_category() &&
               holds(static_cast<errc>(code.value()), static_cast<condition>(value));
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
