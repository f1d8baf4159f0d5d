#include "quick_verdicts.hpp"

namespace jobaudit::simulation {

using protocol::action;

protocol::verdict quick_verdict(const reply& from, protocol::wall_time client_time)
{
    const auto facts = facts_of(from, client_time);
    protocol::verdict result;
    result.kind = facts.kind;
    result.then = facts.retried                                  ? action::retry
                  : facts.kind == outcome_kind::unauthorized     ? action::confirm_then_stop
                  : facts.kind == outcome_kind::payment_required ? action::stop
                                                                 : action::deliver;
    result.http_status = facts.status;
    result.slows_host = facts.slows;
    result.may_slow_host = facts.overload;
    result.outage_sign = facts.sign;
    result.retry_after = facts.asked;
    return result;
}

const protocol::verdict& failure_verdict(outcome_kind kind)
{
    static const auto timeout = protocol::judge_failure(errc::attempt_timed_out, {});
    static const auto connect = protocol::judge_failure(errc::connect_failed, {});
    static const auto dns = protocol::judge_failure(errc::host_not_found, {});
    static const auto tls = protocol::judge_failure(errc::certificate_rejected, {});
    switch (kind) {
    case outcome_kind::timeout:
        return timeout;
    case outcome_kind::dns:
        return dns;
    case outcome_kind::tls:
        return tls;
    default:
        return connect;
    }
}

const protocol::verdict& job_timeout_verdict()
{
    static const auto verdict = protocol::judge_failure(errc::job_timed_out, {});
    return verdict;
}

job_id job_number(std::uint32_t number)
{
    job_id::bytes_type bytes{};
    for (std::size_t i = 0; i < 4; ++i)
        bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return job_id{bytes};
}

std::uint32_t number_of(const job_id& job)
{
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i)
        number |= static_cast<std::uint32_t>(job.bytes()[i]) << (8 * i);
    return number;
}

}  // namespace jobaudit::simulation
