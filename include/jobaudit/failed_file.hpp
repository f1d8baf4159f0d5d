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
    std::string_view document;  ///< failed_file::document; may be empty for who asked for no texts
    std::string_view error;     ///< failed_file::error; may be empty for who asked for no texts

    // As JSON text, which who writes lines of JSON can copy: valid UTF-8 on one line, without U+2028 and U+2029 but as
    // escapes. How a character is spelled is the response's choice (RFC 8259 §7): `ü`, or `\u00fc`.

    /// The record as `{"document":"…","error":"…"}`, where the response holds it without blanks, in this order and
    /// with nothing else; otherwise empty.
    std::string_view json{};
    /// What stands between the quotation marks of the document's name; without data (null) where it can't be copied.
    std::string_view document_json{};
    /// The same of the error.
    std::string_view error_json{};

    /// Compares what they say, not how it was written.
    friend bool operator==(const failed_file_view& left, const failed_file_view& right) noexcept
    {
        return left.document == right.document && left.error == right.error;
    }
};

}  // namespace jobaudit
