#include "cli/options/environment.hpp"

#include <cstdlib>

namespace jobaudit::cli {

const char* process_environment(const char* name) { return std::getenv(name); }

std::string value_of(const char* name, const environment& variables)
{
    const auto* value = variables(name);
    std::string text{value == nullptr ? "" : value};
    while (text.ends_with('\n')) {
        text.pop_back();
        if (text.ends_with('\r'))
            text.pop_back();
    }
    return text;
}

}  // namespace jobaudit::cli
