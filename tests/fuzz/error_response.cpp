// Whatever an error's head and body hold: what is made of them is printable and bounded, shows no login of a Location,
// and asks for a pause of a year at most. The text is five lines (reason, Retry-After, hints on limits with `|` between
// them, Date, Location), then the body.
#include "fuzz/chosen_input.hpp"
#include "fuzz/hidden_login.hpp"
#include "fuzz/printable.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"
#include "protocol/verdict.hpp"

#include <algorithm>
#include <string>
#include <variant>

namespace jobaudit::fuzz {
namespace {

using protocol::response_head;
using protocol::verdict;

constexpr std::size_t longest_message = 500;
constexpr std::size_t longest_text = 300;

std::string take_line(std::string_view& text)
{
    const auto end = std::min(text.find('\n'), text.size());
    const std::string line{text.substr(0, end)};
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

/// Of 200 and the statuses from 300 on; leaves the body.
response_head take_head(std::string_view& text, const chosen_input& input)
{
    response_head head;
    head.status = input.chooses(0) ? 200 : static_cast<int>(300 + input.number());
    head.reason = take_line(text);
    head.retry_after = take_line(text);
    head.limit_hints = take_line(text);
    std::ranges::replace(head.limit_hints, '|', '\n');
    head.date = take_line(text);
    head.location = take_line(text);
    return head;
}

verdict judge(const response_head& head, std::string_view body)
{
    const auto error = head.status == 200 ? make_error_code(errc::malformed_body) : error_code{};
    const protocol::wall_time now{std::chrono::seconds{1'700'000'000}};
    return protocol::judge_response(head, body, error, "the JSON is not well-formed", now);
}

void check_text(std::string_view text, std::size_t longest)
{
    require(text.size() <= longest && is_printable(text), "a text is printable, and bounded");
}

void check_issues(const verdict& result)
{
    require(result.validation.size() <= 32, "issues are bounded in number");
    for (const auto& issue : result.validation) {
        check_text(issue.msg, longest_text);
        check_text(issue.type, longest_text);
        require(issue.loc.size() <= 16, "a location is bounded in depth");
        for (const auto& part : issue.loc)
            if (const auto* name = std::get_if<std::string>(&part))
                check_text(*name, longest_text);
    }
}

void check_location(const response_head& head, std::string_view body, const verdict& result)
{
    const std::string_view location = head.location;
    const auto scheme_end = location.find("://");
    if (scheme_end == std::string_view::npos)
        return;
    const auto authority_end = std::min(location.find_first_of("/?#\\", scheme_end + 3), location.size());
    auto other = head;
    other.location = with_other_login(location.substr(0, authority_end));
    other.location += location.substr(authority_end);
    require(judge(other, body).message == result.message, "a message does not depend on a Location's login");
}

}  // namespace

int fuzz_error_response(std::string_view bytes)
{
    const chosen_input input{bytes};
    auto body = input.text();
    const auto head = take_head(body, input);
    const auto result = judge(head, body);
    require(result.kind != outcome_kind::ok && result.error.failed(), "an error is one");
    require(result.http_status == head.status, "the status is kept");
    require(!result.message.empty(), "there is a message");
    check_text(result.message, longest_message);
    check_issues(result);
    for (const auto& pause : {result.retry_after, result.resets_in})
        require(!pause || (*pause > protocol::duration::zero() && *pause <= std::chrono::hours{24} * 365),
                "a pause is above zero, and a year at most");
    check_location(head, body, result);
    return 0;
}

}  // namespace jobaudit::fuzz
