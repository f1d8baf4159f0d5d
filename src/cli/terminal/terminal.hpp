#pragma once

#include <cstddef>

namespace jobaudit::cli {

[[nodiscard]] bool is_terminal(int descriptor) noexcept;

/// Whether it is a terminal on which a line can be erased and written anew.
[[nodiscard]] bool can_rewrite_lines(int descriptor) noexcept;

/// Columns of the terminal; 80 where they can't be known.
[[nodiscard]] unsigned terminal_width(int descriptor) noexcept;

/// The columns for what a person reads there: those of the terminal; where there is none, as many as the text takes.
[[nodiscard]] std::size_t text_width(int descriptor) noexcept;

/// The columns of a help on stdout: those of the terminal, but not so many that lines are hard to read.
[[nodiscard]] std::size_t help_width() noexcept;

/// Its lines; 24 where they can't be known.
[[nodiscard]] unsigned terminal_height(int descriptor) noexcept;

}  // namespace jobaudit::cli
