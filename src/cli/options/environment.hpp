#pragma once

#include <functional>
#include <string>

namespace jobaudit::cli {

/// Looks a variable up; null when it isn't set.
using environment = std::function<const char*(const char*)>;

/// The environment of this process.
[[nodiscard]] const char* process_environment(const char* name);

/// The value of a variable, without the line break that a file it was read from ended with; empty where it isn't set.
[[nodiscard]] std::string value_of(const char* name, const environment& variables);

}  // namespace jobaudit::cli
