#pragma once

#include <cstdint>

namespace jobaudit::store {

enum class open_mode : std::uint8_t {
    fresh,      ///< only in the place of what a finished audit left
    overwrite,  ///< in the place of whatever an audit left, or somebody else
    resume,     ///< goes on with the file; a missing or empty one is begun
};

}  // namespace jobaudit::store
