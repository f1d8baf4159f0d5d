#pragma once

#include "protocol/time.hpp"

#include <string_view>

namespace jobaudit::protocol {

/// Reads how long a server says that it keeps an idle connection open: `timeout` of a Keep-Alive field, in seconds, as
/// in `timeout=5, max=100` (RFC 2068 §19.7.1.1 has the field, draft-thomson-hybi-http-timeout the parameter). The
/// longest time there is where it says nothing of that, or nothing that can be read.
[[nodiscard]] duration parse_keep_alive_timeout(std::string_view field) noexcept;

}  // namespace jobaudit::protocol
