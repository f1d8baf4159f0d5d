#include "protocol/error_body.hpp"

#include "protocol/retry_after.hpp"
#include "protocol/surrogate_repair.hpp"
#include "protocol/verdict.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <cmath>

namespace jobaudit::protocol {
namespace {

namespace json = boost::json;

constexpr std::size_t max_issues = 32;
constexpr std::size_t max_location_depth = 16;
constexpr std::size_t max_text = 300;

std::optional<json::object> parse_object(std::string_view body)
{
    std::string text;
    surrogate_repair repair;
    const auto append = [&text](std::string_view part) {
        text += part;
        return part.size();
    };
    (void)repair.put(body, append);
    repair.finish(append);

    boost::system::error_code error;
    auto parsed = json::parse(text, error);
    if (error || !parsed.is_object())
        return std::nullopt;
    return std::move(parsed.get_object());
}

std::string text_of(const json::string& value) { return {value.data(), value.size()}; }

std::string printable(const json::value* value)
{
    if (value == nullptr || !value->is_string())
        return {};
    return printable_snippet(text_of(value->get_string()), max_text);
}

validation_issue::location read_location(const json::value& value)
{
    if (value.is_int64())
        return value.get_int64();
    if (value.is_string())
        return printable(&value);
    return printable_snippet(json::serialize(value), max_text);
}

validation_issue read_issue(const json::value& value)
{
    validation_issue issue;
    if (!value.is_object()) {
        issue.msg = value.is_string() ? printable(&value) : printable_snippet(json::serialize(value), max_text);
        return issue;
    }
    const auto& object = value.get_object();
    issue.msg = printable(object.if_contains("msg"));
    issue.type = printable(object.if_contains("type"));
    const auto* loc = object.if_contains("loc");
    if (loc == nullptr || !loc->is_array())
        return issue;
    for (const auto& part : loc->get_array()) {
        if (issue.loc.size() == max_location_depth)
            break;
        issue.loc.push_back(read_location(part));
    }
    return issue;
}

void read_detail(const json::value& detail, error_body& result)
{
    if (detail.is_string()) {
        result.detail = text_of(detail.get_string());
        return;
    }
    if (detail.is_null())
        return;
    result.detail = json::serialize(detail);
    if (!detail.is_array())
        return;
    for (const auto& entry : detail.get_array()) {
        if (result.validation.size() == max_issues)
            break;
        result.validation.push_back(read_issue(entry));
    }
}

std::optional<duration> to_pause(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return std::nullopt;
    constexpr double year = 365.0 * 24 * 3600;
    return std::chrono::duration_cast<duration>(std::chrono::duration<double>{std::min(seconds, year)});
}

std::optional<duration> read_pause(const json::value& value)
{
    if (value.is_number())
        return to_pause(value.to_number<double>());
    if (!value.is_string())
        return std::nullopt;
    const auto text = text_of(value.get_string());
    double seconds = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return to_pause(seconds);
}

}  // namespace

error_body read_error_body(std::string_view body)
{
    error_body result;
    const auto parsed = parse_object(body);
    if (!parsed)
        return result;
    const auto& object = *parsed;
    const auto* message = object.contains("code") ? object.if_contains("message") : nullptr;
    if (const auto* detail = object.if_contains("detail"))
        read_detail(*detail, result);
    else if (message != nullptr)
        read_detail(*message, result);
    result.is_of_platform = message != nullptr || object.contains("detail");
    if (const auto* pause = object.if_contains("retry_after"))
        result.retry_after = read_pause(*pause);
    return result;
}

bool is_error_of_platform(int status, std::string_view body)
{
    return status >= 400 && read_error_body(body).is_of_platform;
}

}  // namespace jobaudit::protocol
