#pragma once

#include <span>

namespace jobaudit::cli {

/// Runs the program with its whole command line (the program's name first) and gives its exit code. Throws nothing:
/// every error becomes a message on stderr.
[[nodiscard]] int run_program(std::span<const char* const> argv) noexcept;

}  // namespace jobaudit::cli
