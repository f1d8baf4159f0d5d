#pragma once

#include <string>
#include <string_view>

namespace jobaudit::fuzz {

/// One gzip member. `level` is zlib's, 0 to 9.
[[nodiscard]] std::string encoded(std::string_view text, int level);

struct decoded_text {
    std::string text;
    bool broken = false;
    bool whole = false;  ///< nothing, or whole members
};

/// All members of a gzip stream, decoded by zlib in one go each.
[[nodiscard]] decoded_text decoded(std::string_view stream);

}  // namespace jobaudit::fuzz
