#pragma once

#include <cstdint>
#include <string>

namespace jobaudit::store {

enum class lock_state : std::uint8_t {
    held,       ///< from now on by this descriptor, and by copies of it
    elsewhere,  ///< another process holds it, or has put another file in the place of this one meanwhile
    unknown,    ///< the file system knows no locks: better to go on there, and say so, than to refuse
};

/// Whether `path` names the file that is open as `fd`.
[[nodiscard]] bool names_the_file(const std::string& path, int fd) noexcept;

/// Takes the lock of a file (flock) that was opened by the name `path`, without waiting.
[[nodiscard]] lock_state lock_file(int fd, const std::string& path) noexcept;

}  // namespace jobaudit::store
