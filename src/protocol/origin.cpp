#include "protocol/request_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include <arpa/inet.h>

namespace jobaudit::protocol {
namespace {

constexpr std::size_t max_url_size = 2048;
constexpr std::string_view api_path = "/api/v1";
/// The path of another product of the vendor's.
constexpr std::string_view partition_path = "/general/v0/general";
/// In the addresses that people copy from documentation, one of these follows api_path.
constexpr std::array<std::string_view, 4> resources{"/jobs", "/workflows", "/sources", "/destinations"};

[[noreturn]] void refuse(const std::string& problem) { throw option_error{"url", problem}; }

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool is_letter(char c) noexcept { return lower(c) >= 'a' && lower(c) <= 'z'; }

std::string to_lower(std::string_view text)
{
    std::string result{text};
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

std::string in_quotes(std::string_view text) { return "'" + std::string{text} + "'"; }

// Refuses characters that later messages could not quote.
void check_characters(std::string_view url)
{
    if (url.empty())
        refuse("is empty; give https://host, for example");
    if (url.size() > max_url_size)
        refuse("is longer than " + std::to_string(max_url_size) + " characters");
    for (std::size_t i = 0; i < url.size(); ++i) {
        const auto value = static_cast<unsigned char>(url[i]);
        const std::string at = " at position " + std::to_string(i + 1);
        if (value == ' ')
            refuse("holds a blank" + at);
        if (value < 0x20 || value == 0x7f)
            refuse("holds a control character" + at);
        if (value >= 0x80)
            refuse("holds a character that is not ASCII" + at + "; write a host name as xn--…, a path with %XX");
    }
}

bool take_scheme(std::string_view& url)
{
    const auto end = url.find("://");
    if (end == std::string_view::npos)
        refuse("has no scheme; put https:// in front of it");
    const std::string scheme = to_lower(url.substr(0, end));
    if (scheme != "https" && scheme != "http")
        refuse("has a scheme that is neither https nor http: give https://host[:port]");
    url.remove_prefix(end + 3);
    return scheme == "https";
}

bool is_ipv4(const std::string& host) noexcept
{
    in_addr address{};
    return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

// The canonical text form, so that every way to write an address is the same origin.
std::string read_ipv6(std::string_view text)
{
    in6_addr address{};
    const std::string host{text};
    if (inet_pton(AF_INET6, host.c_str(), &address) != 1)
        refuse(in_quotes(host) + " in brackets is no IPv6 address");
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    inet_ntop(AF_INET6, &address, canonical.data(), canonical.size());
    return canonical.data();
}

bool is_label(std::string_view label) noexcept
{
    const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
    return !label.empty() && label.size() <= 63 && std::ranges::all_of(label, fits) && label.front() != '-' &&
           label.back() != '-';
}

bool is_host_name(std::string_view host) noexcept
{
    if (host.size() > 253)
        return false;
    for (;;) {
        const auto dot = host.find('.');
        if (!is_label(host.substr(0, dot)))
            return false;
        if (dot == std::string_view::npos)
            return true;
        host.remove_prefix(dot + 1);
    }
}

std::string read_host(std::string_view text)
{
    if (text.empty())
        refuse("has no host");
    std::string host = to_lower(text);
    // The root's dot: the same name, but neither certificates nor SNI hold it.
    if (host.back() == '.')
        host.pop_back();
    if (!is_host_name(host))
        refuse(in_quotes(text) + " is no host name");
    // A last label of digits alone is meant as an IPv4 address (WHATWG URL, host parsing).
    const auto last_label = std::string_view{host}.substr(host.rfind('.') + 1);
    if (std::ranges::all_of(last_label, is_digit) && !is_ipv4(host))
        refuse(in_quotes(text) + " is no IPv4 address");
    return host;
}

std::string read_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || port == 0)
        refuse("has the port " + in_quotes(text) + "; a port is a number from 1 to 65535");
    return std::to_string(port);
}

void read_authority(std::string_view text, origin& result)
{
    std::optional<std::string_view> port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos)
            refuse("has an IPv6 address without its closing bracket");
        result.host = read_ipv6(text.substr(1, end - 1));
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':')
            refuse("has " + in_quotes(text) + " after the IPv6 address; a port follows ':'");
        if (!text.empty())
            port = text.substr(1);
    } else {
        const auto colon = text.find(':');
        if (colon != std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos)
            refuse("has more than one ':' in its host; an IPv6 address stands in brackets");
        result.host = read_host(text.substr(0, colon));
        if (colon != std::string_view::npos)
            port = text.substr(colon + 1);
    }
    result.port = port ? read_port(*port) : result.tls ? "443" : "80";
}

