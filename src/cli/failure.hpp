#pragma once

#include "cli/exit_code.hpp"

#include <stdexcept>
#include <string>

namespace jobaudit::cli {

/// Ends a subcommand with a message and an exit code. what() is written for the user: it names the thing and says what
/// to do; an empty one ends without a message.
class failure : public std::runtime_error {
public:
    failure(exit_code code, const std::string& message) : std::runtime_error{message}, code_{code} {}

    [[nodiscard]] exit_code code() const noexcept { return code_; }

private:
    exit_code code_;
};

}  // namespace jobaudit::cli
