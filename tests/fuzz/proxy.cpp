// A proxy that is accepted means the same when it is written again, and no message shows its login; what the
// environment names is used, or not, whatever stands around it. The text is three lines: a proxy, the server's URL,
// NO_PROXY.
#include "cli/options/proxy_environment.hpp"
#include "fuzz/chosen_input.hpp"
#include "fuzz/hidden_login.hpp"
#include "fuzz/printable.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"
#include "net/endpoint.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

namespace jobaudit::fuzz {
namespace {

using net::proxy_endpoint;

bool operator==(const proxy_endpoint& a, const proxy_endpoint& b)
{
    return a.host == b.host && a.port == b.port && a.authorization == b.authorization && a.password == b.password;
}

struct settings {
    std::string proxy;
    std::string url;
    std::string exceptions;
};

settings settings_in(std::string_view text)
{
    std::array<std::string, 3> lines;
    for (auto& line : lines) {
        const auto end = std::min(text.find('\n'), text.size());
        line = text.substr(0, end);
        // No variable of an environment holds a zero byte.
        std::erase(line, '\0');
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return {lines[0], lines[1], lines[2]};
}

std::optional<proxy_endpoint> read(const std::string& url, std::string& problem)
{
    try {
        return net::parse_proxy(url);
    } catch (const option_error& error) {
        require(error.field() == "proxy", "the error names the field");
        problem = error.what();
        return std::nullopt;
    }
}

std::string percent_encoded(std::string_view text)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        result += {'%', digits[byte / 16], digits[byte % 16]};
    }
    return result;
}

void check_rewritten(const proxy_endpoint& proxy, const std::string& url)
{
    require(net::parse_proxy("HTTP://" + proxy.authority() + '/').authority() == proxy.authority(),
            "a proxy that is written again is the same");
    // Whoever encodes the whole login means the same.
    const auto scheme = url.find("://");
    const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
    const auto end = url.rfind('@');
    if (end == std::string::npos)
        return;
    const auto login = url.substr(begin, end - begin);
    const auto colon = login.find(':');
    if (login.find('%') != std::string::npos)
        return;
    std::string encoded = percent_encoded(login.substr(0, colon));
    if (colon != std::string::npos)
        encoded += ':' + percent_encoded(login.substr(colon + 1));
    require(net::parse_proxy("http://" + encoded + '@' + proxy.authority()) == proxy,
            "a login means the same when it is encoded");
}

void check_proxy(const std::string& url)
{
    std::string problem;
    if (const auto proxy = read(url, problem)) {
        const auto port = std::stoul(proxy->port);
        require(port >= 1 && port <= 65535, "a port is a number up to 65535");
        require(!proxy->host.empty(), "a proxy has a host");
        require(is_printable(proxy->authorization), "a login can stand in a head");
        check_rewritten(*proxy, url);
        return;
    }
    require(is_printable(problem), "a message is printable");
    std::string problem_of_other;
    require(!read(with_other_login(url), problem_of_other), "another login is refused too");
    require(problem_of_other == problem, "a message does not depend on the login");
}

std::string chosen_proxy(const settings& from)
{
    return cli::proxy_from_environment(from.url,
                                       [&](const char* name) -> const char* {
                                           const std::string_view variable{name};
                                           if (variable == "https_proxy")
                                               return from.proxy.c_str();
                                           return variable == "NO_PROXY" ? from.exceptions.c_str() : nullptr;
                                       })
        .url;
}

std::string in_upper_case(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

void check_environment(const settings& set)
{
    const auto chosen = chosen_proxy(set);
    const auto with_scheme = set.proxy.find("://") == std::string::npos ? "http://" + set.proxy : set.proxy;
    require(chosen.empty() || chosen == with_scheme, "the proxy is the one that was named, or none");
    require(chosen_proxy({set.proxy, in_upper_case(set.url), in_upper_case(set.exceptions)}) == chosen,
            "the case of letters does not matter");
    require(chosen_proxy({set.proxy, set.url, set.exceptions + ", *"}).empty(), "a star stands for all hosts");
    if (chosen.empty())
        require(chosen_proxy({set.proxy, set.url, "other.example," + set.exceptions}).empty(),
                "one more exception takes no other away");
    else
        require(chosen_proxy({set.proxy, set.url, {}}) == chosen, "without exceptions it is the same proxy");
}

}  // namespace

int fuzz_proxy(std::string_view bytes)
{
    const chosen_input input{bytes};
    const auto set = settings_in(input.text());
    check_proxy(set.proxy);
    check_environment(set);
    return 0;
}

}  // namespace jobaudit::fuzz
