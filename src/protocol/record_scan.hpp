#pragma once

#include <jobaudit/failed_file.hpp>

#include <cstddef>
#include <string_view>

namespace jobaudit::protocol {

/// Reads the next element of `failed_files` with the comma in front of it when it has the form in which platforms write
/// them, `,{"document":"…","error":"…"}` with at most a blank behind each comma and colon, lies whole in `bytes`, and
/// its strings, of at most `max_string` bytes, have no escapes and are valid UTF-8. `record` then refers to `bytes`.
///
/// Gives the bytes taken, or 0: whether anything else is well-formed is for a whole parser to say.
[[nodiscard]] std::size_t scan_record(std::string_view bytes, std::size_t max_string,
                                      failed_file_view& record) noexcept;

}  // namespace jobaudit::protocol
