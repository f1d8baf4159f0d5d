#pragma once

#include <string>

namespace jobaudit::store {

/// Whether `path` names the file that is open as `fd`.
[[nodiscard]] bool names_the_file(const std::string& path, int fd) noexcept;

/// Takes the lock of an output (flock) that was opened by the name `path`, without waiting: from now on it is held by
/// this descriptor, and by copies of it. False where the file system knows no locks: better to go on there, and to say
/// no_locks_text(), than to refuse. Throws output_error where another process holds it, or has put another file in the
/// place of this one meanwhile.
[[nodiscard]] bool lock_output(int fd, const std::string& path);

[[nodiscard]] std::string no_locks_text(const std::string& path);

}  // namespace jobaudit::store
