#pragma once

#include <string>

namespace jobaudit::cli {

/// What the system has run out of when it refuses with this errno value, and what a person can do about that; empty
/// where it is something else.
[[nodiscard]] std::string shortage_text(int error_number);

/// Ends the process where there is no memory to go on with, once its threads agree on it: says so on stderr, with the
/// limit of the process's address space if there is one.
[[noreturn]] void end_for_want_of_memory() noexcept;

}  // namespace jobaudit::cli
