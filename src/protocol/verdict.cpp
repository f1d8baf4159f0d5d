#include "protocol/verdict.hpp"

#include "protocol/error_body.hpp"
#include "protocol/limit_hints.hpp"
#include "protocol/retry_after.hpp"

#include <algorithm>
#include <utility>

namespace jobaudit::protocol {
namespace {

constexpr std::size_t max_message = 500;
constexpr std::size_t max_snippet = 300;

verdict make(outcome_kind kind, action then, errc error)
{
    verdict result;
    result.kind = kind;
    result.then = then;
    result.error = error;
    return result;
}

std::string status_line(const response_head& head)
{
    std::string text = std::to_string(head.status);
    if (!head.reason.empty())
        text += ' ' + head.reason;
    return text;
}

std::string with_snippet(std::string text, std::string_view body)
{
    const auto snippet = printable_snippet(body, max_snippet);
    return snippet.empty() ? text : std::move(text) + ": " + snippet;
}

/// One response to judge, its body read once.
struct response {
    const response_head& head;
    std::string_view body;
    error_body said;
    std::optional<duration> retry_after;
    std::optional<duration> resets_in;

    [[nodiscard]] std::string message() const
    {
        return said.detail.empty() ? with_snippet(status_line(head), body) : said.detail;
    }
};

/// The server's own clock is the one that its dates refer to.
wall_time server_time(const response_head& head, wall_time wall_now)
{
    return parse_http_date(head.date, wall_now).value_or(wall_now);
}

std::optional<duration> read_retry_after(const response_head& head, const error_body& said, const limit_hints& hints,
                                         wall_time now)
{
    // Several hints are lower bounds alike. One of zero, or of the past, is none: who refuses a request at once and
    // asks for it again at once has not thought of it.
    auto longest = std::max(said.retry_after.value_or(duration::zero()), hints.retry_after.value_or(duration::zero()));
    for (std::string_view rest = head.retry_after; !rest.empty();) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        longest = std::max(longest, parse_retry_after(line, now).value_or(duration::zero()));
    }
    return longest > duration::zero() ? std::optional{longest} : std::nullopt;
}

/// Whether a body is a page for people: what stands before the platform, or another site, speaks so.
bool is_page(std::string_view body) noexcept
{
    const auto begin = body.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    return begin != std::string_view::npos && body[begin] == '<';
}

verdict judge_foreign(const response& from, errc error)
{
    auto result = make(outcome_kind::server_error, action::retry, error);
    result.is_foreign = true;
    result.retry_after = from.retry_after;
    result.message = "not the platform's answer: " + with_snippet(status_line(from.head), from.body);
    return result;
}

std::string join(const validation_issue& issue)
{
    std::string where;
    for (const auto& part : issue.loc) {
        if (!where.empty())
            where += '.';
        const auto* name = std::get_if<std::string>(&part);
        where += name != nullptr ? *name : std::to_string(std::get<std::int64_t>(part));
    }
    if (where.empty() || issue.msg.empty())
        return where + issue.msg;
    return where + ": " + issue.msg;
}

verdict judge_validation(const response& from)
{
    if (!from.said.is_of_platform)
        return judge_foreign(from, errc::server_error);
    auto result = make(outcome_kind::validation, action::deliver, errc::validation);
    result.validation = from.said.validation;
    for (const auto& issue : result.validation) {
        if (!result.message.empty())
            result.message += "; ";
        result.message += join(issue);
    }
    if (result.message.empty())
        result.message = from.message();
    if (result.validation.empty() && !from.said.detail.empty())
        result.validation.push_back({{}, printable_snippet(from.said.detail, max_snippet), {}});
    return result;
}

verdict judge_forbidden(const response& from)
{
    if (is_page(from.body))
        return judge_foreign(from, errc::server_error);
    return make(outcome_kind::forbidden, action::deliver, errc::forbidden);
}

verdict judge_not_found(const response& from)
{
    // The platform knows its paths: "Not Found" is what its framework says of any other.
    if (!from.said.is_of_platform || from.said.detail.empty() || from.said.detail == "Not Found")
        return judge_foreign(from, errc::unknown_path);
    auto result = make(outcome_kind::not_found, action::deliver, errc::not_found);
    result.message = from.said.detail;
    return result;
}

/// Scheme and authority of a Location, without user information; nothing else of it, which may hold secrets.
std::string origin_of(std::string_view location)
{
    // A relative Location may hold a whole URL in its query.
    const auto scheme_end = location.find_first_of(":/?#\\");
    if (scheme_end == std::string_view::npos || location.substr(scheme_end, 3) != "://")
        return {};
    const auto rest = location.substr(scheme_end + 3);
    auto authority = rest.substr(0, rest.find_first_of("/?#\\"));
    authority.remove_prefix(authority.rfind('@') + 1);
    return std::string{location.substr(0, scheme_end + 3)} + std::string{authority};
}

bool is_redirect(int status) noexcept
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

verdict judge_redirect(const response& from)
{
    auto result = make(outcome_kind::http_error, action::deliver, errc::unexpected_status);
    result.message = status_line(from.head);
    if (const auto target = origin_of(from.head.location); !target.empty())
        result.message += " to " + target;
    result.message += ": redirects are not followed";
    result.is_foreign = true;
    return result;
}

// 520 to 527 and 530 are what a proxy of Cloudflare's says of the server behind it.
bool is_gateway_trouble(int status) noexcept
{
    return (status >= 502 && status <= 504) || (status >= 520 && status <= 527) || status == 530;
}

verdict judge_server_error(const response& from)
{
    const int status = from.head.status;
    if (status == 500 && from.said.detail.find("verifying token") != std::string::npos)
        return make(outcome_kind::unauthorized, action::confirm_then_stop, errc::unauthorized);
    // 501 and 505 say that the server lacks a function: asking again would not change that.
    const bool is_retried = status != 501 && status != 505;
    auto result = make(outcome_kind::server_error, is_retried ? action::retry : action::deliver, errc::server_error);
    result.outage_sign = is_gateway_trouble(status);
    if (is_retried)
        result.retry_after = from.retry_after;
    const bool is_overload = status == 503 || status == 529;
    const bool names_a_time = from.retry_after.has_value() || from.resets_in.has_value();
    result.slows_host = is_overload && names_a_time;
    result.may_slow_host = is_overload && !names_a_time;
    if (is_overload)
        result.resets_in = from.resets_in;
    return result;
}

verdict judge_rate_limit(const response& from)
{
    auto result = make(outcome_kind::rate_limited, action::retry, errc::rate_limited);
    result.slows_host = true;
    result.retry_after = from.retry_after;
    result.resets_in = from.resets_in;
    return result;
}

verdict judge_request_timeout(const response& from)
{
    auto result = make(outcome_kind::timeout, action::retry, errc::attempt_timed_out);
    result.retry_after = from.retry_after;
    return result;
}

verdict judge_too_early(const response& from)
{
    auto result = make(outcome_kind::http_error, action::retry, errc::unexpected_status);
    result.retry_after = from.retry_after;
    return result;
}

verdict judge_status(const response& from)
{
    const int status = from.head.status;
    switch (status) {
    case 401:
        return make(outcome_kind::unauthorized, action::confirm_then_stop, errc::unauthorized);
    case 402:
        return make(outcome_kind::payment_required, action::stop, errc::payment_required);
    case 403:
        return judge_forbidden(from);
    case 404:
        return judge_not_found(from);
    case 408:
        return judge_request_timeout(from);
    case 422:
        return judge_validation(from);
    case 425:
        return judge_too_early(from);
    case 429:
        return judge_rate_limit(from);
    default:
        break;
    }
    if (status >= 500)
        return judge_server_error(from);
    if (is_redirect(status))
        return judge_redirect(from);
    return make(outcome_kind::http_error, action::deliver, errc::unexpected_status);
}

verdict judge_broken_success(std::string_view body, error_code body_error, std::string_view body_problem)
{
    if (body_error != errc::malformed_body)
        return judge_failure(body_error, std::string{body_problem});
    auto result = make(outcome_kind::malformed_body, action::retry, errc::malformed_body);
    result.message = with_snippet(body_problem.empty() ? body_error.message() : std::string{body_problem}, body);
    result.is_foreign = is_page(body);
    return result;
}

struct failure_rule {
    outcome_kind kind;
    action then;
    bool outage_sign;
};

failure_rule rule_for(errc code) noexcept
{
    switch (code) {
    case errc::host_not_found:
        return {outcome_kind::dns, action::stop_at_start, true};
    case errc::name_resolution_failed:
        return {outcome_kind::dns, action::retry, true};
    case errc::proxy_unauthorized:
        // Each login that fails may be one too many for the account.
        return {outcome_kind::connect, action::confirm_then_stop, false};
    case errc::connect_failed:
    case errc::connect_timed_out:
    case errc::local_shortage:
    case errc::proxy_refused:
        return {outcome_kind::connect, action::retry, true};
    case errc::tls_handshake_failed:
    case errc::tls_handshake_timed_out:
        return {outcome_kind::tls, action::retry, true};
    case errc::certificate_rejected:
    case errc::certificate_for_another_host:
    case errc::certificate_out_of_date:
        return {outcome_kind::tls, action::stop_at_start, true};
    case errc::attempt_timed_out:
        return {outcome_kind::timeout, action::retry, false};
    case errc::job_timed_out:
        return {outcome_kind::timeout, action::deliver, false};
    case errc::bad_response:
    case errc::bad_content_coding:
        return {outcome_kind::protocol, action::retry, false};
    case errc::malformed_body:
        return {outcome_kind::malformed_body, action::retry, false};
    case errc::head_too_large:
    case errc::body_too_large:
        return {outcome_kind::too_large, action::deliver, false};
    case errc::canceled:
    case errc::client_closed:
    case errc::sink_failed:
    case errc::source_failed:
        return {outcome_kind::canceled, action::deliver, false};
    case errc::not_tried:
        return {outcome_kind::not_tried, action::deliver, false};
    case errc::invalid_job_id:
        return {outcome_kind::invalid_job_id, action::deliver, false};
    default:
        return {outcome_kind::transport, action::retry, true};
    }
}

}  // namespace

