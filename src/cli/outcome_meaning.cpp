#include "cli/outcome_meaning.hpp"

namespace jobaudit::cli {

std::string_view meaning_of(outcome_kind kind) noexcept
{
    switch (kind) {
    case outcome_kind::ok:
        return "";
    case outcome_kind::invalid_job_id:
        return "no UUID: not asked for";
    case outcome_kind::unauthorized:
        return "the key was refused";
    case outcome_kind::payment_required:
        return "the quota is used up";
    case outcome_kind::forbidden:
        return "the key has no right to these jobs";
    case outcome_kind::not_found:
        return "the platform knows no such job";
    case outcome_kind::validation:
        return "the platform found the request invalid";
    case outcome_kind::rate_limited:
        return "still too fast for the server at the last attempt";
    case outcome_kind::server_error:
        return "the server failed at every attempt";
    case outcome_kind::http_error:
        return "an answer that has no meaning here";
    case outcome_kind::timeout:
        return "no whole answer in time: allow more with --timeout or --job-timeout";
    case outcome_kind::dns:
        return "the host's name could not be resolved";
    case outcome_kind::connect:
        return "no connection to the server";
    case outcome_kind::tls:
        return "no TLS session with the server";
    case outcome_kind::transport:
        return "the connection broke at every attempt";
    case outcome_kind::protocol:
        return "the answer was not valid HTTP";
    case outcome_kind::malformed_body:
        return "the answer's body was not what the platform promises";
    case outcome_kind::too_large:
        return "the answer was larger than --max-body, or its head than 64 KiB";
    case outcome_kind::canceled:
        return "interrupted";
    case outcome_kind::not_tried:
        return "the audit ended before";
    }
    return "";
}

}  // namespace jobaudit::cli
