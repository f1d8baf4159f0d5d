#include "cli/options/proxy_environment.hpp"

#include "protocol/request_head.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <optional>
#include <utility>

namespace jobaudit::cli {
namespace {

struct origin {
    std::string host;
    std::string port;
};

std::string in_lower_case(std::string_view text)
{
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

/// `host`, `host:port`, `[address]:port` or a bare IPv6 address.
origin split_authority(std::string_view text)
{
    if (text.starts_with('[')) {
        const auto end = std::min(text.find(']'), text.size());
        const auto port = text.find(':', end);
        return {in_lower_case(text.substr(1, end - 1)),
                std::string{port == std::string_view::npos ? "" : text.substr(port + 1)}};
    }
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find(':') != colon)
        return {in_lower_case(text), ""};
    return {in_lower_case(text.substr(0, colon)), std::string{text.substr(colon + 1)}};
}

bool covers(std::string_view entry, const origin& target)
{
    if (entry == "*")
        return true;
    auto [host, port] = split_authority(entry);
    if (host.starts_with("*."))
        host.erase(0, 2);
    else if (host.starts_with('.'))
        host.erase(0, 1);
    if (host.empty() || (!port.empty() && port != target.port))
        return false;
    return target.host == host || target.host.ends_with('.' + host);
}

bool is_exempt(std::string_view list, const origin& target)
{
    while (!list.empty()) {
        const auto end = std::min(list.find_first_of(", \t"), list.size());
        if (end > 0 && covers(list.substr(0, end), target))
            return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

/// The first of these variables that is set, and its name.
named_proxy first_set(const environment& variables, std::initializer_list<const char*> names)
{
    for (const auto* name : names)
        if (auto value = value_of(name, variables); !value.empty())
            return {std::move(value), name};
    return {};
}

/// The authority of an `http://` or `https://` URL, with its port.
std::optional<origin> origin_of(std::string_view url)
{
    for (const auto& [scheme, port] : {std::pair{std::string_view{"https://"}, "443"}, {"http://", "80"}}) {
        if (!in_lower_case(url.substr(0, scheme.size())).starts_with(scheme))
            continue;
        const auto rest = url.substr(scheme.size());
        auto target = split_authority(rest.substr(0, rest.find_first_of("/?#")));
        if (target.port.empty())
            target.port = port;
        return target;
    }
    return std::nullopt;
}

}  // namespace

named_proxy proxy_from_environment(std::string_view url, const environment& variables)
{
    const auto target = origin_of(url);
    if (!target || protocol::is_loopback_host(target->host) ||
        is_exempt(first_set(variables, {"NO_PROXY", "no_proxy"}).url, *target))
        return {};
    const bool is_encrypted = in_lower_case(url.substr(0, 6)) == "https:";
    auto proxy = is_encrypted ? first_set(variables, {"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"})
                              : first_set(variables, {"ALL_PROXY", "all_proxy"});
    if (!proxy.url.empty() && proxy.url.find("://") == std::string::npos)
        proxy.url.insert(0, "http://");
    return proxy;
}

}  // namespace jobaudit::cli
