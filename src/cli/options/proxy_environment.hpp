#pragma once

#include "cli/options/environment.hpp"

#include <string>
#include <string_view>

namespace jobaudit::cli {

/// A proxy, and the variable that names it; both empty: none.
struct named_proxy {
    std::string url;
    std::string variable;
};

/// The proxy that the environment names for `url`: for `https://` the first of `HTTPS_PROXY`, `https_proxy`,
/// `ALL_PROXY` and `all_proxy` that is set, for `http://` of the latter two; except for hosts in `NO_PROXY` or
/// `no_proxy` (host names with their subdomains, `host:port`, addresses, `*`) and for loopback hosts.
[[nodiscard]] named_proxy proxy_from_environment(std::string_view url, const environment& variables);

}  // namespace jobaudit::cli
