#pragma once

#include <string>
#include <string_view>

namespace jobaudit {

/// One file that a job could not process, and the reason the platform gives.
struct failed_file {
    std::string document;  ///< its name or path, as the platform gives it
    std::string error;     ///< why, in the platform's words

    /// Member by member.
    friend bool operator==(const failed_file&, const failed_file&) = default;
};

/// A failed_file that belongs to somebody else: valid only during the call that passes it.
struct failed_file_view {
    std::string_view document;  ///< failed_file::document
    std::string_view error;     ///< failed_file::error
    /// The record as JSON text in UTF-8, where the response held it in its shortest form; otherwise empty. That is
    /// `{"document":"…","error":"…"}` without blanks, with an escape of two characters where one is needed and nowhere
    /// else, and without U+2028 and U+2029. Who writes lines of JSON need not encode it again.
    std::string_view json{};

    /// Compares what they say, not how it was written.
    friend bool operator==(const failed_file_view& left, const failed_file_view& right) noexcept
    {
        return left.document == right.document && left.error == right.error;
    }
};

}  // namespace jobaudit
