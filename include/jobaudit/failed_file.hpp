#pragma once

#include <string>
#include <string_view>

namespace jobaudit {

/// One file that a job could not process, and the reason the platform gives.
struct failed_file {
    std::string document;
    std::string error;

    friend bool operator==(const failed_file&, const failed_file&) = default;
};

/// A failed_file that belongs to somebody else: valid only during the call that passes it.
struct failed_file_view {
    std::string_view document;
    std::string_view error;

    friend bool operator==(const failed_file_view&, const failed_file_view&) = default;
};

}  // namespace jobaudit
