#pragma once

namespace jobaudit::cli {

[[nodiscard]] bool is_terminal(int descriptor) noexcept;

/// Whether it is a terminal on which a line can be erased and written anew.
[[nodiscard]] bool can_rewrite_lines(int descriptor) noexcept;

/// Columns of the terminal; 80 where they can't be known.
[[nodiscard]] unsigned terminal_width(int descriptor) noexcept;

}  // namespace jobaudit::cli
