#pragma once

#include <cstddef>
#include <string_view>

namespace jobaudit::protocol {

/// A string of a scanned record as it stands between its quotation marks.
struct scanned_string {
    std::string_view text;
    bool has_escapes = false;  ///< write_unescaped() tells what they stand for
    /// Whether a line of JSON may hold it as it is spelled: without U+2028 and U+2029, which such a line holds escaped.
    bool may_stay = true;
};

struct scanned_record {
    scanned_string document;
    scanned_string error;
    std::string_view json;  ///< as failed_file_view's
};

/// How much a scan takes in.
struct scan_bounds {
    std::size_t string = 0;  ///< bytes of a name or a string as it is spelled
    std::size_t depth = 0;   ///< levels below a record
};

/// Reads the first element of `failed_files`, perhaps with blanks in front, when it lies whole in `bytes`: its fields
/// in any order, blanks anywhere, values of other names looked at and passed over. `record` then refers to `bytes`.
///
/// Gives the bytes taken, or 0: whether anything else is well-formed is for a whole parser to say. That is also what is
/// rare: a name of a record with escapes, half of a surrogate pair, a number with an exponent.
[[nodiscard]] std::size_t scan_first_record(std::string_view bytes, scan_bounds bounds,
                                            scanned_record& record) noexcept;

/// The same for an element with the comma in front of it.
[[nodiscard]] std::size_t scan_next_record(std::string_view bytes, scan_bounds bounds, scanned_record& record) noexcept;

/// Bytes of the front of a body up to the first element: `{"failed_files":[`, with blanks or without; 0 for any other.
[[nodiscard]] std::size_t scan_list_opening(std::string_view bytes) noexcept;

/// Whether `bytes` are the end of a body behind the last element: `]}`, with blanks or without.
[[nodiscard]] bool is_list_closing(std::string_view bytes) noexcept;

}  // namespace jobaudit::protocol
