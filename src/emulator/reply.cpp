#include "emulator/reply.hpp"

#include <boost/beast/http/status.hpp>

#include <array>
#include <ctime>

namespace jobaudit::emulator {

namespace {

void fill_gateway_page(reply& into)
{
    into.content_type = "text/html";
    const auto title = std::to_string(into.status) + ' ' + std::string{reason_phrase(into.status)};
    into.body += "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
                 "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
}

}  // namespace

void reply::clear()
{
    status = 200;
    content_type = "application/json";
    fields.clear();
    body.clear();
    more = nullptr;
    framing = jobaudit::emulator::framing::automatic;
    fault = jobaudit::emulator::fault::none;
    duration = {};
    delay = {};
    raw.reset();
    keep_open = false;
    randomness = 0;
}

void reply::add_field(std::string_view name, std::string_view value)
{
    fields.append(name).append(": ").append(value).append("\r\n");
}

std::string_view reason_phrase(int status) noexcept
{
    const auto phrase = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    return {phrase.data(), phrase.size()};
}

void fill_usual_body(reply& into)
{
    switch (into.status) {
    case 401:
        into.body += R"({"detail":"Authentication required: provide either Bearer token or API key in header."})";
        break;
    case 402:
        into.body += R"({"detail":"Payment required: the page quota of this account is used up."})";
        break;
    case 403:
        into.body += R"({"detail":"Forbidden"})";
        break;
    case 404:
        into.body += R"({"detail":"Job not found"})";
        break;
    case 408:
        into.body += R"({"detail":"Request timeout"})";
        break;
    case 422:
        into.body += R"({"detail":[{"loc":["path","job_id"],"msg":"Value error","type":"value_error"}]})";
        break;
    case 429:
        into.body += R"({"detail":"Too many requests"})";
        break;
    case 502:
    case 504:
        fill_gateway_page(into);
        break;
    case 503:
        into.content_type = "text/plain";
        into.body += "no healthy upstream";
        break;
    default:
        into.body += R"({"detail":")" + std::string{reason_phrase(into.status)} + R"("})";
    }
}

std::string http_date(std::chrono::system_clock::time_point time)
{
    const auto seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    // strftime's names of days and months depend on the locale, the format's don't.
    std::array<char, 32> before{};
    std::array<char, 32> after{};
    const auto before_size = std::strftime(before.data(), before.size(), ", %d ", &parts);
    const auto after_size = std::strftime(after.data(), after.size(), " %Y %H:%M:%S GMT", &parts);
    return std::string{days.at(static_cast<std::size_t>(parts.tm_wday))}
        .append(before.data(), before_size)
        .append(months.at(static_cast<std::size_t>(parts.tm_mon)))
        .append(after.data(), after_size);
}

}  // namespace jobaudit::emulator
