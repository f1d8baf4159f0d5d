#pragma once

#include <string>

namespace jobaudit::cli {

/// Keeps the memory of this process, which holds the key from now on, out of core dumps and away from debuggers of the
/// same user. Not in a build with sanitizers, one of which traces its own process.
void hide_memory() noexcept;

/// What to tell of a key's file that every user of this machine may read; empty where there is nothing to tell.
[[nodiscard]] std::string warning_about_key_file(const std::string& path);

}  // namespace jobaudit::cli
