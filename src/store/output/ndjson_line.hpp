#pragma once

#include <jobaudit/failed_file.hpp>
#include <jobaudit/outcome.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// Appends `text` as a JSON string with its quotes. What is no valid UTF-8 becomes U+FFFD, so that the result
/// always is.
void append_json_string(std::string& out, std::string_view text);

/// The same for a part of one, without quotes: cut between two characters.
void append_json_text(std::string& out, std::string_view text);

/// Appends one element of `failed_files`, without a comma.
void append_failed_file(std::string& out, const failed_file_view& record);

/// Appends elements of `failed_files` with commas between them.
void append_failed_files(std::string& out, std::span<const failed_file_view> records);

/// Appends what stands before the elements of `failed_files` in an `ok` line, at most ok_head_limit bytes.
void append_ok_head(std::string& out, const outcome& result);
inline constexpr std::size_t ok_head_limit = 208;

/// The end of an `ok` line, after the last element of `failed_files`.
inline constexpr std::string_view ok_tail = "]}\n";

/// Appends the whole line of one outcome, with its line break.
void append_line(std::string& out, const outcome& result);

/// Appends the line of an input line that is no UUID. `where` names it: `line 7`.
void append_invalid_line(std::string& out, std::string_view text, std::string_view where);

}  // namespace jobaudit::store
