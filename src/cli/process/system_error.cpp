#include "cli/process/system_error.hpp"

#include <system_error>

namespace jobaudit::cli {

std::string system_error_text(int number) { return std::generic_category().message(number); }

}  // namespace jobaudit::cli
