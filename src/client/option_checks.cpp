#include "client/option_checks.hpp"

#include "net/endpoint.hpp"

#include <jobaudit/version.hpp>

#include <algorithm>
#include <cmath>

namespace jobaudit::client_detail {

namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds longest = std::chrono::hours{24} * 365 * 100;

template <class... Durations>
void bound(Durations&... each)
{
    ((each = std::min(each, longest)), ...);
}

void require(bool holds, const char* field, const char* message)
{
    if (!holds)
        throw option_error{field, message};
}

void require_positive(nanoseconds value, const char* field)
{
    require(value > nanoseconds::zero(), field, "must be above zero");
}

void require_not_negative(nanoseconds value, const char* field)
{
    require(value >= nanoseconds::zero(), field, "must not be negative");
}

// What fetch_options and audit_options have in common.
template <class Options>
void check_retries(Options& options)
{
    protocol::validate_field_value(options.request_id, "request_id");
    require(options.attempts >= 1, "attempts", "must be at least 1");
    require_positive(options.timeout, "timeout");
    require_positive(options.job_timeout, "job_timeout");
    require_not_negative(options.max_wait, "max_wait");
    require_positive(options.backoff_base, "backoff_base");
    require(options.backoff_limit >= options.backoff_base, "backoff_limit", "must not be below backoff_base");
    bound(options.timeout, options.job_timeout, options.max_wait, options.backoff_base, options.backoff_limit);
}

}  // namespace

void require_rate(double per_second, unsigned burst)
{
    require(std::isfinite(per_second) && per_second >= 0, "rate",
            "must be a number of requests a second, or 0 for no limit");
    require(burst >= 1, "burst", "must be at least 1");
}

protocol::origin checked_origin(const client_options& options)
{
    auto origin = protocol::parse_origin(options.url);
    require(origin.tls || origin.is_loopback() || options.allow_plain_http, "url",
            "http:// would send the key in clear text to a host that is not this machine: use https://, or allow it "
            "explicitly (allow_plain_http)");
    const bool stays_here = options.proxy.empty() || net::parse_proxy(options.proxy).is_loopback();
    require(origin.tls || stays_here || options.allow_plain_http, "proxy",
            "http:// would send the key in clear text to a proxy that is not this machine: use https://, go without a "
            "proxy, or allow it explicitly (allow_plain_http)");
    return origin;
}

client_options checked(client_options options)
{
    (void)checked_origin(options);
    protocol::validate(options.credentials);
    if (!options.proxy.empty())
        (void)net::parse_proxy(options.proxy);
    require_positive(options.connect_timeout, "connect_timeout");
    require_positive(options.idle_timeout, "idle_timeout");
    require_positive(options.max_connection_age, "max_connection_age");
    require(options.connections >= 1, "connections", "must be at least 1");
    require(options.pipeline >= 1 && options.pipeline <= 64, "pipeline", "must be from 1 to 64");
    require(options.max_head >= 1024 && options.max_head <= 16 * 1024 * 1024, "max_head",
            "must be from 1 KiB to 16 MiB");
    require(options.max_body >= 1, "max_body", "must be at least 1 byte");
    require(options.max_memory >= 1024 * 1024, "max_memory", "must be at least 1 MiB");
    if (options.user_agent.empty())
        options.user_agent = "jobaudit/" JOBAUDIT_VERSION_STRING;
    require(std::ranges::all_of(options.user_agent, [](unsigned char c) { return c >= ' ' && c < 127; }), "user_agent",
            "must be printable ASCII");
    for (const auto& each : options.headers)
        protocol::validate(each, "headers");
    protocol::validate(header_field{options.request_id_header, {}}, "request_id_header");
    require_rate(options.rate, options.burst);
    require(!options.limits || options.rate == 0, "rate", "must be 0 beside limits: give the rate to those");
    bound(options.connect_timeout, options.idle_timeout, options.max_connection_age);
    return options;
}

fetch_options checked(fetch_options options)
{
    for (const auto& each : options.headers)
        protocol::validate(each, "headers");
    check_retries(options);
    require_positive(options.outage_limit, "outage_limit");
    bound(options.outage_limit);
    return options;
}

fetch_options as_fetch(const list_options& options)
{
    fetch_options how;
    how.attempts = options.attempts;
    how.timeout = options.timeout;
    how.job_timeout = longest;
    how.max_wait = options.max_wait;
    how.backoff_base = options.backoff_base;
    how.backoff_limit = options.backoff_limit;
    how.outage_limit = options.outage_limit;
    how.request_id = options.request_id;
    how.headers = options.headers;
    return how;
}

list_options checked(list_options options)
{
    const auto how = checked(as_fetch(options));
    for (const auto& each : options.status) {
        require(!each.empty(), "status", "must not be empty: leave it out for jobs in any");
        protocol::validate_field_value(each, "status");
    }
    require(options.workflow_id.empty() || job_id::parse(options.workflow_id), "workflow_id", "must be a UUID");
    options.timeout = how.timeout;
    options.max_wait = how.max_wait;
    options.backoff_base = how.backoff_base;
    options.backoff_limit = how.backoff_limit;
    options.outage_limit = how.outage_limit;
    require_positive(options.outage_limit_at_start, "outage_limit_at_start");
    bound(options.outage_limit_at_start);
    return options;
}

audit_options checked(audit_options options, const client_options& of_client)
{
    check_retries(options);
    require(options.concurrency >= 1 && options.concurrency <= 100'000, "concurrency", "must be from 1 to 100000");
    require(options.concurrency <= 100'000 / of_client.pipeline, "concurrency",
            "times pipeline must not be above 100000");
    require(options.threads >= 1 && options.threads <= 1024, "threads", "must be from 1 to 1024");
    require_rate(options.rate, options.burst);
    require(!of_client.limits || options.rate == 0, "rate",
            "must be 0 where the client has limits in common with others: give the rate to those");
    require_not_negative(options.deadline, "deadline");
    require_positive(options.outage_limit, "outage_limit");
    require_positive(options.outage_limit_at_start, "outage_limit_at_start");
    require_not_negative(options.drain_limit, "drain_limit");
    bound(options.deadline, options.outage_limit, options.outage_limit_at_start, options.drain_limit);
    return options;
}

}  // namespace jobaudit::client_detail
