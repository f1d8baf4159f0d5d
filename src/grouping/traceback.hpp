#pragma once

#include <string_view>

namespace jobaudit::grouping {

/// What an error's text says, without the call stack: of a text with tracebacks of Python, the exception that the last
/// of them ends with; else all of it.
[[nodiscard]] std::string_view without_traceback(std::string_view error) noexcept;

}  // namespace jobaudit::grouping
