#include "policy/stop_cause.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace jobaudit::policy {

namespace {

[[nodiscard]] std::string refusal(const protocol::verdict& result)
{
    switch (result.kind) {
    case outcome_kind::unauthorized:
        return "the API key was refused (" + with_status(result) + ")";
    case outcome_kind::payment_required:
        return "the account's quota does not allow more requests (" + with_status(result) + ")";
    default:
        return with_status(result);
    }
}

[[nodiscard]] std::string decimal(double value, const char* unit)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), value < 9.95 ? "%.1f" : "%.0f", value);
    std::string number{text.data()};
    if (number.ends_with(".0"))
        number.resize(number.size() - 2);
    return number + " " + unit;
}

[[nodiscard]] std::string two_units(std::int64_t count, std::int64_t ratio, const char* large, const char* small)
{
    std::string text = std::to_string(count / ratio) + " " + large;
    if (count % ratio != 0)
        text += " " + std::to_string(count % ratio) + " " + small;
    return text;
}

}  // namespace

std::string with_status(const protocol::verdict& result)
{
    if (result.http_status == 0)
        return result.message;
    const std::string status = std::to_string(result.http_status);
    // Where the server said nothing of its own, the message begins with the status line.
    if (result.message == status || result.message.starts_with(status + ' ') ||
        result.message.starts_with(status + ':'))
        return result.message;
    return result.message.empty() ? status : status + ": " + result.message;
}

std::string in_words(const protocol::verdict& result)
{
    if (result.http_status != 0)
        return "HTTP " + with_status(result);
    return result.message.empty() ? result.error.message() : result.message;
}

stop_cause refused(const protocol::verdict& result)
{
    return {.reason = stop_reason::fatal, .error = result.error, .message = refusal(result)};
}

stop_cause all_forbidden(const protocol::verdict& result)
{
    return {.reason = stop_reason::fatal,
            .error = errc::forbidden,
            .message = "the key has no right to any of the first jobs (" + with_status(result) + ")"};
}

stop_cause not_the_platform(const protocol::verdict& result)
{
    return {.reason = stop_reason::fatal,
            .error = errc::unknown_path,
            .message = "what answers at this address is not the platform (" + with_status(result) + ")"};
}

stop_cause refused_for_too_long(duration limit, std::string_view last)
{
    return {.reason = stop_reason::fatal,
            .error = errc::rate_limited,
            .message =
                "the server has refused every request for " + in_words(limit) + " (last: " + std::string{last} + ")"};
}

stop_cause asked_to_wait(duration wait, duration limit)
{
    return {.reason = stop_reason::wait_too_long,
            .error = errc::rate_limited,
            .message = "the server asks for a pause of " + in_words(wait) + ", longer than is to be waited (" +
                       in_words(limit) + ")",
            .resume_after = wait};
}

stop_cause outage_too_long(duration lasted, error_code error, std::string_view last_failure)
{
    std::string message = (error == errc::local_shortage ? "this machine could open no connection for "
                                                         : "the server has been failing for ") +
                          in_words(lasted);
    if (!last_failure.empty())
        message.append(" (last: ").append(last_failure).append(")");
    return {.reason = stop_reason::outage, .error = error, .message = std::move(message)};
}

stop_cause deadline_passed(duration deadline)
{
    return {.reason = stop_reason::deadline,
            .message = "the time limit of the batch (" + in_words(deadline) + ") has passed"};
}

std::string in_words(duration span)
{
    using namespace std::chrono;

    const duration positive = std::max(span, duration::zero());
    if (positive < 1s)
        return std::to_string(ceil<milliseconds>(positive).count()) + " ms";
    if (positive < 1min)
        return decimal(std::chrono::duration<double>{positive}.count(), "s");
    if (positive < 1h)
        return two_units(round<seconds>(positive).count(), 60, "min", "s");
    if (positive < 48h)
        return two_units(round<minutes>(positive).count(), 60, "h", "min");
    return two_units(round<hours>(positive).count(), 24, "days", "h");
}

}  // namespace jobaudit::policy