verdict judge_response(const response_head& head, std::string_view body, error_code body_error,
                       std::string_view body_problem, wall_time wall_now)
{
    verdict result;
    result.http_status = head.status;
    if (head.status == 200 && !body_error)
        return result;
    if (head.status == 200) {
        result = judge_broken_success(body, body_error, body_problem);
    } else {
        response from{head, body, read_error_body(body), {}, {}};
        const auto now = server_time(head, wall_now);
        const auto hints = read_limit_hints(head.limit_hints, now);
        from.retry_after = read_retry_after(head, from.said, hints, now);
        from.resets_in = hints.resets_in;
        result = judge_status(from);
        if (result.message.empty())
            result.message = from.message();
    }
    result.http_status = head.status;
    result.message = printable_snippet(result.message, max_message);
    return result;
}

verdict judge_failure(error_code error, std::string message)
{
    // An error of another category comes from the socket or from TLS.
    if (error.category() != error_category())
        error = errc::connection_lost;
    const auto rule = rule_for(static_cast<errc>(error.value()));
    auto result = make(rule.kind, rule.then, static_cast<errc>(error.value()));
    result.outage_sign = rule.outage_sign;
    result.message = printable_snippet(message.empty() ? error.message() : message, max_message);
    return result;
}

}  // namespace jobaudit::protocol
