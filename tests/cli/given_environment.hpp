#pragma once

#include "cli/options/connection_options.hpp"

#include <map>
#include <string>
#include <utility>

namespace jobaudit::test {

/// An environment that holds these variables alone.
inline cli::environment given_environment(std::map<std::string, std::string> variables)
{
    return [variables = std::move(variables)](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    };
}

}  // namespace jobaudit::test
