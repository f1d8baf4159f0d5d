#pragma once

#include "protocol/redaction.hpp"

#include <string_view>
#include <vector>

namespace jobaudit::net {

/// A secret as it is, and as it stands in texts that a peer may make of what it was sent: in hexadecimal digits, and
/// in base64 (RFC 4648 §4 and §5) of any text that holds it, whatever stands around it there.
[[nodiscard]] std::vector<protocol::secret> spellings_of(std::string_view secret, std::string_view name);

}  // namespace jobaudit::net
