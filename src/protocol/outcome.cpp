#include <jobaudit/outcome.hpp>

#include <algorithm>
#include <array>
#include <ostream>

namespace jobaudit {
namespace {

constexpr std::array<std::string_view, outcome_kind_count> names{
    "ok",           "invalid_job_id", "unauthorized",   "payment_required", "forbidden", "not_found", "validation",
    "rate_limited", "server_error",   "http_error",     "timeout",          "dns",       "connect",   "tls",
    "transport",    "protocol",       "malformed_body", "too_large",        "canceled",  "not_tried",
};

static_assert(names[static_cast<std::size_t>(outcome_kind::http_error)] == "http_error");
static_assert(names[static_cast<std::size_t>(outcome_kind::transport)] == "transport");
static_assert(names[static_cast<std::size_t>(outcome_kind::not_tried)] == "not_tried");

}  // namespace

std::string_view to_string(outcome_kind kind) noexcept
{
    const auto index = static_cast<std::size_t>(kind);
    return index < names.size() ? names[index] : std::string_view{"unknown"};
}

std::optional<outcome_kind> parse_outcome_kind(std::string_view name) noexcept
{
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<outcome_kind>(found - names.begin());
}

std::ostream& operator<<(std::ostream& out, outcome_kind kind) { return out << to_string(kind); }

bool has_ended(outcome_kind kind) noexcept
{
    switch (kind) {
    case outcome_kind::ok:
    case outcome_kind::not_found:
    case outcome_kind::validation:
    case outcome_kind::invalid_job_id:
        return true;
    default:
        return false;
    }
}

bool may_pass(outcome_kind kind) noexcept
{
    switch (kind) {
    case outcome_kind::rate_limited:
    case outcome_kind::server_error:
    case outcome_kind::timeout:
    case outcome_kind::dns:
    case outcome_kind::connect:
    case outcome_kind::tls:
    case outcome_kind::transport:
    case outcome_kind::protocol:
    case outcome_kind::malformed_body:
    case outcome_kind::canceled:
    case outcome_kind::not_tried:
        return true;
    default:
        return false;
    }
}

}  // namespace jobaudit
