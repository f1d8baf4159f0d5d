#pragma once

#include <jobaudit/error.hpp>

#include <string>
#include <utility>

namespace jobaudit::net {

/// Why something did not work: the code for programs, the words for a person (what failed, with which host, and why).
struct failure {
    error_code error;
    std::string message;

    explicit operator bool() const noexcept { return static_cast<bool>(error); }
};

/// The system's words for an errno value, without the library's name around them.
[[nodiscard]] std::string describe_errno(int value);

}  // namespace jobaudit::net
