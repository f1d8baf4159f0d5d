#pragma once

#include <jobaudit/failed_file.hpp>
#include <jobaudit/job_information.hpp>
#include <jobaudit/outcome.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
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

// A line holds all fields, in the same order in each: readers take its columns from the first lines they see.
// `null` stands where there is nothing, but `""` for a message that is missing: a column that begins with a thousand
// nulls is given a type that no text fits into (seen with DuckDB 1.5 and Polars).

/// Which fields a line has, and what they mean; grows by one when that changes.
inline constexpr int schema = 2;

/// Appends the array of a 422's issues.
void append_issues(std::string& out, std::span<const validation_issue> issues);

/// A time in milliseconds as lines have it, in tenths of them.
[[nodiscard]] std::int64_t tenths_of_milliseconds(std::chrono::nanoseconds time) noexcept;

/// The message of an input line that is no UUID: `line 7: not a UUID`.
[[nodiscard]] std::string invalid_line_message(std::string_view where);

/// Appends what stands before the elements of `failed_files` in an `ok` line, at most ok_head_limit bytes.
void append_ok_head(std::string& out, const outcome& result);
inline constexpr std::size_t ok_head_limit = 208;

/// Appends what stands after the last element of `failed_files` in an `ok` line. `known` is what the platform's list
/// says of the job, null where nobody asked for it.
void append_ok_tail(std::string& out, const job_information* known = nullptr);

/// Appends the whole line of one outcome, with its line break.
void append_line(std::string& out, const outcome& result, const job_information* known = nullptr);

/// Appends the line of an input line that is no UUID. `where` names it: `line 7`.
void append_invalid_line(std::string& out, std::string_view text, std::string_view where);

}  // namespace jobaudit::store
