#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jobaudit::fuzz {

struct beast_reading {
    int status = 0;
    std::string body;
    bool is_coded = false;  ///< the body is not as it was before it was encoded
};

/// The first response in `bytes` that is no interim one (1xx), read by Beast's own parser, to which the connection ends
/// behind it if `closes`. Nothing where it is incomplete or refused.
[[nodiscard]] std::optional<beast_reading> read_with_beast(std::string_view bytes, bool closes);

}  // namespace jobaudit::fuzz
