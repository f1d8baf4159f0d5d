#include "cli/advice.hpp"

#include <algorithm>
#include <array>

namespace jobaudit::cli {
namespace {

struct remedy {
    errc error;
    std::string_view advice;
};

constexpr std::array remedies{
    remedy{errc::unauthorized, "check UNSTRUCTURED_API_KEY or --api-key-file, and --auth"},
    remedy{errc::payment_required, "raise the quota"},
    remedy{errc::forbidden, "check that the key and the jobs belong to the same workspace, and --url"},
    remedy{errc::unknown_path, "check --url or UNSTRUCTURED_API_URL"},
    remedy{errc::host_not_found, "check that name in --url, or in --proxy, HTTPS_PROXY or ALL_PROXY"},
    remedy{errc::proxy_unauthorized, "check the user name and password of --proxy, HTTPS_PROXY or ALL_PROXY"},
    remedy{errc::certificate_rejected,
           "when the server is the right one, name the authority that signed its certificate with --ca-file"},
    remedy{errc::certificate_for_another_host, "check the host name in --url"},
    remedy{errc::certificate_out_of_date, "when this machine's clock is right, the server needs a new certificate"},
    remedy{errc::body_too_large, "allow more with --max-body"},
    remedy{errc::attempt_timed_out, "allow more with --timeout"},
    remedy{errc::job_timed_out, "allow more with --job-timeout"},
};

}  // namespace

std::string_view advice_on(const error_code& error) noexcept
{
    if (error.category() != error_category())
        return {};
    const auto* found = std::ranges::find(remedies, static_cast<errc>(error.value()), &remedy::error);
    return found == remedies.end() ? std::string_view{} : found->advice;
}

std::string_view advice_on(const outcome& result) noexcept
{
    // The server's own 408 is about its patience, not ours.
    const bool is_server_s = result.error == errc::attempt_timed_out && result.http_status != 0;
    return is_server_s ? std::string_view{} : advice_on(result.error);
}

std::string_view advice_on(stop_reason reason, const error_code& error) noexcept
{
    if (reason == stop_reason::wait_too_long)
        return "go on after that time, or be patient with --max-wait";
    if (reason == stop_reason::deadline)
        return "it was set with --deadline";
    if (reason == stop_reason::fatal && error == errc::rate_limited)
        return "is a quota used up?";
    return reason == stop_reason::fatal || reason == stop_reason::outage ? advice_on(error) : std::string_view{};
}

std::string with_advice(std::string message, std::string_view advice)
{
    if (!advice.empty())
        (message += message.empty() ? "" : "; ") += advice;
    return message;
}

}  // namespace jobaudit::cli