constexpr bool is_hex(char c) noexcept { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

void check_path(std::string_view path)
{
    constexpr std::string_view others = "/-._~!$&'()*+,;=:";
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '%') {
            if (i + 2 >= path.size() || !is_hex(path[i + 1]) || !is_hex(path[i + 2]))
                refuse("has a '%' in its path that two hexadecimal digits don't follow");
        } else if (!is_letter(path[i]) && !is_digit(path[i]) && others.find(path[i]) == std::string_view::npos) {
            refuse("has " + in_quotes(path.substr(i, 1)) + " in its path; write it with %XX");
        }
    }
}

bool is_or_is_below(std::string_view path, std::string_view folder) noexcept
{
    return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// `…/api/v1` of `…/api/v1/jobs/`.
std::string_view without_resource(std::string_view path) noexcept
{
    const auto at = path.rfind(api_path);
    if (at == std::string_view::npos)
        return path;
    const auto behind = path.substr(at + api_path.size());
    const bool is_resource =
        std::ranges::any_of(resources, [behind](auto each) { return is_or_is_below(behind, each); });
    return is_resource ? path.substr(0, at + api_path.size()) : path;
}

std::string read_path(std::string_view path)
{
    check_path(path);
    if (path.find(partition_path) != std::string_view::npos)
        refuse("is the address of the Partition API, which knows no jobs: give that of the platform, "
               "https://platform.unstructuredapp.io");
    path = without_resource(path);
    for (;;) {
        if (path.ends_with('/'))
            path.remove_suffix(1);
        else if (path.ends_with(api_path))
            path.remove_suffix(api_path.size());
        else
            return std::string{path} + std::string{api_path};
    }
}

}  // namespace

origin parse_origin(std::string_view url)
{
    check_characters(url);
    origin result;
    result.tls = take_scheme(url);
    // Anywhere, and before anything is quoted: a password may hold the characters that end an authority.
    if (url.find('@') != std::string_view::npos)
        refuse("holds user information before '@'; give the key as credentials instead");
    if (url.find('#') != std::string_view::npos)
        refuse("has a fragment ('#…'); remove it");
    if (url.find('?') != std::string_view::npos)
        refuse("has a query ('?…'); remove it");
    const auto authority_end = std::min(url.find('/'), url.size());
    read_authority(url.substr(0, authority_end), result);
    result.path = read_path(url.substr(authority_end));
    return result;
}

std::string origin::authority() const
{
    return (host.find(':') != std::string::npos ? '[' + host + ']' : host) + ':' + port;
}

std::string origin::host_field() const
{
    std::string field = authority();
    if (port == (tls ? "443" : "80"))
        field.resize(field.size() - port.size() - 1);
    return field;
}

bool is_localhost(std::string_view host) noexcept { return host == "localhost" || host.ends_with(".localhost"); }

bool origin::is_loopback() const noexcept { return is_loopback_host(host); }

bool is_loopback_host(std::string_view host) noexcept
{
    return is_localhost(host) || host == "::1" || (host.starts_with("127.") && is_ipv4(std::string{host}));
}

}  // namespace jobaudit::protocol
