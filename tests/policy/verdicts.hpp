#pragma once

#include "policy/time.hpp"
#include "protocol/verdict.hpp"

#include <jobaudit/job_id.hpp>

#include <cstdint>
#include <optional>
#include <string>

/// What a server may do to an attempt, as the scheduler is told of it.
namespace jobaudit::policy {

[[nodiscard]] inline protocol::verdict verdict_of(outcome_kind kind, protocol::action then, int status,
                                                  std::string message = {})
{
    protocol::verdict result;
    result.kind = kind;
    result.then = then;
    result.http_status = status;
    result.message = std::move(message);
    return result;
}

[[nodiscard]] inline protocol::verdict ok() { return verdict_of(outcome_kind::ok, protocol::action::deliver, 200); }

[[nodiscard]] inline protocol::verdict not_found()
{
    return verdict_of(outcome_kind::not_found, protocol::action::deliver, 404, "Job not found");
}

[[nodiscard]] inline protocol::verdict forbidden()
{
    return verdict_of(outcome_kind::forbidden, protocol::action::deliver, 403, "no");
}

[[nodiscard]] inline protocol::verdict unauthorized()
{
    auto result = verdict_of(outcome_kind::unauthorized, protocol::action::confirm_then_stop, 401, "bad key");
    result.error = errc::unauthorized;
    return result;
}

[[nodiscard]] inline protocol::verdict payment_required()
{
    return verdict_of(outcome_kind::payment_required, protocol::action::stop, 402, "no quota");
}

[[nodiscard]] inline protocol::verdict server_error()
{
    return verdict_of(outcome_kind::server_error, protocol::action::retry, 500, "oops");
}

[[nodiscard]] inline protocol::verdict bad_gateway()
{
    auto result = verdict_of(outcome_kind::server_error, protocol::action::retry, 502, "bad gateway");
    result.outage_sign = true;
    return result;
}

[[nodiscard]] inline protocol::verdict connection_reset()
{
    auto result = verdict_of(outcome_kind::transport, protocol::action::retry, 0, "connection reset");
    result.outage_sign = true;
    return result;
}

[[nodiscard]] inline protocol::verdict timed_out()
{
    return verdict_of(outcome_kind::timeout, protocol::action::retry, 0, "timed out");
}

[[nodiscard]] inline protocol::verdict connect_refused()
{
    auto result = verdict_of(outcome_kind::connect, protocol::action::retry, 0, "connection refused");
    result.outage_sign = true;
    return result;
}

[[nodiscard]] inline protocol::verdict unknown_host()
{
    auto result = verdict_of(outcome_kind::dns, protocol::action::stop_at_start, 0, "no such host");
    result.outage_sign = true;
    return result;
}

[[nodiscard]] inline protocol::verdict too_many_requests(std::optional<duration> retry_after)
{
    auto result = verdict_of(outcome_kind::rate_limited, protocol::action::retry, 429, "slow down");
    result.slows_host = true;
    result.retry_after = retry_after;
    return result;
}

/// A job's name made of a number, and back.
[[nodiscard]] inline job_id job_number(std::uint32_t number)
{
    job_id::bytes_type bytes{};
    for (std::size_t i = 0; i < 4; ++i)
        bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return job_id{bytes};
}

[[nodiscard]] inline std::uint32_t number_of(const job_id& job)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number |= static_cast<std::uint32_t>(job.bytes()[i]) << (8 * i);
    return number;
}

}  // namespace jobaudit::policy
