#pragma once

#include <span>
#include <string>
#include <string_view>

namespace jobaudit::cli {

/// The text as one word of a POSIX shell, quoted where that is needed.
[[nodiscard]] std::string shell_quoted(std::string_view text);

/// The command that goes on where the one of `arguments` (argv, the program's name first) ended: the same with
/// `--resume`. `overwrites`: it was told to begin anew, there or in a configuration file. An option whose value may
/// hold a secret (a proxy's password) is replaced by a placeholder.
[[nodiscard]] std::string resume_command(std::span<const std::string> arguments, bool overwrites = false);

/// The same, but to begin anew: with `--overwrite`.
[[nodiscard]] std::string overwrite_command(std::span<const std::string> arguments);

}  // namespace jobaudit::cli
