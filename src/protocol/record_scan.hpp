#pragma once

#include <cstddef>
#include <string_view>

namespace jobaudit::protocol {

/// A string of a scanned record as it stands between its quotation marks.
struct scanned_string {
    std::string_view text;
    bool has_escapes = false;  ///< of two characters each, `\n` or `\"`: unescaped() tells what the second stands for
    /// Whether a line of JSON may hold it as it is spelled: without a slash that is escaped needlessly, and without
    /// U+2028 and U+2029, which such a line holds escaped.
    bool may_stay = true;
};

struct scanned_record {
    scanned_string document;
    scanned_string error;
    std::string_view json;  ///< as failed_file_view's
};

/// Reads the first element of `failed_files` when it has the form in which platforms write them,
/// `{"document":"…","error":"…"}` with at most a blank behind each comma and colon, lies whole in `bytes`, and its
/// strings, of at most `max_string` bytes there, have no escapes of more than two characters and are valid UTF-8.
/// `record` then refers to `bytes`.
///
/// Gives the bytes taken, or 0: whether anything else is well-formed is for a whole parser to say.
[[nodiscard]] std::size_t scan_first_record(std::string_view bytes, std::size_t max_string,
                                            scanned_record& record) noexcept;

/// The same for an element with the comma in front of it, and perhaps a blank behind that.
[[nodiscard]] std::size_t scan_next_record(std::string_view bytes, std::size_t max_string,
                                           scanned_record& record) noexcept;

/// The character that a backslash followed by `behind_backslash` means in a JSON string (RFC 8259 §7); '\0' where that
/// is no escape, or begins a longer one.
[[nodiscard]] char unescaped(char behind_backslash) noexcept;

}  // namespace jobaudit::protocol
