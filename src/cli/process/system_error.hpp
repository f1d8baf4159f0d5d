#pragma once

#include <string>

namespace jobaudit::cli {

/// What an errno value means, for a person: `No such file or directory`.
[[nodiscard]] std::string system_error_text(int number);

}  // namespace jobaudit::cli
