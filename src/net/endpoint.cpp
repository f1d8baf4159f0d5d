#include "net/endpoint.hpp"

#include "net/base64.hpp"
#include "net/secret_spellings.hpp"

#include <jobaudit/options.hpp>

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <cctype>

namespace jobaudit::net {

namespace {

[[noreturn]] void refuse(const char* what) { throw option_error{"proxy", what}; }

std::string authority_of(const std::string& host, const std::string& port)
{
    return (host.find(':') != std::string::npos ? "[" + host + "]" : host) + ":" + port;
}

std::string percent_decoded(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
            std::isxdigit(static_cast<unsigned char>(text[i + 2]))) {
            plain += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

constexpr std::string_view basic = "Basic ";

void take_login(std::string_view user_info, proxy_endpoint& into)
{
    auto plain = percent_decoded(user_info);
    // RFC 7617 §2: the colon stands there without a password too.
    if (user_info.find(':') == std::string_view::npos)
        plain += ':';
    into.password = plain.substr(plain.find(':') + 1);
    into.authorization = std::string{basic} + base64(plain);
}

}  // namespace

std::string proxy_endpoint::authority() const { return authority_of(host, port); }

std::vector<protocol::secret> proxy_endpoint::secrets() const
{
    constexpr std::string_view name = "[the proxy's login]";
    if (authorization.empty())
        return {};
    auto all = spellings_of(password, name);
    all.push_back({authorization.substr(basic.size()), name});
    return all;
}

std::string endpoint::authority() const { return authority_of(host, port); }

proxy_endpoint parse_proxy(std::string_view url)
{
    if (std::ranges::any_of(url, [](unsigned char c) { return c <= ' ' || c == 127; }))
        refuse("holds a blank or a control character");
    if (const auto scheme_end = url.find("://"); scheme_end != std::string_view::npos) {
        const auto scheme = url.substr(0, scheme_end);
        if (boost::beast::iequals({scheme.data(), scheme.size()}, "https"))
            refuse("a proxy that is itself spoken to in TLS is not supported: use http://host:port");
        if (!boost::beast::iequals({scheme.data(), scheme.size()}, "http"))
            refuse("only http:// proxies are supported: use http://host:port");
        url.remove_prefix(scheme_end + 3);
    }
    // RFC 3986 §3.2: the first of these ends the authority, also within what was meant as a password.
    if (const auto end = url.find_first_of("/?#"); end != std::string_view::npos) {
        if (url.substr(end) != "/")
            refuse("something stands behind the port: use http://[user:password@]host:port, with %2F, %3F and %23 for "
                   "a slash, a question mark and a number sign in the login");
        url = url.substr(0, end);
    }

    proxy_endpoint parsed;
    if (const auto at = url.rfind('@'); at != std::string_view::npos) {
        take_login(url.substr(0, at), parsed);
        url.remove_prefix(at + 1);
    }
    auto host_end = url.rfind(':');
    if (url.starts_with('[')) {
        const auto bracket = url.find(']');
        if (bracket == std::string_view::npos)
            refuse("the bracket of an IPv6 address is not closed");
        parsed.host = url.substr(1, bracket - 1);
        if (bracket + 1 < url.size() && url[bracket + 1] != ':')
            refuse("something other than a port stands behind the bracket");
        host_end = bracket + 1 < url.size() ? bracket + 1 : std::string_view::npos;
    } else {
        parsed.host = url.substr(0, host_end);
        if (parsed.host.find(':') != std::string::npos)
            refuse("an IPv6 address stands in brackets: use http://[address]:port");
    }
    parsed.port = host_end == std::string_view::npos ? "3128" : url.substr(host_end + 1);
    std::ranges::transform(parsed.host, parsed.host.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (parsed.host.empty())
        refuse("names no host: use http://host:port");
    if (parsed.host.find_first_of("[]") != std::string::npos)
        refuse("a bracket stands within the host");
    const bool digits = !parsed.port.empty() && parsed.port.size() <= 5 &&
                        std::ranges::all_of(parsed.port, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || std::stoul(parsed.port) == 0 || std::stoul(parsed.port) > 65535)
        refuse("the port is no number from 1 to 65535");
    return parsed;
}

}  // namespace jobaudit::net
