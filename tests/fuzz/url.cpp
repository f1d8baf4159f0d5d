// A URL that is accepted means the same when it is written again, and goes into a request that is one; what is refused
// is refused without a word of what may be a password.
#include "fuzz/chosen_input.hpp"
#include "fuzz/hidden_login.hpp"
#include "fuzz/printable.hpp"
#include "fuzz/require.hpp"
#include "fuzz/targets.hpp"
#include "protocol/request_head.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace jobaudit::fuzz {
namespace {

using protocol::origin;

bool operator==(const origin& a, const origin& b)
{
    return a.tls == b.tls && a.host == b.host && a.port == b.port && a.path == b.path;
}

/// Nothing where the URL is refused; `problem` then says why.
std::optional<origin> read(std::string_view url, std::string& problem)
{
    try {
        return protocol::parse_origin(url);
    } catch (const option_error& error) {
        require(error.field() == "url", "the error names the field");
        problem = error.what();
        return std::nullopt;
    }
}

bool is_visible(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

void check_parts(const origin& read)
{
    require(!read.host.empty() && is_visible(read.host), "a host holds neither blanks nor control characters");
    require(std::ranges::none_of(read.host, [](char c) { return c >= 'A' && c <= 'Z'; }), "a host is of lower case");
    require(read.host.find_first_of("/?#@[]") == std::string::npos, "a host is no more than that");
    const auto port = std::stoul(read.port);
    require(port >= 1 && port <= 65535 && read.port == std::to_string(port), "a port is a number up to 65535");
    require(read.path.ends_with("/api/v1") && !read.path.ends_with("/api/v1/api/v1"), "the API's path stands once");
    require(read.path.starts_with('/') && is_visible(read.path), "a path can stand in a request line");
}

void check_rewritten(const origin& read)
{
    const std::string scheme = read.tls ? "https://" : "HTTP://";
    for (const auto& authority : {read.authority(), read.host_field()})
        for (const std::string end : {"", "/", "/api/v1/"})
            require(protocol::parse_origin(scheme + authority + read.path + end) == read,
                    "a URL that is written again is the same");
}

void check_request(const origin& read)
{
    const auto request = protocol::make_get(read, {"a key", {}}, "jobaudit", "/jobs/");
    require(request.starts_with("GET " + read.path + "/jobs/ HTTP/1.1\r\n"), "a request begins with its path");
    require(request.find("\r\nHost: " + read.host_field() + "\r\n") != std::string::npos, "a request names its host");
    require(request.find("\r\n\r\n") == request.size() - 4, "a request is one");
}

}  // namespace

int fuzz_url(std::string_view bytes)
{
    const chosen_input input{bytes};
    std::string problem;
    if (const auto origin = read(input.text(), problem)) {
        check_parts(*origin);
        check_rewritten(*origin);
        check_request(*origin);
        return 0;
    }
    require(is_printable(problem), "a message is printable");
    std::string problem_of_other;
    require(!read(with_other_login(input.text()), problem_of_other), "another login is refused too");
    require(problem_of_other == problem, "a message does not depend on the login");
    return 0;
}

}  // namespace jobaudit::fuzz
