#pragma once

#include "cli/connection_options.hpp"

#include <string>
#include <string_view>

namespace jobaudit::cli {

/// The proxy that the environment names for `url`: `HTTPS_PROXY` or `https_proxy`, except for hosts in `NO_PROXY` or
/// `no_proxy` (host names with their subdomains, `host:port`, addresses, `*`), for loopback hosts and for `http://`.
/// Empty: none.
[[nodiscard]] std::string proxy_from_environment(std::string_view url, const environment& variables);

}  // namespace jobaudit::cli
